/** Results of one drive over many days, whose runs have given latencies. */
import type { NamedResult } from '../../../reports/compare/index.js';
import type { BenchResult } from '../../../reports/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { jobOf } from '../compare/documents.js';
import { sampleResult } from '../sample.js';

const DAY_MS = 86_400_000;

/** `Run 1` is of the first day; `change` alters what was measured. */
export function dayOf(
  day: number,
  meanNs: number,
  change: (result: BenchResult) => BenchResult = (result) => result,
): NamedResult {
  const startedAt = new Date(Date.parse('2026-01-01T00:00:00Z') + day * DAY_MS).toISOString();
  const result = sampleResult();
  const job = { ...jobOf({ meanNs }, day + 1), startedAt };
  return { name: `day${day + 1}.json`, result: change({ ...result, startedAt, jobs: [job] }) };
}

/** Days whose runs vary by a percent around the level of each. */
export function daysOf(
  levels: readonly number[],
  change: (result: BenchResult, day: number) => BenchResult = (result) => result,
  seed = 1,
): NamedResult[] {
  const random = new Random(seed);
  return levels.map((level, day) =>
    dayOf(day, level * Math.exp(0.01 * random.normal()), (result) => change(result, day)),
  );
}

/** So many days of each level. */
export const levelsOf = (...parts: readonly (readonly [meanNs: number, days: number])[]): number[] =>
  parts.flatMap(([meanNs, days]) => Array<number>(days).fill(meanNs));
