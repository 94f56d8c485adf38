import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { IntervalSeries, type Taking } from '../../../../bench/run/job/interval-series.js';
import { decodeCounts } from '../../../../engine/stats/hdr-decode.js';
import { latencyIndex } from '../../../../engine/stats/histogram.js';
import {
  byOperation,
  countsOf,
  emptyCounts,
  type OperationName,
} from '../../../../engine/stats/operations.js';
import { emptyHistogram, mergeCounts } from '../../../../engine/stats/percentiles.js';
import type { IntervalRecord } from '../../../../reports/index.js';

const NO_IOS = byOperation(() => 0);

const SECOND_NS = 1e9;

/** `reads` of a latency that differs from time to time, and half as many writes. */
function taking(endNs: number, reads: number, failed = { ...NO_IOS, read: 0, write: 0 }): Taking {
  const counts = emptyCounts();
  countsOf(counts, 'read')[latencyIndex(1000 + (endNs % 9973))] = reads;
  countsOf(counts, 'write')[latencyIndex(5000)] = Math.floor(reads / 2);
  return { counts, failed, endNs };
}

/** Takings every 200 ms for so many seconds, each with other counts. */
function fill(series: IntervalSeries, seconds: number): Float64Array {
  const total = emptyCounts();
  for (let i = 1; i <= seconds * 5; i++) {
    const next = taking(i * 0.2 * SECOND_NS, i % 97);
    mergeCounts(total, next.counts);
    series.add(next);
  }
  return total;
}

function sumOf(records: readonly IntervalRecord[], name: OperationName): Float64Array {
  const sum = emptyHistogram();
  for (const record of records) {
    const part = record[name];
    if (part) mergeCounts(sum, decodeCounts(part.histogram.data));
  }
  return sum;
}

const spans = (records: readonly IntervalRecord[]): number[][] =>
  records.map(({ startNs, endNs }) => [startNs / SECOND_NS, endNs / SECOND_NS]);

const series = (intervals = 1000, bytes = Number.POSITIVE_INFINITY): IntervalSeries =>
  new IntervalSeries({ bsBytes: 4096, intervals, bytes });

