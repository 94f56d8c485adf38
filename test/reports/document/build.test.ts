import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeCounts } from '../../../engine/stats/hdr-decode.js';
import { emptyHistogram } from '../../../engine/stats/percentiles.js';
import {
  buildErrors,
  buildOperation,
  buildSmart,
  buildWorker,
  combineOperations,
} from '../../../reports/document/build.js';
import { readingHistograms } from '../../../reports/document/histograms.js';
import type { StatusRecord } from '../../../reports/document/result.js';
import { type OperationRecord, ReportError } from '../../../reports/index.js';
import { countsOf, lbaOutOfRange, readCounts, smart, workerCounts } from '../sample.js';

describe('buildOperation', () => {
  test('gives rates over the measured time', () => {
    const { ios, bytes, iops, bandwidthBytesPerSecond, errors } = buildOperation(readCounts(), 4096, 2e9, 5);
    assert.deepEqual(
      { ios, bytes, iops, bandwidthBytesPerSecond, errors },
      { ios: 1e6, bytes: 4_096_000_000, iops: 500_000, bandwidthBytesPerSecond: 2_048_000_000, errors: 5 },
    );
  });

  test('gives latencies from the counts', () => {
    const { mean, stddev, ...latencyNs } = buildOperation(readCounts(), 4096, 2e9, 0).latencyNs;
    // 80,000 has 17 bits, so 64 values share an index; 1,500,000 has 21, so 1024 do.
    assert.deepEqual(latencyNs, {
      min: 1000,
      max: 1_500_159,
      p50: 1000,
      p90: 1000,
      p95: 1000,
      p99: 1000,
      p99_9: 2000,
      p99_99: 2000,
      p99_999: 80_063,
    });
    const exactMean = (990_000 * 1000 + 9_900 * 2000 + 99 * 80_000 + 1_500_000) / 1e6;
    assert.ok(Math.abs(mean / exactMean - 1) < 0.001);
    assert.ok(stddev > 0);
  });

  test('carries the histogram itself', () => {
    const { histogram } = buildOperation(readCounts(), 4096, 2e9, 0);
    assert.equal(histogram.encoding, 'HdrHistogram V2 compressed base64');
    assert.deepEqual(decodeCounts(histogram.data), readCounts());
  });

  test('gives 0 for a job that measured nothing', () => {
    const direction = buildOperation(emptyHistogram(), 4096, 0, 0);
    assert.deepEqual([direction.iops, direction.bandwidthBytesPerSecond, direction.latencyNs.p99], [0, 0, 0]);
  });
});

const combined = (parts: readonly OperationRecord[]): OperationRecord =>
  readingHistograms([], (reader) => combineOperations(parts, reader));

describe('combineOperations', () => {
  test('adds rates and takes latencies from the merged histogram', () => {
    const reads = buildOperation(countsOf([1000, 3]), 4096, 1e9, 1);
    const writes = buildOperation(countsOf([2000, 1]), 4096, 1e9, 2);
    const both = buildOperation(countsOf([1000, 3], [2000, 1]), 4096, 1e9, 3);
    assert.deepEqual(combined([reads, writes]), both);
  });

  test('says nothing of percentiles where a part has no histogram', () => {
    const reads = buildOperation(countsOf([1000, 3]), 4096, 1e9, 0);
    const { histogram: _, ...imported } = buildOperation(countsOf([2000, 1]), 4096, 1e9, 0);
    const both = combined([reads, imported]);
    assert.deepEqual(both.latencyNs, { min: 1000, mean: 1250, max: 2000 });
    assert.equal(both.histogram, undefined);
    assert.equal(both.iops, 4);
  });

  test('refuses a histogram that cannot be read', () => {
    const direction = buildOperation(countsOf([1000, 3]), 4096, 1e9, 0);
    const broken = { ...direction, histogram: { ...direction.histogram, data: 'AAAA' } };
    assert.throws(() => combined([direction, broken]), ReportError);
  });
});

describe('buildErrors', () => {
  test('joins the counts of one status over workers and puts the most frequent first', () => {
    const fault = { ...lbaOutOfRange, status: 'Write Fault', statusCodeType: 2, count: 4, firstSlba: 9 };
    const errors = buildErrors([lbaOutOfRange, fault, { ...lbaOutOfRange, count: 2, firstSlba: 5 }], 6, 7);
    assert.deepEqual(errors, {
      total: 9,
      byStatus: [{ ...lbaOutOfRange, count: 5 }, fault],
      timeouts: 6,
      unexpectedCompletions: 7,
    });
  });

  test('keeps address and time of the first failure of all workers, which may lie before the measured time', () => {
    const at = (firstSlba: number, firstNs?: number) => ({
      ...lbaOutOfRange,
      firstSlba,
      ...(firstNs === undefined ? {} : { firstNs }),
    });
    const firstOf = (...statuses: StatusRecord[]) => {
      const [{ firstSlba, firstNs }] = buildErrors(statuses, 0, 0).byStatus;
      return [firstSlba, firstNs];
    };
    assert.deepEqual(firstOf(at(1, 300), at(2, 200), at(3, 250)), [2, 200]);
    assert.deepEqual(firstOf(at(1, 300), at(2), at(3, 250)), [2, undefined]);
  });

  test('keeps a status with Do Not Retry apart from the same without', () => {
    const errors = buildErrors([lbaOutOfRange, { ...lbaOutOfRange, doNotRetry: true }], 0, 0);
    assert.equal(errors.byStatus.length, 2);
  });
});

describe('buildWorker', () => {
  test('adds up all operations and gives the mean batch', () => {
    const worker = buildWorker({ ...workerCounts, ios: { read: 900_000, write: 500_000, flush: 100_000 } });
    assert.deepEqual([worker.ios, worker.reads, worker.writes], [1_500_000, 900_000, 500_000]);
    assert.equal(worker.meanBatch, 6);
  });

  test('gives a mean batch of 0 where nothing was reaped', () => {
    assert.equal(buildWorker({ ...workerCounts, ios: {}, reapBatches: 0 }).meanBatch, 0);
  });
});

describe('buildSmart', () => {
  test('keeps counters beyond 2^53 as their digits', () => {
    const record = buildSmart({ ...smart, dataUnitsWritten: 2n ** 64n });
    assert.equal(record.dataUnitsRead, 24_000_000);
    assert.equal(record.dataUnitsWritten, '18446744073709551616');
  });
});
