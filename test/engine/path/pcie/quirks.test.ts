import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUIRK_ROWS, QUIRKS, quirksOf } from '../../../../engine/path/pcie/quirks.js';

const names = (vendorId: number, deviceId: number): string[] => [...quirksOf({ vendorId, deviceId })];

test('a device has the quirks of its row, and one without a row those of its vendor', () => {
  assert.deepEqual(names(0x144d, 0xa821), ['late-ready-check', 'queues-of-64']);
  assert.deepEqual(names(0x1344, 0x5407), ['few-vectors']);
  assert.deepEqual(names(0x1344, 0x6001), ['names-not-unique', 'few-vectors']);
  assert.deepEqual(names(0x144d, 0xa808), []);
  assert.deepEqual([...quirksOf(undefined)], []);
});

test('each row is of a function of its own, names its source, and each quirk has a row', () => {
  const keys = QUIRK_ROWS.map(({ vendorId, deviceId }) => `${vendorId}:${deviceId}`);
  assert.equal(new Set(keys).size, keys.length);
  const used = new Set(QUIRK_ROWS.flatMap(({ quirks }) => quirks));
  assert.deepEqual([...used].sort(), Object.keys(QUIRKS).sort());
});
