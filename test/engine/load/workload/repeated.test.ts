import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NVM } from '../../../../engine/spec/index.js';
import { type Drawn, draw } from './drawing.js';

const sequence = (blocks: number[], stride = false) => ({
  distribution: { law: 'sequence', blocks, stride } as const,
});
const blocksOf = (ios: readonly Drawn[]): number[] => ios.map(({ slba }) => slba / 8);

test('blocks come in the order of the list, again and again, whatever the batches', () => {
  const ios = draw({ ...sequence([2, 0, 1]) }, 7, [1, 3]);
  assert.deepEqual(blocksOf(ios), [2, 0, 1, 2, 0, 1, 2]);
});

test('with a stride they lie farther on each time, as in the example of fio', () => {
  assert.deepEqual(blocksOf(draw({ ...sequence([2, 0, 1], true), blocks: 12 }, 6)), [2, 0, 1, 5, 3, 4]);
});

test('they begin again where the next list would reach beyond the region', () => {
  const ios = draw({ ...sequence([2, 0], true), blocks: 6 }, 8);
  assert.deepEqual(blocksOf(ios), [2, 0, 4, 2, 2, 0, 4, 2]);
});

test('reads go through the list by themselves, and so do writes', () => {
  const ios = draw({ ...sequence([7, 3, 5]), readPercent: 50 }, 300);
  for (const opcode of [NVM.READ, NVM.WRITE]) {
    const blocks = blocksOf(ios.filter((io) => io.opcode === opcode));
    assert.ok(blocks.length > 90);
    assert.deepEqual(
      blocks,
      blocks.map((_, i) => [7, 3, 5][i % 3]),
    );
  }
});

test('blocks beyond 2^32 are whole', () => {
  const startLba = 2 ** 32 - 8;
  const ios = draw({ ...sequence([0, 1, 2]), startLba }, 3);
  assert.deepEqual(
    ios.map(({ slba }) => slba),
    [startLba, startLba + 8, startLba + 16],
  );
});
