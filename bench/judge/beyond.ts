/** What stands behind verdicts, and can be checked by itself: experiments, what would become of gates, histories. */
import * as experiments from '../../reports/ab/analyse.js';
import type { AbDocument } from '../../reports/ab/document.js';
import type { Gate } from '../../reports/gates/parse.js';
import * as trying from '../../reports/gates/self-test.js';
import * as histories from '../../reports/history/analyse.js';
import { asInput } from '../files/result-file.js';
import { type GateOptions, gateRequest } from './gates.js';
import { allNamed, type GivenResult } from './given.js';

/**
 * Judges an experiment as `nvbench ab --reanalyse` does, by its own confidence and margin unless others are asked for. Throws
 * EngineError HISTOGRAM_UNREADABLE and LEG_REPEATED (input).
 */
export function analyseAb(
  document: AbDocument,
  asked: experiments.AbCertainty = experiments.askedCertainty(document),
): experiments.AbAnalysis {
  return asInput('judge the experiment', document.config, () => experiments.analyseAb(document, asked));
}

/** Where figures changed their level over results, and how they stand now. Throws EngineError HISTOGRAM_UNREADABLE (input). */
export function history(
  results: readonly GivenResult[],
  options: Partial<histories.HistoryOptions> = {},
): histories.History {
  const all = allNamed(results, 'result');
  const names = all.map(({ name }) => name).join(', ');
  return asInput('read the history', names, () => histories.historyOf(all, options));
}

export interface SelfTestOptions extends Omit<GateOptions, 'baselineProblem'> {
  /** Share of slowdowns that is to be seen; 0.8 if left out. */
  readonly power?: number;
  /** Of what is drawn; 1 if left out. */
  readonly seed?: number;
}

/**
 * Judges results by gates, and says how often each would pass, fail or stay open if every I/O were slower. Throws as
 * `evaluateGates`.
 */
export function selfTest(
  gates: readonly (Gate | string)[],
  result: GivenResult | readonly GivenResult[],
  { power = 0.8, seed, ...options }: SelfTestOptions = {},
): trying.SelfTest {
  const { names, request } = gateRequest(gates, result, options);
  return asInput('try gates', names, () => trying.selfTest(request, power, seed));
}
