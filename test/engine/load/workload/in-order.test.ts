import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addresses, draw, TWO_32 } from './drawing.js';

describe('sequential addresses', () => {
  test('step by the block size and wrap at the end of the region', () => {
    const region = { random: false, blocks: 3, startLba: 100 };
    assert.deepEqual(addresses(region, 8, [2, 5, 1]), [100, 108, 116, 100, 108, 116, 100, 108]);
  });

  test('carry on past block 2^32', () => {
    const region = { random: false, blocks: 4, startLba: 2 * TWO_32 - 16 };
    assert.deepEqual(
      addresses(region, 5),
      [-16, -8, 0, 8, -16].map((lba) => 2 * TWO_32 + lba),
    );
  });

  test('of one block stay there', () => {
    assert.deepEqual(addresses({ random: false, blocks: 1, startLba: 7 }, 3), [7, 7, 7]);
  });

  test('are in order where reads and writes are drawn', () => {
    const drawn = draw({ random: false, readPercent: 50, blocks: 100 }, 1000);
    assert.deepEqual(
      drawn.map(({ slba }) => slba),
      Array.from({ length: 1000 }, (_, i) => (i % 100) * 8),
    );
    assert.equal(new Set(drawn.map(({ opcode }) => opcode)).size, 2);
  });
});
