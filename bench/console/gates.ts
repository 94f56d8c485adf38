/** The verdicts of gates on their way out of the program: to a terminal, an exit code and CI. */
import { EngineError } from '../../engine/errors.js';
import type { NamedResult } from '../../reports/compare/index.js';
import {
  formatGates,
  formatGatesJunit,
  type Gate,
  type GateReport,
  type GateRequest,
  githubAnnotations,
  markdownGates,
} from '../../reports/gates/index.js';
import { findBaseline } from '../files/baselines.js';
import { appendText, type OutputFile } from '../files/output-file.js';
import { readNamedResults } from '../files/result-file.js';
import { evaluateGates } from '../judge/gates.js';
import { printError } from './stderr.js';
import { styleOf } from './stdout.js';

export { gateRecords } from '../../reports/gates/index.js';

export interface BaselineSource {
  /** Paths of files and directories, or what was read from them; several are runs of the same thing. */
  readonly files: readonly (string | NamedResult)[] | undefined;
  readonly dir: string | undefined;
}

/** The baseline asked for; where it is missing or broken, why: the gates against it are then invalid, not passed. */
export function baselineFor(
  { files, dir }: BaselineSource,
  result: NamedResult,
): { baseline?: readonly NamedResult[]; baselineProblem?: string } {
  try {
    if (files !== undefined)
      return {
        baseline: files.flatMap((file) => (typeof file === 'string' ? readNamedResults(file) : [file])),
      };
    return dir === undefined ? {} : { baseline: [findBaseline(dir, result.result)] };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    printError(error);
    return { baselineProblem: `the baseline cannot be used: ${error.reason}` };
  }
}

/** Judges gates on results just made or read, all of them runs of the same thing. */
export function judgeGates(
  gates: readonly Gate[],
  results: readonly NamedResult[],
  source: BaselineSource,
  options: Pick<GateRequest, 'confidence' | 'force' | 'history'> = {},
): GateReport {
  return evaluateGates(gates, results, { ...baselineFor(source, results[0]), ...options });
}

/** The text of a report of gates for this stream. */
export function gatesText(report: GateReport, stream: NodeJS.WriteStream): string {
  return formatGates(report, styleOf(stream, 110));
}

/** Writes JUnit where asked for, and what GitHub's variables ask for. Annotations go to `out`, which must be stdout. */
export async function publishGates(
  report: GateReport,
  junit: OutputFile | undefined,
  out: (text: string) => void,
  giveUp?: AbortSignal,
): Promise<void> {
  await junit?.finish(formatGatesJunit(report), { giveUp });
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  if (GITHUB_ACTIONS === 'true') out(githubAnnotations(report));
  if (!GITHUB_STEP_SUMMARY) return;
  try {
    appendText(GITHUB_STEP_SUMMARY, `${markdownGates(report)}\n`);
  } catch (error) {
    // The verdict stands without its summary.
    printError(new Error(`the step summary cannot be written: ${(error as Error).message}`));
  }
}
