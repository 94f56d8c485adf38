import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addresses, TWO_32 } from './drawing.js';

const K = 1024;
/** Parts of two I/Os of 4 KiB, then as much that is left out; a region of ten I/Os has three of them. */
const PARTS = {
  random: false,
  blocks: 10,
  startLba: 100,
  zoneMode: 'strided',
  zoneSizeBytes: 8 * K,
  zoneSkipBytes: 8 * K,
} as const;

test('parts of the region come one after the other, whatever the batches, and around', () => {
  const expected = [100, 108, 132, 140, 164, 172, 100, 108];
  for (const sizes of [[1], [3, 2], [32]]) assert.deepEqual(addresses(PARTS, 8, sizes), expected);
});

test('a part that is longer than what is transferred of it begins anew each time', () => {
  const longer = { ...PARTS, zoneRangeBytes: 16 * K, zoneSkipBytes: 0 };
  assert.deepEqual(addresses(longer, 8), [100, 108, 132, 140, 164, 172, 100, 108]);
});

test('the last part may reach beyond the region where what is transferred of it does not, in sequence alone', () => {
  // As fio 3.33 goes: 64 KiB of each 128 KiB with a gap of 64 KiB; the part at block 1008 of 1024 is half there.
  const cut = {
    blocks: 1024,
    startLba: 0,
    zoneSizeBytes: 64 * K,
    zoneRangeBytes: 128 * K,
    zoneSkipBytes: 64 * K,
  };
  const parts = (random: boolean): number[] =>
    addresses({ ...PARTS, ...cut, random }, 23 * 16).flatMap((lba, i) =>
      i % 16 === 0 ? [Math.floor(lba / 8 / 48)] : [],
    );
  assert.deepEqual(parts(false).slice(-3), [20, 21, 0]);
  assert.deepEqual(parts(true).slice(-3), [20, 0, 1]);
});

test('a part of which more is transferred is gone through several times', () => {
  const often = { ...PARTS, zoneSizeBytes: 12 * K, zoneRangeBytes: 8 * K };
  assert.deepEqual(addresses(often, 6), [100, 108, 100, 132, 140, 132]);
});

test('beyond block 2^32 too, at random and in order', () => {
  const far = { ...PARTS, startLba: TWO_32 - 16 };
  assert.deepEqual(
    addresses(far, 4).map((lba) => lba - TWO_32),
    [-16, -8, 16, 24],
  );
  const drawn = addresses({ ...far, random: true }, 6).map((lba) => lba - TWO_32);
  assert.deepEqual(
    [drawn.slice(0, 2).sort(), drawn.slice(2, 4).sort(), drawn.slice(4, 6).sort()],
    [[-16, -8].sort(), [16, 24].sort(), [48, 56].sort()],
  );
});

test('random blocks of a part come once each before it is left, and in another order the next time', () => {
  const random = { ...PARTS, random: true, blocks: 200, zoneSizeBytes: 256 * K, zoneSkipBytes: 0 };
  const drawn = addresses(random, 192);
  const parts = [0, 1, 2].map((part) =>
    drawn.slice(64 * part, 64 * part + 64).map((lba) => lba - 100 - 512 * part),
  );
  const all = Array.from({ length: 64 }, (_, i) => 8 * i);
  for (const part of parts)
    assert.deepEqual(
      part.toSorted((a, b) => a - b),
      all,
    );
  assert.notDeepEqual(parts[0], parts[1]);
});
