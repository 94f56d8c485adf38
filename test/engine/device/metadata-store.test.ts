import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetadataStore } from '../../../engine/device/metadata-store.js';

const EMPTY = Uint8Array.of(0xff, 0xff);

function storeWith(lbas: readonly number[]): { store: MetadataStore; read: (lba: number) => number[] } {
  const store = new MetadataStore(EMPTY);
  for (const lba of lbas) store.write(lba, Uint8Array.of(9, 1, 2), 1);
  const read = (lba: number): number[] => {
    const into = new Uint8Array(3);
    store.read(lba, into, 1);
    return [...into.subarray(1)];
  };
  return { store, read };
}

test('a block has what was written of it, and others what they had before', () => {
  const { read } = storeWith([5, 2 ** 40]);
  assert.deepEqual([4, 5, 6, 2 ** 40, 2 ** 41].map(read), [
    [255, 255],
    [1, 2],
    [255, 255],
    [1, 2],
    [255, 255],
  ]);
});

test('what is erased is as it was before the first write, from the first block to the last and no other', () => {
  const written = [1000, 1001, 1500, 2047, 2048, 3071, 3072, 3100, 3101];
  const { store, read } = storeWith(written);
  store.erase(1001, 2100);
  const left = written.filter((lba) => read(lba)[0] === 1);
  assert.deepEqual(left, [1000, 3101]);
});
