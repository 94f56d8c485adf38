/** Gates on their way in and out of the program: from files and options to verdict, exit code and CI. */
import { EngineError } from '../../engine/errors.js';
import type { NamedResult } from '../../reports/compare/index.js';
import {
  evaluateGates,
  formatGates,
  formatGatesJunit,
  type Gate,
  GateError,
  type GateReport,
  githubAnnotations,
  markdownGates,
  parseGate,
} from '../../reports/gates/index.js';
import { ConfigError, type ConfigIssue } from '../config/config-error.js';
import { readConfigFile } from '../config/read-file.js';
import { describeValue, type KeyPath } from '../config/wording.js';
import { parseYaml } from '../config/yaml-document.js';
import { findBaseline } from '../files/baselines.js';
import { appendText, type OutputFile } from '../files/output-file.js';
import { readNamedResult } from '../files/result-file.js';
import { EXIT } from './exit-code.js';
import { printError } from './print-error.js';
import { stdoutStyle } from './stdout-style.js';

/** Reads a gate given on the command line. Throws EngineError BAD_GATE. */
export function gateOption(text: string): Gate {
  try {
    return parseGate(text);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    throw new EngineError({
      code: 'BAD_GATE',
      op: 'read --gate',
      target: text,
      reason: error.problem,
      hint: error.hint,
      kind: 'input',
    });
  }
}

/** A list of gates, or a map with `gates`. */
function gateTexts(value: unknown): { list: readonly unknown[]; path: KeyPath } | undefined {
  if (Array.isArray(value)) return { list: value, path: [] };
  if (typeof value !== 'object' || value === null || !('gates' in value)) return undefined;
  return Array.isArray(value.gates) ? { list: value.gates, path: ['gates'] } : undefined;
}

/** Reads a file of gates: a YAML list, or a map with `gates`, as a configuration is. Throws ConfigError. */
export function readRules(path: string): Gate[] {
  const parsed = parseYaml(readConfigFile(path));
  if ('faults' in parsed)
    throw new ConfigError(
      path,
      parsed.faults.map((fault) => ({ path: '', origin: path, ...fault })),
    );
  const { value, locate } = parsed.data;
  const found = gateTexts(value);
  const issue = (at: KeyPath, message: string, suggestion: string): ConfigIssue => ({
    path: at.length === 0 ? '' : `gates[${at.at(-1)}]`,
    origin: path,
    ...locate(at, 'value'),
    message,
    suggestion,
  });
  if (found === undefined || found.list.length === 0)
    throw new ConfigError(path, [issue([], 'it has no list of gates', 'write - randread.read.p99 <= 250us')]);
  const gates: Gate[] = [];
  const issues: ConfigIssue[] = [];
  for (const [index, text] of found.list.entries()) {
    const at = [...found.path, index];
    try {
      if (typeof text === 'string') gates.push(parseGate(text));
      else issues.push(issue(at, `expects a gate as text, got ${describeValue(text)}`, 'put it in quotes'));
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      issues.push(issue(at, error.problem, error.hint));
    }
  }
  if (issues.length > 0) throw new ConfigError(path, issues);
  return gates;
}

export interface BaselineSource {
  /** A path, or what was read from it. */
  readonly file: string | NamedResult | undefined;
  readonly dir: string | undefined;
}

/** The baseline asked for; where it is missing or broken, why: the gates against it are then invalid, not passed. */
export function baselineFor(
  { file, dir }: BaselineSource,
  result: NamedResult,
): { baseline?: NamedResult; baselineProblem?: string } {
  try {
    if (file !== undefined) return { baseline: typeof file === 'string' ? readNamedResult(file) : file };
    return dir === undefined ? {} : { baseline: findBaseline(dir, result.result) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    printError(error);
    return { baselineProblem: `the baseline cannot be used: ${error.reason}` };
  }
}

/** Judges gates on a result just made or read. */
export function judgeGates(
  gates: readonly Gate[],
  result: NamedResult,
  source: BaselineSource,
  options: { confidence?: number; force?: boolean } = {},
): GateReport {
  return evaluateGates({ gates, result, ...baselineFor(source, result), ...options });
}

export const GATE_EXIT = {
  pass: EXIT.OK,
  fail: EXIT.GATE_FAILED,
  inconclusive: EXIT.GATE_INCONCLUSIVE,
  invalid: EXIT.GATE_INVALID,
} as const;

/** The text of a report of gates for this terminal. */
export function gatesText(report: GateReport): string {
  return formatGates(report, stdoutStyle(110));
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
