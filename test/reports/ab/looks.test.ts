import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confidenceAt, looksOf, neededPairs } from '../../../reports/ab/index.js';

test('an experiment of at most 24 blocks is looked at after 8, 12, 16 and all of them', () => {
  assert.deepEqual(looksOf(24, 0.95), [8, 12, 16, 24]);
  assert.deepEqual(looksOf(40, 0.95), [8, 12, 16, 24, 32, 40]);
  assert.deepEqual(looksOf(6, 0.95), [6]);
});

test('looks at which nothing could be found are left out, and the next may use what they would have', () => {
  const looks = looksOf(24, 0.99);
  assert.deepEqual(looks, [12, 16, 24]);
  assert.ok(Math.abs(confidenceAt(looks, 0.99, 12) - (1 - 0.01 * (12 / 24))) < 1e-12);
});

test('all looks together are wrong no more often than was asked for, and each can find something', () => {
  for (const confidence of [0.9, 0.95, 0.99, 0.999]) {
    for (const most of [12, 24, 25, 100, 500]) {
      const looks = looksOf(most, confidence);
      const chances = looks.map((look) => 1 - confidenceAt(looks, confidence, look));
      const sum = chances.reduce((total, chance) => total + chance, 0);
      assert.ok(Math.abs(sum - (1 - confidence)) < 1e-12, `${sum}`);
      for (const [i, chance] of chances.slice(0, -1).entries())
        assert.ok(neededPairs(chance) <= looks[i], `${chance} at ${looks[i]}`);
    }
  }
});

test('what was cut short between two looks is judged as at the next', () => {
  const looks = [8, 12, 16, 24];
  assert.equal(confidenceAt(looks, 0.95, 10), confidenceAt(looks, 0.95, 12));
  assert.equal(confidenceAt(looks, 0.95, 3), confidenceAt(looks, 0.95, 8));
});
