import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODEL_ROWS, QUIRK_ROWS, QUIRKS, quirksOf } from '../../../../engine/path/pcie/quirks.js';

const names = (vendorId: number, deviceId: number): string[] => [...quirksOf({ vendorId, deviceId })];

test('a device has the quirks of its row, and one without a row those of its vendor', () => {
  assert.deepEqual(names(0x144d, 0xa821), ['late-ready-check', 'queues-of-64']);
  assert.deepEqual(names(0x1344, 0x5407), ['few-vectors']);
  assert.deepEqual(names(0x1344, 0x6001), ['names-not-unique', 'few-vectors']);
  assert.deepEqual(names(0x144d, 0xa808), []);
  assert.deepEqual([...quirksOf(undefined)], []);
});

test('a model or a firmware that is known adds its quirks to those of the function', () => {
  const id = { vendorId: 0x14a4, deviceId: 0x22a0 };
  const model = { pciVendorId: 0x14a4, modelNumber: 'CL1-3D256-Q11', firmwareRevision: '22301111' };
  assert.deepEqual([...quirksOf(id, model)], ['simple-suspend']);
  assert.deepEqual([...quirksOf(id, { ...model, firmwareRevision: '22301112' })], []);
  assert.deepEqual([...quirksOf(id, { ...model, pciVendorId: 0x144d })], []);
  assert.deepEqual([...quirksOf(undefined, model)], []);
  const portable = { pciVendorId: 0x144d, modelNumber: 'Samsung Portable SSD X5', firmwareRevision: '' };
  assert.deepEqual(
    [...quirksOf({ vendorId: 0x144d, deviceId: 0xa802 }, portable)],
    ['names-not-unique', 'late-ready-check', 'no-deepest-power-state'],
  );
});

test('each row is of a function of its own, names its source, and each quirk has a row', () => {
  const keys = QUIRK_ROWS.map(({ vendorId, deviceId }) => `${vendorId}:${deviceId}`);
  assert.equal(new Set(keys).size, keys.length);
  const used = new Set([...QUIRK_ROWS, ...MODEL_ROWS].flatMap(({ quirks }) => quirks));
  assert.deepEqual([...used].sort(), Object.keys(QUIRKS).sort());
});
