/** What a secondary takes for the answer to its hello, and what it refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeWelcome } from '../../../engine/held/messages.js';

const WELCOME = {
  version: 3,
  target: 'sim',
  transport: 'sim',
  software: true,
  numaNode: 0,
  queuesGranted: 4,
  maxVectors: 5,
  pageSizeBytes: 4096,
  window: { start: '0x200000', last: '0x3fffff' },
  way: { kind: 'memfd', doorbellBytes: 4096 },
};

test('a welcome is taken as it came', () => {
  const { window, way } = decodeWelcome(WELCOME, 'path');
  assert.deepEqual(window, { start: 0x20_0000n, last: 0x3f_ffffn });
  assert.deepEqual(way, { kind: 'memfd', doorbellBytes: 4096 });
});

test('the ids of the function come along where the holder tells them', () => {
  const pciId = { vendorId: 0x106b, deviceId: 0x2001 };
  assert.deepEqual(decodeWelcome({ ...WELCOME, pciId }, 'path').pciId, pciId);
  assert.equal(decodeWelcome(WELCOME, 'path').pciId, undefined);
  assert.throws(() => decodeWelcome({ ...WELCOME, pciId: { vendorId: '8086' } }, 'path'), {
    code: 'SHARING_BROKEN',
  });
});

test('doorbells of an impossible size are refused before they are mapped', () => {
  for (const doorbellBytes of [0, -1, 1.5, 2 ** 26 + 4096, 2 ** 45, 2 ** 53, '4096'])
    assert.throws(() => decodeWelcome({ ...WELCOME, way: { kind: 'memfd', doorbellBytes } }, 'path'), {
      code: 'SHARING_BROKEN',
    });
});
