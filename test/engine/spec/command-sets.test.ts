import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAppendLimit, decodeCombinations, decodeCommandLimits } from '../../../engine/spec/index.js';

const page = (...bytes: number[]): DataView => {
  const data = new Uint8Array(4096);
  data.set(bytes);
  return new DataView(data.buffer);
};

test('limits of commands are powers of two of the smallest pages, and counts', () => {
  const data = page(7, 8, 1, 64, 0xff, 0xff, 0x3f, 0, 0, 0, 0, 0, 1);
  assert.deepEqual(decodeCommandLimits(data, 4096), {
    verifyBytes: 512 * 1024,
    writeZeroesBytes: 2 ** 20,
    writeUncorrectableBytes: 8192,
    deallocateRanges: 64,
    deallocateRangeLbas: 4_194_303,
    deallocateLbas: 2 ** 32,
  });
  assert.equal(decodeCommandLimits(data, 8192).verifyBytes, 2 ** 20);
});

test('what is 0, or larger than any command, is no limit', () => {
  assert.deepEqual(decodeCommandLimits(page(), 4096), {});
  assert.deepEqual(decodeCommandLimits(page(255, 255, 255), 4096), {});
});

test('the longest append is a power of two of pages, unless it is longer than any', () => {
  assert.deepEqual(
    [0, 5, 41].map((zasl) => decodeAppendLimit(page(zasl))),
    [{}, { mostAppendPages: 32 }, {}],
  );
});

test('combinations of command sets keep their index', () => {
  const data = page(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5);
  data.setBigUint64(511 * 8, 1n << 63n, true);
  assert.deepEqual(decodeCombinations(data), [
    { index: 0, commandSets: [0] },
    { index: 2, commandSets: [0, 2] },
    { index: 511, commandSets: [63] },
  ]);
});
