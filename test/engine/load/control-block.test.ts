import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlBlock, STATE, WORD } from '../../../engine/load/control-block.js';

test('two control blocks over one memory see the same words, counters and histograms', () => {
  const one = new ControlBlock();
  const other = new ControlBlock(one.memory);
  one.setState(STATE.MEASURING);
  one.counters[0] = 12.5;
  one.sets[0][7] = 3;
  one.sets[1][7] = 4;
  assert.equal(other.state, STATE.MEASURING);
  assert.equal(other.counters[0], 12.5);
  assert.deepEqual([other.sets[0][7], other.sets[1][7]], [3, 4]);
});

test('words, counters and histograms do not overlap', () => {
  const block = new ControlBlock();
  block.words.fill(-1);
  assert.ok(block.counters.every((counter) => counter === 0));
  block.counters.fill(1);
  for (const set of block.sets) assert.ok(set.every((count) => count === 0));
  block.sets[0].fill(1);
  assert.ok(block.sets[1].every((count) => count === 0));
});

test('a second swap is not asked for before the first has been made', () => {
  const block = new ControlBlock();
  assert.equal(block.swapPending(), false);
  assert.equal(block.requestSwap(), true);
  assert.equal(block.requestSwap(), false);
  assert.equal(block.swapPending(), true);
  Atomics.add(block.words, WORD.SWAP_DONE, 1);
  assert.equal(block.swapPending(), false);
  assert.equal(block.requestSwap(), true);
});

test('a swap exchanges the active and the resting set', () => {
  const block = new ControlBlock();
  const first = block.activeSet();
  const second = block.restingSet();
  assert.notEqual(first, second);
  block.requestSwap();
  assert.equal(block.activeSet(), first);
  Atomics.add(block.words, WORD.SWAP_DONE, 1);
  assert.equal(block.activeSet(), second);
  assert.equal(block.restingSet(), first);
});
