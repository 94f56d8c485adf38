import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardOf } from '../../../../engine/path/pcie/guard.js';

const wordsOf = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.slice().buffer);

/** Bit by bit, as the specification has it: polynomial 8BB7h, from 0, high bit first. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x8bb7)) & 0xffff;
  }
  return crc;
}

// T10/03-110r0, its test vectors of blocks of 32 bytes.
for (const [what, bytes, crc] of [
  ['zeroes', new Uint8Array(32), 0],
  ['ones', new Uint8Array(32).fill(0xff), 0xa293],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x0224],
  ['two bytes of ones, then zeroes', Uint8Array.from({ length: 32 }, (_, i) => (i < 2 ? 0xff : 0)), 0x21b8],
] as const)
  test(`the guard of ${what} is that of the standard`, () => {
    assert.equal(guardOf(0, wordsOf(bytes), 0, 8), crc);
  });

test('words that are no multiple of four, from within, and in two steps come to the same', () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => (i * 167 + (i >>> 3)) & 0xff);
  const words = wordsOf(bytes);
  assert.equal(guardOf(0, words, 0, 128), bitwise(bytes));
  assert.equal(guardOf(0, words, 3, 7), bitwise(bytes.subarray(12, 40)));
  assert.equal(guardOf(guardOf(0, words, 0, 5), words, 5, 123), bitwise(bytes));
});