describe('intervals', () => {
  test('are a second long and begin with the measurement', () => {
    const one = series();
    fill(one, 3);
    assert.deepEqual(spans(one.records()), [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test('say when one has ended', () => {
    const one = series();
    const ended = [0.2, 0.6, 0.99, 1.0, 1.9, 2.3].map((s) => one.add(taking(s * SECOND_NS, 1)));
    assert.deepEqual(ended, [false, false, true, false, false, true]);
  });

  test('go back to whole seconds after a late taking', () => {
    const one = series();
    for (const s of [1.3, 2.0, 3.0]) one.add(taking(s * SECOND_NS, 1));
    assert.deepEqual(spans(one.records()), [
      [0, 1.3],
      [1.3, 2],
      [2, 3],
    ]);
  });

  test('count I/Os, bytes and failures of each direction by themselves', () => {
    const one = series();
    one.add(taking(SECOND_NS, 10, { ...NO_IOS, read: 3, write: 0 }));
    one.add(taking(2 * SECOND_NS, 4, { ...NO_IOS, read: 3, write: 2 }));
    assert.deepEqual(
      one
        .records()
        .map(({ read, write }) => [read?.ios, read?.bytes, read?.errors, write?.ios, write?.errors]),
      [
        [10, 40_960, 3, 5, 0],
        [4, 16_384, 0, 2, 2],
      ],
    );
  });

  test('leave a direction out in which nothing happened', () => {
    const one = series();
    one.add({ counts: emptyCounts(), failed: { ...NO_IOS, read: 0, write: 1 }, endNs: SECOND_NS });
    const [{ read, write }] = one.records();
    assert.equal(read, undefined);
    assert.deepEqual([write?.ios, write?.errors], [0, 1]);
  });

  test('show the open one before it has ended', () => {
    const one = series();
    one.add(taking(1.0 * SECOND_NS, 8));
    one.add(taking(1.4 * SECOND_NS, 6));
    assert.deepEqual(
      one.records().map(({ endNs, read }) => [endNs / SECOND_NS, read?.ios]),
      [
        [1, 8],
        [1.4, 6],
      ],
    );
  });
});

describe('the end of a job', () => {
  const rest = (endNs: number, reads = 7): Taking => taking(endNs, reads, { ...NO_IOS, read: 1, write: 0 });

  test('gives the last completions to the last interval', () => {
    const one = series();
    one.add(taking(SECOND_NS, 10));
    const records = one.finish(rest(1.02 * SECOND_NS));
    assert.deepEqual(spans(records), [[0, 1.02]]);
    assert.deepEqual([records[0].read?.ios, records[0].read?.errors], [17, 1]);
  });

  test('makes an interval of a longer remainder', () => {
    const one = series();
    one.add(taking(SECOND_NS, 10));
    assert.deepEqual(spans(one.finish(rest(1.7 * SECOND_NS))), [
      [0, 1],
      [1, 1.7],
    ]);
  });

  test('is that of a job shorter than any taking', () => {
    const [record, ...more] = series().finish(rest(3_000_000));
    assert.deepEqual([record.startNs, record.endNs, record.read?.ios], [0, 3_000_000, 7]);
    assert.equal(more.length, 0);
  });

  test('may lie before the end of the last taking, which looked later than the last completion', () => {
    const one = series();
    one.add(taking(1.001 * SECOND_NS, 10));
    assert.deepEqual(spans(one.finish(rest(0.999 * SECOND_NS, 0))), [[0, 0.999]]);
  });
});

describe('a long job', () => {
  test('keeps few intervals, wider ones, without gaps', () => {
    const one = series(20);
    for (let s = 1; s <= 300; s++) {
      one.add(taking(s * SECOND_NS, s));
      assert.ok(one.records().length <= 31, `${one.records().length} after ${s} s`);
    }
    const records = one.finish(taking(300 * SECOND_NS, 0));
    assert.ok(records.length <= 21, `${records.length} intervals`);
    assert.equal(records[0].startNs, 0);
    for (const [i, { startNs }] of records.slice(1).entries()) assert.equal(startNs, records[i].endNs);
    assert.equal(records.at(-1)?.endNs, 300 * SECOND_NS);
    assert.equal(one.widthNs, 16 * SECOND_NS);
    for (const { startNs, endNs } of records.slice(0, -1)) assert.equal(endNs - startNs, one.widthNs);
  });

  test('loses no count', () => {
    const one = series(10);
    const total = fill(one, 90);
    const records = one.finish(taking(90 * SECOND_NS, 0));
    assert.deepEqual(sumOf(records, 'read'), countsOf(total, 'read'));
    assert.deepEqual(sumOf(records, 'write'), countsOf(total, 'write'));
  });

  test('loses no count in what it shows while it goes on', () => {
    const one = series(10);
    for (let s = 1; s <= 60; s++) {
      one.add(taking(s * SECOND_NS, 1));
      const ios = one.records().reduce((sum, { read }) => sum + (read?.ios ?? 0), 0);
      assert.equal(ios, s);
    }
  });
});

const bytesOf = (records: readonly IntervalRecord[]): number =>
  records
    .flatMap(({ read, write }) => [read, write])
    .reduce((sum, part) => sum + (part?.histogram.data.length ?? 0), 0);

describe('a limit of bytes', () => {
  const LIMIT = 4000;

  test('is kept by wider intervals, which lose no count', () => {
    const one = series(1000, LIMIT);
    const total = fill(one, 300);
    const records = one.finish(taking(300 * SECOND_NS, 0));
    assert.ok(records.length > 1 && bytesOf(records) <= LIMIT, `${bytesOf(records)} bytes`);
    assert.ok(one.widthNs > SECOND_NS);
    assert.deepEqual(sumOf(records, 'read'), countsOf(total, 'read'));
    assert.deepEqual(sumOf(records, 'write'), countsOf(total, 'write'));
  });

  test('is not exceeded by much while the job goes on', () => {
    const one = series(1000, LIMIT);
    for (let s = 1; s <= 300; s++) {
      one.add(taking(s * SECOND_NS, 5));
      assert.ok(bytesOf(one.records()) < 2 * LIMIT, `${bytesOf(one.records())} bytes after ${s} s`);
    }
  });

  test('that not even one interval keeps leaves none', () => {
    const one = series(1000, 10);
    fill(one, 20);
    assert.deepEqual(one.finish(taking(20 * SECOND_NS, 0)), []);
  });
});
