/** Operations whose histograms have one shape and vary as told, made without drawing every I/O. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import { buildOperation, type MeasuredOperation } from '../../reports/index.js';
import { BS_BYTES } from './made-up.js';

const MEDIAN_NS = 80_000;
/** Latencies of the tail, as multiples of the others. */
const TAIL_FACTOR = 5;
const SIGMA = 0.08;
const TAIL_FRACTION = 0.01;
/** Quantiles that stand for the body, and for the tail. */
const POINTS = 200;
/** Levels are whole numbers of these steps, so that records can be used again. */
const LEVEL_STEP = 0.0002;

/** Of the logistic distribution with variance 1: close to the normal one, and closed. */
const QUANTILES = Array.from({ length: POINTS }, (_, i) => {
  const p = (i + 0.5) / POINTS;
  return (Math.sqrt(3) / Math.PI) * Math.log(p / (1 - p));
});

/** Logs of what multiplies all latencies, and the share of the tail. */
export interface Deviation {
  readonly level: number;
  readonly tailShare: number;
}

export interface ShapedOperation {
  readonly read: MeasuredOperation;
  readonly elapsedNs: number;
}

/** Adds that many I/Os around a median; answers with the time they take one after the other. */
function addShape(counts: Float64Array, medianNs: number, ios: number): number {
  let elapsedNs = 0;
  let given = 0;
  for (const [i, quantile] of QUANTILES.entries()) {
    const share = Math.round(((i + 1) / POINTS) * ios) - given;
    given += share;
    const latencyNs = Math.round(medianNs * Math.exp(SIGMA * quantile));
    counts[latencyIndex(latencyNs)] += share;
    elapsedNs += share * latencyNs;
  }
  return elapsedNs;
}

function make(steps: number, tailIos: number, ios: number): ShapedOperation {
  const counts = emptyHistogram();
  const medianNs = MEDIAN_NS * Math.exp(steps * LEVEL_STEP);
  const elapsedNs =
    addShape(counts, medianNs, ios - tailIos) + addShape(counts, medianNs * TAIL_FACTOR, tailIos);
  return { read: buildOperation(counts, BS_BYTES, elapsedNs, 0), elapsedNs };
}

const made = new Map<string, ShapedOperation>();

/** An operation of `ios` I/Os at depth 1. Equal ones are one object, which nobody may change. */
export function shapedOperation({ level, tailShare }: Deviation, ios: number): ShapedOperation {
  const steps = Math.round(level / LEVEL_STEP);
  const tailIos = Math.min(ios, Math.round(ios * TAIL_FRACTION * Math.exp(tailShare)));
  const key = `${steps} ${tailIos} ${ios}`;
  const known = made.get(key) ?? make(steps, tailIos, ios);
  made.set(key, known);
  return known;
}
