/** Results as a quiet host would make them, with the noise that real ones have, for when there is no time to measure. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import type { Random } from '../../reports/compare/index.js';
import { type BenchResult, buildOperation, type JobRecord } from '../../reports/index.js';
import { BS_BYTES, madeUpJob, madeUpResult } from './made-up.js';

export interface Noise {
  /** Standard deviation between repeats of the level of all latencies, as a share. */
  readonly betweenRuns: number;
  /** The same of the share of I/Os in the tail. */
  readonly tailShare: number;
}

const MEDIAN_NS = 80_000;
const TAIL_NS = 400_000;
const SIGMA = 0.08;
const TAIL_FRACTION = 0.01;
const IOS_OF_A_RUN = 4000;

/** One repeat at depth 1: a log-normal body, a tail, and a level of its own. `slower` 0.05 is 5 % more latency. */
function simulatedJob(random: Random, noise: Noise, slower: number, index: number, count: number): JobRecord {
  const level = MEDIAN_NS * (1 + slower) * Math.exp(noise.betweenRuns * random.normal());
  const tail = TAIL_FRACTION * Math.exp(noise.tailShare * random.normal());
  const counts = emptyHistogram();
  let elapsedNs = 0;
  for (let i = 0; i < IOS_OF_A_RUN; i++) {
    const median = random.uniform() < tail ? (level * TAIL_NS) / MEDIAN_NS : level;
    const latencyNs = Math.round(median * Math.exp(SIGMA * random.normal()));
    counts[latencyIndex(latencyNs)]++;
    elapsedNs += latencyNs;
  }
  const read = buildOperation(counts, BS_BYTES, elapsedNs, 0);
  return madeUpJob({ repeat: { index, count }, elapsedNs, read });
}

/** A whole result of that many repeats. */
export function simulatedResult(random: Random, noise: Noise, slower: number, repeats: number): BenchResult {
  return madeUpResult(
    Array.from({ length: repeats }, (_, i) => simulatedJob(random, noise, slower, i, repeats)),
  );
}
