import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../../../../engine/load/verify/crc32c.js';

const wordsOf = (bytes: Uint8Array): Int32Array => new Int32Array(bytes.buffer, 0, bytes.length / 4);

/** One bit after the other. */
function slowly(bytes: Uint8Array): number {
  let x = 0xffff_ffff;
  for (const byte of bytes) {
    x ^= byte;
    for (let bit = 0; bit < 8; bit++) x = (x & 1) === 1 ? (x >>> 1) ^ 0x82f6_3b78 : x >>> 1;
  }
  return ~x;
}

// RFC 3720, B.4: the CRC as it is sent, low byte first.
const GOLDEN: readonly (readonly [what: string, bytes: Uint8Array, sent: string])[] = [
  ['32 bytes of zeroes', new Uint8Array(32), 'aa36918a'],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), '43aba862'],
  ['32 bytes, rising', Uint8Array.from({ length: 32 }, (_, i) => i), '4e79dd46'],
  ['32 bytes, falling', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), '5cdb3f11'],
  [
    'an iSCSI read command',
    Uint8Array.from(
      Buffer.from(
        '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
        'hex',
      ),
    ),
    '563a96d9',
  ],
];

for (const [what, bytes, sent] of GOLDEN)
  test(`CRC32C of ${what} is that of RFC 3720`, () => {
    const value = Buffer.alloc(4);
    value.writeInt32LE(crc32c(wordsOf(bytes)));
    assert.equal(value.toString('hex'), sent);
  });

test('CRC32C of any words is what one bit after the other gives', () => {
  let x = 1;
  for (const words of [2, 4, 30, 128, 1024]) {
    const bytes = Uint8Array.from({ length: 4 * words }, () => {
      x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
      return x >>> 16;
    });
    assert.equal(crc32c(wordsOf(bytes)), slowly(bytes));
  }
});
