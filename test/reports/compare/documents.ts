/** Results whose repeats have given latencies, for comparisons that can be foretold. */

import assert from 'node:assert/strict';
import type { Comparison, Metric, NamedResult } from '../../../reports/compare/index.js';
import { type BenchResult, buildErrors, buildOperation, type JobRecord } from '../../../reports/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { countsOf } from '../../engine/stats/random.js';
import { readJob, sampleResult } from '../sample.js';

export interface Run {
  readonly meanNs: number;
  readonly errors?: number;
}

const IOS = 500;

/** Latencies spread by a tenth around the mean, the same for the same seed; the elapsed time is their sum. */
export function jobOf(run: Run, seed: number, name = 'randread'): JobRecord {
  const random = new Random(seed);
  const latencies = Array.from({ length: IOS }, () =>
    Math.round(run.meanNs * (0.95 + 0.1 * random.uniform())),
  );
  const elapsedNs = latencies.reduce((sum, ns) => sum + ns, 0);
  const status = { status: 'x', statusCodeType: 0, statusCode: 1, doNotRetry: false, firstSlba: 0 };
  const errors = run.errors ?? 0;
  return {
    ...readJob(),
    name,
    elapsedNs,
    directions: { read: buildOperation(countsOf(latencies), 4096, elapsedNs, errors) },
    errors: buildErrors(errors === 0 ? [] : [{ ...status, count: errors }], 0, 0),
  };
}

/** A result of one job with a repeat for each run. */
export function resultOf(runs: readonly Run[], seed = 1): BenchResult {
  return { ...sampleResult(), jobs: runs.map((run, i) => jobOf(run, seed * 1000 + i)) };
}

export const named = (name: string, result: BenchResult): NamedResult => ({ name, result });

/** Runs around a mean, a percent apart from each other. */
export function runsAround(meanNs: number, count: number): Run[] {
  return Array.from({ length: count }, (_, i) => ({ meanNs: meanNs * (1 + 0.01 * (i - (count - 1) / 2)) }));
}

/** As many results of one job without repeats: runs a percent apart from each other. */
export function runsOf(name: string, meanNs: number, count: number, seed = 1): NamedResult[] {
  return runsAround(meanNs, count).map((run, i) => named(`${name}${i + 1}`, resultOf([run], 100 * seed + i)));
}

/** The result with one repeat that has an interval for each run. */
export function intervalsOf(runs: readonly Run[], seed = 1): BenchResult {
  const parts = runs.map((run, i) => jobOf(run, seed * 1000 + i));
  let startNs = 0;
  const intervals = parts.map(({ elapsedNs, directions: { read } }) => {
    const from = startNs;
    startNs += elapsedNs;
    if (read?.histogram === undefined) throw new Error('no histogram');
    const { ios, bytes, errors, histogram } = read;
    return { startNs: from, endNs: startNs, read: { ios, bytes, errors, histogram } };
  });
  return { ...sampleResult(), jobs: [{ ...parts[0], intervals, intervalNs: parts[0].elapsedNs }] };
}

/** The same where the device stood still: in every third interval nothing completes, or every tenth lasts six times as long. */
export function stalledOf(how: 'every third empty' | 'long stops', meanNs: number, seed = 1): BenchResult {
  const result = intervalsOf(
    Array.from({ length: 60 }, () => ({ meanNs })),
    seed,
  );
  const [job] = result.jobs;
  let startNs = 0;
  const intervals = (job.intervals ?? []).map((interval, i) => {
    const stops = how === 'long stops' && i % 10 === 9;
    const lengthNs = (interval.endNs - interval.startNs) * (stops ? 6 : 1);
    const read = how === 'every third empty' && i % 3 === 2 ? undefined : interval.read;
    const place = { startNs, endNs: startNs + lengthNs };
    startNs += lengthNs;
    return { ...place, ...(read && { read }) };
  });
  const sum = (of: 'ios' | 'bytes') => intervals.reduce((total, each) => total + (each.read?.[of] ?? 0), 0);
  const [ios, bytes, elapsedNs] = [sum('ios'), sum('bytes'), startNs];
  const read = job.directions.read;
  if (read === undefined) throw new Error('no reads');
  const rates = { iops: (ios * 1e9) / elapsedNs, bandwidthBytesPerSecond: (bytes * 1e9) / elapsedNs };
  return {
    ...result,
    jobs: [{ ...job, elapsedNs, intervals, directions: { read: { ...read, ios, bytes, ...rates } } }],
  };
}

/** The change of a metric of one job, which there must be. */
export const verdictOf = (comparison: Comparison, metric: Metric, job = 0) =>
  comparison.jobs[job].metrics.find((change) => change.metric === metric) ?? assert.fail(`no ${metric}`);
