import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockContent, HEADER, keyOf } from '../../../../engine/load/verify/block.js';
import { crc32c } from '../../../../engine/load/verify/crc32c.js';

const RUN = [0x89ab_cdef | 0, 0x199] as const;

function blockOf(content: BlockContent, low = 77, high = 3, generation = 5, seed = 9): Int32Array {
  const words = new Int32Array(content.lbaWords);
  content.write(words, 0, low, high, generation, seed, ...RUN);
  return words;
}

for (const lbaBytes of [512, 4096])
  test(`a block of ${lbaBytes} bytes carries the CRC32C over all of its bytes, with 0 in its place`, () => {
    const content = new BlockContent(lbaBytes);
    for (const [low, high, generation, seed] of [
      [0, 0, 1, 1],
      [-1, 1, 2, -7],
      [0x1234_5678, 0xffff, -1, 0],
    ]) {
      const words = blockOf(content, low, high, generation, seed);
      const plain = words.slice();
      plain[HEADER.CRC] = 0;
      assert.equal(words[HEADER.CRC], crc32c(plain));
      assert.ok(content.isWhole(words, 0));
    }
  });

test('a block with any bit changed is not whole', () => {
  const content = new BlockContent(512);
  const words = blockOf(content);
  for (let bit = 0; bit < 512 * 8; bit++) {
    words[bit >> 5] ^= 1 << (bit & 31);
    assert.equal(content.isWhole(words, 0), false, `bit ${bit}`);
    words[bit >> 5] ^= 1 << (bit & 31);
  }
  assert.ok(content.isWhole(words, 0));
});

test('no word of the body of a block is that of another generation, address or seed', () => {
  const content = new BlockContent(512);
  const base = blockOf(content);
  for (const other of [
    blockOf(content, 77, 3, 6, 9),
    blockOf(content, 78, 3, 5, 9),
    blockOf(content, 77, 4, 5, 9),
    blockOf(content, 77, 3, 5, 10),
  ])
    for (let i: number = HEADER.WORDS; i < 128; i++) assert.notEqual(base[i], other[i]);
});

test('the key of a block is another for each of 100000 generations in a row', () => {
  const keys = new Set<number>();
  for (let generation = 0; generation < 100_000; generation++)
    keys.add(keyOf(1, 0, generation, 42, RUN[0], RUN[1]));
  assert.equal(keys.size, 100_000);
});
