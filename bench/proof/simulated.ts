/** Results as a quiet host would make them, with the noise that real ones have, for when there is no time to measure. */
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import type { Random } from '../../reports/compare/index.js';
import {
  type BenchResult,
  buildErrors,
  buildOperation,
  type JobRecord,
  SCHEMA_VERSION,
  TIMESTAMP_NOTE,
} from '../../reports/index.js';

export interface Noise {
  /** Standard deviation between runs of the level of all latencies, as a share. */
  readonly betweenRuns: number;
  /** The same of the share of I/Os in the tail. */
  readonly tailShare: number;
}

const MEDIAN_NS = 80_000;
const TAIL_NS = 400_000;
const SIGMA = 0.08;
const TAIL_FRACTION = 0.01;
const IOS_OF_A_RUN = 4000;
const BS_BYTES = 4096;

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
  return {
    name: 'randread',
    target: 'sim',
    repeat: { index, count },
    rw: 'randread',
    bsBytes: BS_BYTES,
    iodepth: 1,
    numjobs: 1,
    queuePairs: 1,
    startedAt: new Date(0).toISOString(),
    rampTimeMs: 0,
    elapsedNs,
    stopReason: 'number_ios',
    directions: { read: buildOperation(counts, BS_BYTES, elapsedNs, 0) },
    errors: buildErrors([], 0, 0),
    workers: [],
    timestampNote: TIMESTAMP_NOTE,
    warnings: [],
  };
}

/** A whole result of that many repeats. */
export function simulatedResult(random: Random, noise: Noise, slower: number, repeats: number): BenchResult {
  const at = new Date(0).toISOString();
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'nvbench', version: 'simulated' },
    complete: true,
    startedAt: at,
    endedAt: at,
    config: {},
    host: {
      hostname: 'simulated',
      kernel: '',
      kernelCommandLine: '',
      cpuModel: '',
      cpuCount: 1,
      governor: null,
      smt: null,
      memoryBytes: 0,
      node: '',
      v8: '',
    },
    devices: [],
    warnings: [],
    jobs: Array.from({ length: repeats }, (_, i) => simulatedJob(random, noise, slower, i, repeats)),
  };
}
