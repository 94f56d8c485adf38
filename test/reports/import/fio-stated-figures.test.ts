/** What fio's buckets say beside the figures that it states itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareResults } from '../../../reports/compare/index.js';
import { combineOperations } from '../../../reports/document/build.js';
import { readingHistograms } from '../../../reports/document/histograms.js';
import { evaluateGates, parseGate } from '../../../reports/gates/index.js';
import { importFioDocuments } from '../../../reports/import/fio-documents.js';
import { directionText, documentText, jobText } from './fio-text.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };

const codesOf = (warnings: readonly { readonly code: string }[]): string[] =>
  warnings.map(({ code }) => code);

const withBins = (inBins: number, more: Readonly<Record<string, unknown>> = {}) => {
  const bins = { 98816: inBins - 1, 897024: 1 };
  const clat_ns = { ...directionText().clat_ns, percentile: { '50.000000': 98_816 }, bins, ...more };
  return importFioDocuments(
    [documentText([jobText({ read: directionText({ more: { clat_ns } }) })])],
    options,
  );
};

test('warns of bins that hold other I/Os than there were, and not of what was in flight at an end', () => {
  const warned = (inBins: number, taken?: number) =>
    codesOf(withBins(inBins, { N: taken }).jobs[0].warnings).includes('imported-bins-disagree');
  assert.deepEqual([warned(10, 1000), warned(10), warned(10, 10)], [true, true, true]);
  assert.deepEqual([warned(1000, 1000), warned(1003, 1003), warned(1003)], [false, false, false]);
});

test('leaves out bins that are not those of the percentiles beside them, and says so', () => {
  const contradicted = (ns: number) => {
    const { jobs } = withBins(1000, { percentile: { '50.000000': ns } });
    const { histogram } = jobs[0].directions.read ?? assert.fail();
    return [codesOf(jobs[0].warnings).includes('imported-bins-contradicted'), histogram === undefined];
  };
  assert.deepEqual(
    [contradicted(98_816), contradicted(60_000)],
    [
      [false, false],
      [true, true],
    ],
  );
});

test('mean and highest latency stay those that fio states, in gates, comparisons and sums', () => {
  const result = withBins(1000);
  const named = { name: 'r', result };
  const { checks } = evaluateGates({ gates: [parseGate('max <= 1s')], result: named }).gates[0];
  assert.equal(checks[0].value, 900_000);
  const { metrics } = compareResults([named], [{ name: 's', result: withBins(900) }]).jobs[0];
  const mean = metrics.find(({ metric }) => metric === 'mean') ?? assert.fail();
  assert.ok(Math.abs((mean.base ?? 0) - 100_000) < 1e-6 && Math.abs((mean.next ?? 0) - 100_000) < 1e-6);
  const read = result.jobs[0].directions.read ?? assert.fail();
  const sum = readingHistograms([], (reader) => combineOperations([read, read], reader)).latencyNs;
  assert.deepEqual([sum.mean, sum.max], [100_000, 900_000]);
});
