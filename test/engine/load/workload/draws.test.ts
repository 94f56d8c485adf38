import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Draws } from '../../../../engine/load/workload/draws.js';
import { seedStates } from '../../../../engine/load/workload/generator.js';

const GROUPS = 2000;

/** Whether each of the first I/Os of a mix is a write, in groups of 32. */
function drawn(share: number, seed: number): number[] {
  const draws = new Draws(share, seedStates(seed, 2));
  return Array.from({ length: GROUPS }, () => draws.next(32)).flatMap((bits) =>
    Array.from({ length: 32 }, (_, i) => (bits >>> (31 - i)) & 1),
  );
}

for (const share of [0.001, 0.3, 0.5, 0.99])
  test(`of ${share} each place of a group has its share, and no place knows of another`, () => {
    const writes = drawn(share, 7);
    const deviation = Math.sqrt(share * (1 - share));
    const standard = writes.map((write) => (write - share) / deviation);
    const limit = 5.5;
    for (let place = 0; place < 32; place++) {
      const sum = standard.filter((_, i) => i % 32 === place).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum) < limit * Math.sqrt(GROUPS) + 1 / deviation, `place ${place}: ${sum}`);
    }
    for (const lag of [1, 2, 3, 8, 16, 31, 32, 33]) {
      const products = standard.slice(lag).reduce((sum, value, i) => sum + value * standard[i], 0);
      const allowed = limit * Math.sqrt(writes.length - lag) + 1 / deviation ** 2;
      assert.ok(Math.abs(products) < allowed, `lag ${lag}: ${products}`);
    }
  });

test('the number of writes in a group spreads as chance has it', () => {
  const share = 0.3;
  const writes = drawn(share, 11);
  let squares = 0;
  for (let group = 0; group < GROUPS; group++) {
    const count = writes.slice(32 * group, 32 * group + 32).reduce((a, b) => a + b, 0);
    squares += (count - 32 * share) ** 2;
  }
  const ratio = squares / GROUPS / (32 * share * (1 - share));
  // The variance of a variance, of what is nearly normal.
  assert.ok(Math.abs(ratio - 1) < 5 * Math.sqrt(2 / GROUPS), `${ratio}`);
});

test('what is asked for one by one is what is asked for at once, and what lies behind it is 0', () => {
  const whole = drawn(0.3, 3);
  const draws = new Draws(0.3, seedStates(3, 2));
  let at = 0;
  for (const count of [1, 31, 5, 32, 32, 30, 3, 17, 1, 1, 32]) {
    const bits = draws.next(count);
    for (let i = 0; i < 32; i++) assert.equal((bits >>> (31 - i)) & 1, i < count ? whole[at + i] : 0);
    at += count;
  }
});
