import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DmaWindow } from '../../../../engine/device/dma-table.js';
import { xxh32 } from '../../../../engine/device/record/xxh32.js';

/** Of libxxhash 0.8.2 (xxh32 of python-xxhash), of the bytes (7 i + 3) mod 256. */
const GOLDEN = [
  [4, 0x725479f2],
  [8, 0x29b5025a],
  [12, 0xd9460fc1],
  [16, 0x8845547d],
  [20, 0x3e5ed4de],
  [512, 0x7dd9ef33],
  [4096, 0x4e81883c],
] as const;

/** The first bytes, in pieces of so many words behind `gap` others. */
function pieces(lengthBytes: number, words: number, gap: number) {
  const count = Math.ceil(lengthBytes / 4 / words);
  const bytes = Uint8Array.from({ length: lengthBytes }, (_, i) => i * 7 + 3);
  const all = new Uint32Array(bytes.buffer);
  const windows = Array.from({ length: count }, (_, i) => {
    const own = all.slice(i * words, (i + 1) * words);
    const held = new Uint32Array(gap + own.length).fill(0xdead);
    held.set(own, gap);
    return { words: held } as unknown as DmaWindow;
  });
  return {
    count,
    windows,
    offsetBytes: new Float64Array(count).fill(gap * 4),
    lengthBytes: Float64Array.from(windows, (window) => (window.words.length - gap) * 4),
  };
}

test('the hash is that of the reference implementation, however the data lies in memory', () => {
  for (const [lengthBytes, hash] of GOLDEN)
    for (const words of [1, 3, 4, 5, 1024])
      assert.equal(xxh32(pieces(lengthBytes, words, words % 4))! >>> 0, hash, `${lengthBytes} in ${words}`);
  assert.equal(xxh32(pieces(0, 4, 0)), undefined);
});
