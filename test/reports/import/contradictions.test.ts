import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradictionsOfLatency, isRateOf } from '../../../reports/import/contradictions.js';
import { importResult } from '../../../reports/import/index.js';
import { directionText, documentText, jobText } from './fio-text.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };
const CODE = 'imported-figures-contradicted';

const ofLatency = (latencyNs: Parameters<typeof contradictionsOfLatency>[0]): string =>
  contradictionsOfLatency(latencyNs)
    .map(({ message }) => message)
    .join();

test('latencies go up from the lowest over the percentiles to the highest, buckets and rounding aside', () => {
  assert.equal(ofLatency({ min: 1e5, mean: 2e5, p50: 1.9e5, p99: 1e6, max: 1e6 }), '');
  assert.equal(ofLatency({}), '');
  assert.equal(ofLatency({ p50: 1e6, p99: 1.02e6, max: 1.01e6 }), '');
  assert.match(ofLatency({ min: 1e5, mean: 2e5, max: 1.5e5 }), /mean of the latency is above its max/);
  assert.match(ofLatency({ p50: 1e6, p99: 1e5 }), /p50 of the latency is above its p99/);
  assert.match(ofLatency({ min: 1e6, p99: 1e5, max: 2e6 }), /min of the latency is above its p99/);
});

test('a rate is that of an amount over a time, to a percent or a whole one', () => {
  assert.ok(isRateOf(357, 3593, 10.061));
  assert.ok(isRateOf(1000, 1000, 1));
  assert.ok(!isRateOf(1000, 1020, 1));
  assert.ok(!isRateOf(0, 5, 0));
});

/** Figures of a document of fio of which one direction says this. */
function importedOf(more: Readonly<Record<string, unknown>>) {
  const { jobs } = importResult(
    JSON.stringify(documentText([jobText({ read: directionText({ more }) })])),
    options,
  );
  const [{ warnings, directions }] = jobs;
  return { isTold: warnings.some(({ code }) => code === CODE), read: directions.read };
}

test('what a text of fio says of one thing twice has to be the same, and stays as stated', () => {
  assert.ok(!importedOf({}).isTold);
  for (const more of [
    { iops: 1_000_000 },
    { iops: undefined },
    { total_ios: 1_000_000 },
    { runtime: 1 },
    { bw_bytes: 4_096_000_000 },
    { io_bytes: undefined },
    { clat_ns: { min: 1, mean: 100_000, max: 10_000, N: 1000 } },
    { total_ios: 0 },
  ])
    assert.ok(importedOf(more).isTold, JSON.stringify(more));
  assert.equal(importedOf({ iops: 1_000_000 }).read?.iops, 1_000_000);
});

test('a mean or lowest latency that fio does not say is absent, not 0', () => {
  const { read, isTold } = importedOf({ clat_ns: { max: 900_000, N: 1000 } });
  assert.deepEqual([read?.latencyNs, isTold], [{ max: 900_000 }, false]);
});
