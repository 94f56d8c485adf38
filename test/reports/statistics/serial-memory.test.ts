import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../reports/statistics/random.js';
import { memoryP } from '../../../reports/statistics/serial-memory.js';

/** Rows of one value, each with so much of the one before it. */
function rows(random: Random, count: number, memory: number): number[][] {
  let value = random.normal();
  return Array.from({ length: count }, () => {
    value = memory * value + Math.sqrt(1 - memory ** 2) * random.normal();
    return [value];
  });
}

function found(memory: number): number {
  const random = new Random(3);
  const trials = Array.from({ length: 100 }, () =>
    memoryP([rows(random, 8, memory), rows(random, 8, memory)]),
  );
  return trials.filter((p) => p <= 0.1).length;
}

test('one series in ten that remembers nothing has a p of a tenth, and most that remember', () => {
  // 10 of 100 are expected; more than 19 are seen one time in a thousand.
  assert.ok(found(0) <= 19, `${found(0)}`);
  assert.ok(found(0.8) >= 75, `${found(0.8)}`);
});

test('series of the same rows are looked at together, and what does not vary tells nothing', () => {
  const climbing = [0, 1, 2, 3, 4, 5].map((value) => [value, 7]);
  assert.ok(memoryP([climbing]) < 0.01);
  assert.equal(memoryP([climbing.map(([, same]) => [same])]), 1);
  assert.equal(memoryP([]), 1);
});
