/** What became of gates as a part of the result that they judged. */
import type { BenchResult } from '../document/result.js';
import { checkText } from './check-text.js';
import type { GateReport } from './report.js';

/** For `gates` of the result. */
export function gateRecords({ gates }: GateReport): NonNullable<BenchResult['gates']> {
  return gates.map((judged) => ({
    gate: judged.gate.text,
    verdict: judged.verdict,
    checks: judged.checks.map((check) => {
      const { job, direction, verdict, value } = check;
      return {
        ...(job === undefined ? {} : { job }),
        ...(direction === undefined ? {} : { direction }),
        verdict,
        ...(value === undefined ? {} : { value }),
        found: checkText(judged, check),
      };
    }),
  }));
}
