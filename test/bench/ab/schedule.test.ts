import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { drawBlocks, drawStages, legsOf } from '../../../bench/ab/schedule.js';
import type { AbBlock } from '../../../reports/ab/index.js';

const draw = (seed: number, blocks = 10, controls = 10): AbBlock[] => drawBlocks({ blocks, controls, seed });
const aFirst = (blocks: readonly AbBlock[], kind: AbBlock['kind']): number =>
  blocks.filter((block) => block.kind === kind && block.order[0] === 'A').length;

describe('the order of an experiment', () => {
  test('is the same for the same seed, and another for another', () => {
    assert.deepEqual(draw(3), draw(3));
    assert.notDeepEqual(draw(3), draw(4));
  });

  test('has as many blocks of each kind as asked for, each with the legs of its kind', () => {
    const blocks = draw(5, 8, 3);
    const legs = (kind: AbBlock['kind']) =>
      blocks.filter((block) => block.kind === kind).map(({ order }) => [...order].sort().join(' '));
    assert.deepEqual(legs('experiment'), Array(8).fill('A B'));
    assert.deepEqual(legs('control'), Array(3).fill("A A'"));
  });

  test('lets each side begin in half of the blocks of a kind', () => {
    for (let seed = 0; seed < 50; seed++) {
      const blocks = draw(seed, 10, 7);
      assert.equal(aFirst(blocks, 'experiment'), 5);
      assert.ok([3, 4].includes(aFirst(blocks, 'control')));
    }
  });

  test('puts every kind and either order into every place about as often', () => {
    const SEEDS = 2000;
    const drawn = Array.from({ length: SEEDS }, (_, seed) => draw(seed, 2, 2));
    for (let place = 0; place < 4; place++) {
      for (const [kind, order] of [
        ['experiment', 'A B'],
        ['experiment', 'B A'],
        ['control', "A A'"],
        ['control', "A' A"],
      ]) {
        const found = drawn.filter(
          (blocks) => blocks[place].kind === kind && blocks[place].order.join(' ') === order,
        ).length;
        // Binomial(2000, 1/4): the standard deviation is 19.
        assert.ok(Math.abs(found - SEEDS / 4) < 100, `${order} at ${place}: ${found}`);
      }
    }
  });

  test('is balanced at each look, whichever it ends at', () => {
    for (let seed = 0; seed < 50; seed++) {
      const stages = drawStages({ blocks: 24, controls: 24, seed }, [8, 12, 16, 24]);
      assert.deepEqual(
        stages.map(({ length }) => length),
        [16, 8, 8, 16],
      );
      for (const stage of stages) {
        assert.equal(aFirst(stage, 'experiment'), stage.length / 4);
        assert.equal(aFirst(stage, 'control'), stage.length / 4);
      }
    }
    const without = drawStages({ blocks: 12, controls: 0, seed: 1 }, [8, 12]);
    assert.deepEqual(new Set(without.flat().map(({ kind }) => kind)), new Set(['experiment']));
  });

  test('runs the legs of a block back to back, after a warm-up leg of each side', () => {
    const blocks = draw(1, 6, 6);
    const legs = legsOf(blocks, true);
    assert.deepEqual(legs.slice(0, 2), [
      { role: 'A', block: null },
      { role: 'B', block: null },
    ]);
    assert.deepEqual(
      legs.slice(2).map(({ block }) => block),
      blocks.flatMap((_, i) => [i, i]),
    );
    assert.equal(legsOf(blocks, false).length, legs.length - 2);
  });
});
