/**
 * What would become of gates: runs and their repeats are drawn with the spread that the results show, or that is assumed of
 * them, slowed by a known amount, and put to the very judgement that the gates are put to.
 */
import { higherIsBetter, isHighest } from '../compare/metrics.js';
import type { RunFigure } from '../compare/run-figures.js';
import { type Spread, varianceBetween } from '../compare/spread.js';
import { Random } from '../statistics/random.js';
import { meanOf } from '../statistics/variance.js';
import { decide } from './decide.js';
import { evaluateBy, type GateRequest, type Judge } from './evaluate.js';
import { type Evidence, estimateOf, gather, judgeSeries } from './judge.js';
import type { Gate } from './parse.js';
import type { GateReport, Outcome } from './report.js';

const TRIALS = 1000;
/** Slowdowns that are tried, as shares. */
const SLOWDOWNS = [0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5];

export interface SelfTest extends GateReport {
  readonly trials: number;
  /** Share of slowdowns that is to be seen. */
  readonly power: number;
}

/** Runs like those, with the same numbers of parts, around another level. */
function drawRuns(like: readonly RunFigure[], level: number, spread: Spread, random: Random): RunFigure[] {
  const { uneven } = spread;
  const ofRuns = Math.sqrt(varianceBetween(spread));
  const ofParts = Math.sqrt(spread.parts?.amount ?? 0);
  return like.map(({ parts, startedMs }) => {
    const off = uneven === undefined ? ofRuns * random.normal() : uneven[random.index(uneven.length)];
    const run = level + off;
    const drawn = Array.from({ length: Math.max(1, parts.length) }, () => run + ofParts * random.normal());
    const when = startedMs === undefined ? {} : { startedMs };
    return { log: meanOf(drawn), parts: parts.length > 0 ? drawn : [], ...when };
  });
}

function outcomeAt(
  { operator, metric, bound }: Gate,
  evidence: Evidence,
  slowdown: number,
  confidence: number,
  random: Random,
): Outcome {
  const { spread } = estimateOf(metric, evidence);
  const { own, base, history } = evidence;
  const level = meanOf((base ?? own).map(({ log }) => log));
  const slowed = level + (higherIsBetter(metric) ? -1 : 1) * Math.log1p(slowdown);
  const limit = bound.kind === 'absolute' ? bound.value : bound.ratio;
  const counts = { pass: 0, fail: 0, inconclusive: 0 };
  for (let trial = 0; trial < TRIALS; trial++) {
    const { estimate } = estimateOf(metric, {
      own: drawRuns(own, slowed, spread, random),
      ...(base === undefined ? {} : { base: drawRuns(base, level, spread, random) }),
      history: drawRuns(history, level, spread, random),
    });
    counts[decide(operator, limit, estimate, confidence).verdict]++;
  }
  const { pass, fail, inconclusive } = counts;
  return { slowdown, pass: pass / TRIALS, fail: fail / TRIALS, inconclusive: inconclusive / TRIALS };
}

/** Judges as gates are judged, and says how often it would end how. */
function trying(random: Random): Judge {
  return (gate, series, judging) => {
    const judged = judgeSeries(gate, series, judging);
    const evidence = isTried(gate) ? gather(gate.metric, series, judging.reader) : '';
    if (typeof evidence === 'string' || evidence.problem !== undefined) return judged;
    const outcomes = SLOWDOWNS.map((slowdown) =>
      outcomeAt(gate, evidence, slowdown, judging.confidence, random),
    );
    return { ...judged, outcomes };
  };
}

/** The highest time of all runs is a fact that nothing is known of beyond them. */
const isTried = ({ metric, bound }: Gate): boolean => !isHighest(metric) || bound.kind === 'relative';

/**
 * The gates of a request, judged, each with what would become of it; `power` as a share, for example 0.8. Without a baseline
 * one is tried that is like the results.
 */
export function selfTest(request: GateRequest, power: number, seed = 1): SelfTest {
  return { ...evaluateBy(trying(new Random(seed)), request), trials: TRIALS, power };
}

/** The smallest slowdown that was tried and fails often enough; undefined where none does. */
export function seenSlowdown(outcomes: readonly Outcome[], power: number): number | undefined {
  return outcomes.find(({ slowdown, fail }) => slowdown > 0 && fail >= power)?.slowdown;
}
