/** Runs of unequal length, on one side or between both: what their figures are, and what is made of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { joinSamples, type Sample } from '../../../reports/compare/samples.js';
import { type BenchResult, buildOperation } from '../../../reports/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { countsOf } from '../../engine/stats/random.js';
import { sampleResult } from '../sample.js';
import { jobOf, named } from './documents.js';

const sampleOf = (seconds: number, iops: number): Sample => ({
  ios: seconds * iops,
  errors: 0,
  elapsedNs: seconds * 1e9,
  iops,
  bandwidthBytesPerSecond: iops * 4096,
  ofJob: {},
});

test('IOPS and bandwidth of repeats of unequal length both weigh by time', () => {
  const { iops, bandwidthBytesPerSecond } = joinSamples([sampleOf(1, 1000), sampleOf(9, 2000)]);
  assert.ok(Math.abs(iops - 1900) < 1e-6, `${iops}`);
  assert.ok(Math.abs(bandwidthBytesPerSecond / (iops * 4096) - 1) < 1e-9);
});

/** Latencies with a long tail, log-normal; of a run that lasts as long as its I/Os. */
function runOf(random: Random, ios: number, seed: number): BenchResult {
  const latencies = Array.from({ length: ios }, () => Math.round(100_000 * Math.exp(0.8 * random.normal())));
  const elapsedNs = latencies.reduce((sum, ns) => sum + ns, 0);
  const job = jobOf({ meanNs: 100_000 }, seed);
  return {
    ...sampleResult(),
    jobs: [
      { ...job, elapsedNs, directions: { read: buildOperation(countsOf(latencies), 4096, elapsedNs, 0) } },
    ],
  };
}

test('eight times as many I/Os make neither high percentiles nor the maximum worse', () => {
  const random = new Random(12);
  const [pairs, runs, few, many] = [30, 5, 2500, 20_000];
  const worse = new Map<string, number>();
  for (let pair = 0; pair < pairs; pair++) {
    const side = (name: string, ios: number) =>
      Array.from({ length: runs }, (_, i) => named(`${name}${i}`, runOf(random, ios, 10 * pair + i + 1)));
    const { jobs } = compareResults(side('a', few), side('b', many), {
      metrics: ['p95', 'p99', 'p99.9', 'max'],
    });
    for (const { metric, verdict, reason } of jobs[0].metrics) {
      if (verdict === 'worse') worse.set(metric, (worse.get(metric) ?? 0) + 1);
      if (metric === 'max') assert.match(reason ?? '', /the sides have unequal numbers of them/);
      if (metric === 'p99') assert.match(reason ?? '', /of fewer I\/Os it lies lower/);
      if (metric === 'p99.9') assert.match(reason ?? '', /fewer than 10 I\/Os of a run lie beyond it/);
    }
  }
  // p95 alone is judged; one in twenty may be wrong on either side.
  assert.ok((worse.get('p95') ?? 0) <= 3, JSON.stringify([...worse]));
  assert.deepEqual(
    [worse.get('p99'), worse.get('p99.9'), worse.get('max')],
    [undefined, undefined, undefined],
  );
});
