import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../../bench/run/checkpoint.js';
import { parseResultText } from '../../../reports/index.js';
import { sampleResult } from '../../reports/sample.js';

/** A checkpoint on a clock that only the test moves; writing takes `costMs`. */
function start(costMs = 0) {
  const state = { nowMs: 0, texts: [] as string[] };
  const checkpoint = new Checkpoint(
    (text) => {
      state.texts.push(text);
      state.nowMs += costMs;
    },
    { nowMs: () => state.nowMs },
  );
  return {
    state,
    offer: () => checkpoint.offer(sampleResult),
    save: () => checkpoint.save(sampleResult),
  };
}

test('the first document is written at once, whole', () => {
  const { state, offer } = start();
  offer();
  assert.deepEqual(parseResultText(state.texts[0]), sampleResult());
});

test('the next one waits as its size asks, and is not even made before', () => {
  const { state, offer } = start();
  offer();
  const dueMs = state.texts[0].length / 512;
  state.nowMs = dueMs - 1;
  offer();
  assert.equal(state.texts.length, 1);
  state.nowMs = dueMs + 1;
  offer();
  assert.equal(state.texts.length, 2);
});

test('where writing is slow, it is done less often', () => {
  const { state, offer } = start(100);
  offer();
  state.nowMs = 4000;
  offer();
  assert.equal(state.texts.length, 1);
  state.nowMs = 6000;
  offer();
  assert.equal(state.texts.length, 2);
});

test('what must be kept is written however recent the last one is', () => {
  const { state, offer, save } = start();
  offer();
  save();
  assert.equal(state.texts.length, 2);
});

test('a failure to write is told once and does not stop the run', () => {
  const told: unknown[] = [];
  const checkpoint = new Checkpoint(
    () => {
      throw new Error('no space');
    },
    { onFailure: (error) => told.push(error) },
  );
  checkpoint.save(sampleResult);
  checkpoint.save(sampleResult);
  assert.deepEqual(told.map(String), ['Error: no space']);
});

test('a document that is too large to be made does not stop the run', () => {
  const told: unknown[] = [];
  const checkpoint = new Checkpoint(() => undefined, { onFailure: (error) => told.push(error) });
  checkpoint.save(() => {
    throw new RangeError('Invalid string length');
  });
  assert.equal(told.length, 1);
});
