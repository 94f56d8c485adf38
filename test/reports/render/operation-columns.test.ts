import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildOperation } from '../../../reports/document/build.js';
import { readingHistograms } from '../../../reports/document/histograms.js';
import { operationColumns } from '../../../reports/render/operation-columns.js';
import { countsOf } from '../sample.js';

/** 1000 I/Os of 1 to 1000 ns. */
function thousand() {
  const each = Array.from({ length: 1000 }, (_, i): [number, number] => [i + 1, 1]);
  return buildOperation(countsOf(...each), 4096, 1e9, 0);
}

const headsOf = (percentiles?: number[]): (string | undefined)[] =>
  readingHistograms([], (reader) => operationColumns(percentiles, reader).map(({ head }) => head));

test('chosen percentiles stand in place of the usual ones, and all else stays', () => {
  assert.deepEqual(headsOf(), ['IOPS', 'MiB/s', 'mean', 'p50', 'p99', 'p99.9', 'p99.99', 'max', 'errors']);
  assert.deepEqual(headsOf([25, 90]), ['IOPS', 'MiB/s', 'mean', 'p25', 'p90', 'max', 'errors']);
});

test('one that the document has no figure of comes out of its histogram', () => {
  readingHistograms([], (reader) => {
    const [p10, p50, p99_7] = operationColumns([10, 50, 99.7], reader).slice(3, 6);
    const record = thousand();
    assert.equal(p10.value(record), 100);
    assert.equal(p50.value(record), record.latencyNs.p50);
    assert.ok(Math.abs((p99_7.value(record) ?? 0) - 997) <= 997 / 256);
  });
});

test('without a histogram, or without an I/O, there is none', () => {
  readingHistograms([], (reader) => {
    const [p10] = operationColumns([10], reader).slice(3, 4);
    const { histogram: _, ...imported } = thousand();
    assert.equal(p10.value(imported), undefined);
    assert.equal(p10.value(buildOperation(countsOf(), 4096, 1e9, 0)), undefined);
  });
});
