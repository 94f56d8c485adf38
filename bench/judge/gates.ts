/** Gates as they come in, as texts or a file of them, and results judged by them. */
import { EngineError } from '../../engine/errors.js';
import * as gating from '../../reports/gates/evaluate.js';
import { type Gate, GateError, parseGate } from '../../reports/gates/parse.js';
import type { GateReport } from '../../reports/gates/report.js';
import { ConfigError, type ConfigIssue } from '../config/config-error.js';
import { readConfigFile } from '../config/read-file.js';
import { describeValue, type KeyPath } from '../config/wording.js';
import { parseYaml } from '../config/yaml-document.js';
import { asInput } from '../files/result-file.js';
import { allNamed, type GivenResult } from './given.js';

/** Reads a gate such as `randread.read.p99 <= 250us`. Throws EngineError BAD_GATE (input). */
export function gateOf(text: string): Gate {
  try {
    return parseGate(text);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const { problem: reason, hint } = error;
    throw new EngineError({
      code: 'BAD_GATE',
      op: 'read the gate',
      target: text,
      reason,
      hint,
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
export function loadGates(path: string): Gate[] {
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

export interface GateOptions extends Pick<gating.GateRequest, 'confidence' | 'history'> {
  /** What gates `vs baseline` are judged against; several are runs of the same thing. */
  readonly baseline?: GivenResult | readonly GivenResult[] | undefined;
  /** Why there is no baseline, where one was asked for: the gates against it are invalid then. */
  readonly baselineProblem?: string | undefined;
  /** Judge against a baseline that differs in more than its figures. */
  readonly force?: boolean;
}

/** Results by name, and what they are judged by; gates as text are read. Throws EngineError BAD_GATE (input). */
export function gateRequest(
  gates: readonly (Gate | string)[],
  result: GivenResult | readonly GivenResult[],
  { baseline, ...options }: GateOptions,
): { readonly names: string; readonly request: gating.GateRequest } {
  const judged = allNamed(result, 'the result');
  const request = {
    ...options,
    gates: gates.map((gate) => (typeof gate === 'string' ? gateOf(gate) : gate)),
    result: judged,
    ...(baseline === undefined ? {} : { baseline: allNamed(baseline, 'the baseline') }),
  };
  return { names: judged.map(({ name }) => name).join(', '), request };
}

/**
 * Judges results by gates, given as text or read before; several are runs of the same thing. What cannot be judged is `invalid`,
 * never a pass: a result that is incomplete, a metric, job or baseline that is missing. Throws EngineError BAD_GATE (input),
 * HISTOGRAM_UNREADABLE.
 */
export function evaluateGates(
  gates: readonly (Gate | string)[],
  result: GivenResult | readonly GivenResult[],
  options: GateOptions = {},
): GateReport {
  const { names, request } = gateRequest(gates, result, options);
  return asInput('judge gates', names, () => gating.evaluateGates(request));
}
