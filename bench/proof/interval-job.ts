/** A job whose intervals remember each other, and that now and then stands still. */
import { addEncoded } from '../../engine/stats/hdr-decode.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import type { Random } from '../../reports/compare/index.js';
import { buildOperation, type IntervalRecord, type JobRecord } from '../../reports/index.js';
import { BS_BYTES, madeUpJob } from './made-up.js';
import { type Deviation, shapedOperation } from './shape.js';

/** I/Os of an interval. */
const IOS = 100;
/** Intervals of a stall, one after the other. */
const STALL_LENGTH = 3;

export interface IntervalSpread {
  readonly count: number;
  readonly correlation: number;
  readonly stalled: number;
  /** Standard deviation of the log of the latencies of an interval. */
  readonly sd: number;
}

/** Which intervals stand still. */
function stallsOf(random: Random, { count, stalled }: IntervalSpread): boolean[] {
  const still = Array.from({ length: count }, () => false);
  for (let at = 0; at < count; at++) {
    if (random.uniform() >= stalled / STALL_LENGTH) continue;
    still.fill(true, at, at + STALL_LENGTH);
    at += STALL_LENGTH - 1;
  }
  return still;
}

/** One job of random reads, of a run whose deviation is told. */
export function intervalJob(random: Random, spread: IntervalSpread, run: Deviation, name: string): JobRecord {
  const { correlation, sd } = spread;
  const merged = emptyHistogram();
  const usualNs = shapedOperation(run, IOS).elapsedNs;
  let place = random.normal();
  let endNs = 0;
  const intervals = stallsOf(random, spread).map((still): IntervalRecord => {
    const startNs = endNs;
    place = correlation * place + Math.sqrt(1 - correlation ** 2) * random.normal();
    const { read, elapsedNs } = shapedOperation({ ...run, level: run.level + sd * place }, IOS);
    endNs += still ? usualNs : elapsedNs;
    if (still) return { startNs, endNs };
    addEncoded(merged, read.histogram.data);
    const { ios, bytes, errors, histogram } = read;
    return { startNs, endNs, read: { ios, bytes, errors, histogram } };
  });
  const read = buildOperation(merged, BS_BYTES, endNs, 0);
  return madeUpJob({ name, read, elapsedNs: endNs, intervalNs: usualNs, intervals });
}
