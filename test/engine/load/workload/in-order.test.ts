import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../stats/random.js';
import { addresses, draw, SLOTS, TWO_32 } from './drawing.js';

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

  test('go on for each operation by itself where both are drawn, and wrap apart', () => {
    const drawn = draw({ random: false, readPercent: 70, blocks: 100, startLba: 16 }, 2000, [7, SLOTS, 1]);
    for (const operation of [0, 1]) {
      const of = drawn.filter((each) => each.operation === operation).map(({ slba }) => slba);
      assert.ok(of.length > 400);
      assert.deepEqual(
        of,
        of.map((_, i) => 16 + (i % 100) * 8),
      );
    }
  });

  test('leave a gap after each I/O where one is asked for, and begin again where none is left', () => {
    // 10 blocks of 8: 0, 16, 32, 48, 64 with a gap of one block.
    const region = { random: false, blocks: 10, startLba: 100 };
    assert.deepEqual(addresses({ ...region, stepBytes: 4096 }, 7), [100, 116, 132, 148, 164, 100, 116]);
    // A gap of half a block: 0, 12 and so on; the last begins where a whole block is left.
    const offsets = addresses({ ...region, startLba: 0, stepBytes: 2048 }, 8);
    assert.deepEqual(offsets, [0, 12, 24, 36, 48, 60, 72, 0]);
  });

  test('go backwards from the last block where the step is below 0 by more than a block', () => {
    const region = { random: false, blocks: 4, startLba: 100, stepBytes: -2 * 4096 };
    assert.deepEqual(addresses(region, 6, [4, 1]), [124, 116, 108, 100, 124, 116]);
    assert.deepEqual(addresses({ ...region, stepBytes: -3 * 4096 }, 4), [124, 108, 124, 108]);
  });

  test('go backwards across block 2^32', () => {
    const region = { random: false, blocks: 3, startLba: TWO_32 - 8, stepBytes: -8192 };
    assert.deepEqual(addresses(region, 4), [TWO_32 + 8, TWO_32, TWO_32 - 8, TWO_32 + 8]);
  });

  test('overlap where the step is less than a block below 0, and stay where it is a block', () => {
    assert.deepEqual(addresses({ random: false, blocks: 2, stepBytes: -2048 }, 4), [0, 4, 8, 0]);
    assert.deepEqual(addresses({ random: false, blocks: 9, stepBytes: -4096 }, 3), [0, 0, 0]);
  });

  test('lie in the region, whatever the step', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 200; i++) {
      const blocks = 1 + Math.floor(random() * 50);
      const stepBytes = Math.floor((random() - 0.5) * 100) * 512;
      for (const readPercent of [100, 50])
        for (const slba of addresses({ random: false, blocks, stepBytes, startLba: 77, readPercent }, 100))
          assert.ok(slba >= 77 && slba + 8 <= 77 + blocks * 8, `${slba} of ${blocks}, step ${stepBytes}`);
    }
  });

  test('of a gapless course backwards are all of the region', () => {
    const found = addresses({ random: false, blocks: 1000, stepBytes: -8192 }, 1000);
    assert.equal(new Set(found).size, 1000);
  });
});
