import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fioDirection } from '../../../reports/import/fio-direction.js';
import { importFioDocuments } from '../../../reports/import/fio-documents.js';
import { type FioDirection, fioSchema } from '../../../reports/import/fio-schema.js';
import { directionText, documentText, jobText, oldDirection } from './fio-text.js';

const options = { toolVersion: '9.9.9', importedAt: new Date('2025-03-01T12:00:00.000Z') };

function parsed(part: object): FioDirection {
  const { jobs } = fioSchema.parse(documentText([jobText({ read: part })]));
  return jobs?.[0].read ?? assert.fail();
}

const imported = (part: object, version: string) =>
  fioDirection(parsed(part), version, 0) ?? assert.fail('nothing');

test('takes io_bytes for KiB where rate and time say so, whatever the version is called', () => {
  const kib = oldDirection({ total_ios: 3593 });
  for (const version of ['2.18', '2.20-71-gd2a5', '2.21-dirty', 'next'])
    assert.equal(imported(kib, version).record.bytes, 14_716_928, version);
  const bytes = oldDirection({ total_ios: 3593, io_bytes: 14_716_928 });
  for (const version of ['2.21', '2.20-90-gd2a5', '3.1'])
    assert.equal(imported(bytes, version).record.bytes, 14_716_928, version);
});

test('goes by the version where there is no rate', () => {
  const part = { ...oldDirection({ total_ios: 4 }), bw: 0, io_bytes: 16 };
  assert.equal(imported(part, '2.20').record.bytes, 16_384);
  assert.equal(imported(part, '2.21').record.bytes, 16);
});

test('has the I/Os of fio 2.1 from rate and time, and says so', () => {
  const { record, estimated } = imported(oldDirection({}), '2.1.11');
  assert.deepEqual([record.ios, record.bytes, estimated], [3593, 14_716_928, true]);
  assert.equal(imported(directionText(), '3.36').estimated, false);
});

test('has no latencies where fio took none', () => {
  const none = { min: 0, max: 0, mean: 0, stddev: 0 };
  for (const zeros of [
    { clat_ns: { ...none, N: 0 }, lat_ns: { ...none, N: 0 } },
    { clat_ns: none, lat_ns: none },
  ])
    assert.deepEqual(imported(directionText({ more: zeros }), '3.36').record.latencyNs, {});
  const { clat: _clat, lat: _lat, ...bare } = oldDirection({ total_ios: 1 });
  assert.deepEqual(imported(bare, '2.18').record.latencyNs, {});
});

test('takes the total where that alone was taken or has percentiles, and says so', () => {
  const { clat_ns, lat_ns, ...rest } = directionText();
  const { percentile, ...bare } = clat_ns;
  const total = { ...lat_ns, max: 950_000, percentile };
  for (const part of [
    { ...rest, lat_ns: total },
    { ...rest, clat_ns: bare, lat_ns: total },
  ]) {
    const found = imported(part, '3.36');
    assert.deepEqual(
      [found.total, found.record.latencyNs.max, found.record.latencyNs.p50],
      [true, 950_000, 90_000],
    );
  }
  assert.equal(imported(directionText(), '3.36').total, false);
});

test('keeps the figures where it drops the bins', () => {
  const clat_ns = { ...directionText().clat_ns, bins: { some: 1000 } };
  const { record, binsLeftOut } = imported(directionText({ more: { clat_ns } }), '3.36');
  assert.deepEqual([binsLeftOut, record.histogram, record.latencyNs.p50], [true, undefined, 90_000]);
});

test('has nothing of a direction without I/O', () => {
  assert.equal(fioDirection(parsed(directionText({ ios: 0 })), '3.36', 0), undefined);
  assert.equal(fioDirection(undefined, '3.36', 0), undefined);
});

test('a mean or deviation that fio could not work out is absent and not 0', () => {
  const { clat_ns } = directionText();
  const part = directionText({ more: { clat_ns: { ...clat_ns, mean: null, stddev: null } } });
  const { latencyNs } = imported(part, '3.36').record;
  assert.deepEqual([latencyNs.mean, latencyNs.stddev, latencyNs.max], [undefined, undefined, 900_000]);
});

test('takes I/Os that failed off those that fio counts, of each direction by what has no latency', () => {
  const half = { clat_ns: { min: 1, max: 9, mean: 5, N: 500 }, lat_ns: { min: 1, max: 9, mean: 5, N: 500 } };
  const failed = directionText({ ios: 1000, bytes: 500 * 4096, more: half });
  const imported = (parts: object, totalErr: number) => {
    const job = { ...jobText({ ...parts, error: 5, total_err: totalErr }) };
    const [{ directions, warnings }] = importFioDocuments([documentText([job])], options).jobs;
    const told = warnings.some(({ code }) => code === 'imported-errors-taken-off');
    const of = (part: typeof directions.read) => part && [part.ios, part.iops, part.errors];
    return [of(directions.read), of(directions.write), told];
  };
  assert.deepEqual(imported({ read: failed }, 500), [[500, 500, 500], undefined, true]);
  // Of two directions, as well.
  assert.deepEqual(imported({ write: failed }, 500), [[1000, 1000, 0], [500, 500, 500], true]);
  // All of them, of which none has a latency.
  const none = { clat_ns: { min: 0, max: 0, mean: 0, N: 0 }, lat_ns: { min: 0, max: 0, mean: 0, N: 0 } };
  const all = directionText({ ios: 7, bytes: 0, more: none });
  assert.deepEqual(imported({ read: all }, 7), [[0, 0, 7], undefined, true]);
  // Not where other things have no latency, which fio can be told not to take.
  assert.deepEqual(imported({ read: failed }, 3), [[1000, 1000, 3], undefined, false]);
});
