import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceNotice, deviceNotices, SOFTWARE_NOTICE } from '../../../reports/document/notices.js';
import { drive, simulation } from '../sample.js';

test('a drive has none, unless its transport has something to say', () => {
  assert.equal(deviceNotice(drive), undefined);
  assert.equal(deviceNotice({ ...drive, notice: 'THROUGH A FILE' }), 'THROUGH A FILE');
});

test('older documents say how software was reached', () => {
  assert.equal(deviceNotice(simulation), SOFTWARE_NOTICE);
  assert.match(deviceNotice({ ...simulation, transport: 'vfio-user' }) ?? '', /behind a vfio-user socket/);
});

test('of several devices each is said once', () => {
  const said = { ...simulation, notice: SOFTWARE_NOTICE };
  assert.deepEqual(deviceNotices([drive, simulation, said]), [SOFTWARE_NOTICE]);
});
