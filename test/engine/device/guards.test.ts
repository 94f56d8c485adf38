import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardOf } from '../../../engine/device/guards.js';

const DIGITS = Buffer.from('123456789');
/** As the tables of test cases of the specification have them (NVM command set 1.0, 5.2.1), of blocks of 4 KiB. */
const BLOCKS = {
  zeroes: new Uint8Array(4096),
  ones: new Uint8Array(4096).fill(0xff),
  ascending: Uint8Array.from({ length: 4096 }, (_, i) => i),
  descending: Uint8Array.from({ length: 4096 }, (_, i) => 255 - i),
};

function hex(bits: 16 | 32 | 64, ...parts: readonly Uint8Array[]): string {
  const guard = guardOf(bits);
  guard.start();
  for (const part of parts) guard.add(part, 0, part.length);
  const bytes = Buffer.alloc(bits / 8);
  guard.store(bytes);
  return bytes.toString('hex');
}

test('guards of the digits 1 to 9 are the check values of their CRCs, in one piece or in two', () => {
  for (const [bits, check] of [
    [16, 'd0db'],
    [32, 'e3069283'],
    [64, 'ae8b14860a799888'],
  ] as const) {
    assert.equal(hex(bits, DIGITS), check);
    assert.equal(hex(bits, DIGITS.subarray(0, 4), DIGITS.subarray(4)), check);
  }
});

test('guards of blocks are those of the specification', () => {
  const of = (bits: 16 | 32 | 64) => Object.values(BLOCKS).map((block) => hex(bits, block));
  assert.equal(of(16)[0], '0000');
  assert.deepEqual(of(32), ['98f94189', '25c1fe13', '9c71fe32', '214941a8']);
  assert.deepEqual(of(64), ['6482d367eb22b64e', 'c0ddba7302eca3ac', '3e729f5f6750449c', '9a2df64b8e9e517e']);
});
