/** Results whose jobs have every figure. */
import { latencyIndex } from '../../../engine/stats/histogram.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import {
  type BenchResult,
  buildGaps,
  buildResponse,
  buildSmart,
  buildWorker,
  formatView,
  type JobRecord,
} from '../../../reports/index.js';
import { countsOf, drive, readJob, sampleResult, smart, workerCounts } from '../sample.js';

export const options = { text: { color: false, width: 100 }, unit: 'us' } as const;
/** A job of reads whose workers spend `cpuPerIoNs` on each I/O. */
export function jobWith(cpuPerIoNs: number, change: Partial<JobRecord> = {}): JobRecord {
  const counts = {
    ...workerCounts,
    sleeps: 12,
    lostInterrupts: 3,
    involuntaryContextSwitches: 3,
    pausedNs: 2e7,
    calibration: { nsPerIo: 100, latencyNs: 61, clockNs: 40 },
    cpuTimeNs: cpuPerIoNs * 1e6,
    instructions: 412e6,
  };
  return {
    ...readJob(),
    figures: { depthAsked: 32, keptDepth: 31.5, rateAskedIops: 5000, unsentIos: 4 },
    response: buildResponse(countsOf([5000, 9], [70_000, 1])),
    gaps: buildGaps(countsOf([1000, 9], [5_000_000, 1]), [
      { count: 1, durationNs: 4e6, latencies: [[latencyIndex(5_000_000), 1]] },
    ]),
    search: {
      max: 'rate_iops',
      while: 'response_p99 <= 1ms',
      ending: 'found',
      found: 5000,
      low: 4950,
      high: 5050,
      confidence: 0.95,
      probes: [{ value: 5000, runtimeMs: 1000, holds: true, excess: -0.01 }],
    },
    drain: { ios: 7, durationNs: 2e6, maxLatencyNs: 3e6 },
    verification: {
      method: 'crc32c',
      goodBlocks: 100,
      unknownBlocks: 0,
      badBlocks: { corrupt: 1, stale: 0, torn: 0, misdirected: 0, unwritten: 0 },
      shown: [],
    },
    workers: [buildWorker(counts)],
    ...change,
  };
}

/** A result of these jobs on a drive that grew warmer. */
export function resultWith(jobs: readonly JobRecord[]): BenchResult {
  const health = {
    smartBefore: buildSmart(smart),
    smartAfter: buildSmart({ ...smart, temperatureKelvin: 315 }),
  };
  return { ...sampleResult(), devices: [{ ...drive, ...health }], jobs: [...jobs] };
}

/** A repeat for each. */
export const repeated = (cpuPerIoNs: readonly number[]): BenchResult =>
  resultWith(cpuPerIoNs.map((ns, index) => jobWith(ns, { repeat: { index, count: cpuPerIoNs.length } })));

/** A job at 250 ns in a format. */
export const view = (format: 'text' | 'markdown' | 'html' | 'csv' | 'openmetrics'): string =>
  formatView(format, [resultWith([jobWith(250)])], options);

/** What becomes of one gate on the result. */
export const gated = (text: string, result: BenchResult) =>
  evaluateGates({ gates: [parseGate(text)], result: { name: 'a', result } }).gates[0];
