import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfTest } from '../../../reports/gates/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { named, resultOf } from '../compare/documents.js';

const CERTAINTY = { confidence: 0.95, margin: 0.03, seed: 5 };

function noisy(spread: number, count = 8) {
  const random = new Random(3);
  return resultOf(
    Array.from({ length: count }, () => ({ meanNs: 100_000 * Math.exp(spread * random.normal()) })),
  );
}

test('the noisier the host, the larger the slowdown has to be', () => {
  const [quiet, loud] = [0.002, 0.08].map(
    (spread) => selfTest(named('r', noisy(spread)), CERTAINTY, 0.8).jobs[0],
  );
  assert.ok(quiet.slowdown !== undefined && quiet.slowdown < 0.06, `${quiet.slowdown}`);
  assert.ok((loud.slowdown ?? Infinity) > 2 * quiet.slowdown);
});

test('nothing below the margin is ever called worse', () => {
  const [{ slowdown = 0 }] = selfTest(named('r', noisy(0.0001)), CERTAINTY, 0.8).jobs;
  assert.ok(slowdown >= 0.03 / 1.1, `${slowdown}`);
});

test('equal pairs are called worse no more often than the confidence allows', () => {
  const [{ falseAlarms = 1 }] = selfTest(named('r', noisy(0.03)), CERTAINTY, 0.8).jobs;
  assert.ok(falseAlarms <= 0.08, `${falseAlarms}`);
});

test('too few repeats: it says that it cannot know', () => {
  const [{ problem, slowdown }] = selfTest(named('r', noisy(0.01, 3)), CERTAINTY, 0.8).jobs;
  assert.match(problem ?? '', /too few/);
  assert.equal(slowdown, undefined);
});
