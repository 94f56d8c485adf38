import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedResult } from '../../../reports/compare/index.js';
import { formatSelfTest, parseGate, seenSlowdown, selfTest } from '../../../reports/gates/index.js';
import { Random } from '../../../reports/statistics/random.js';
import { named, resultOf, runsAround } from '../compare/documents.js';

/** Results of one repeat each, whose means vary by that much. */
function noisy(spread: number, count = 8, seed = 3): NamedResult[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) =>
    named(`r${i}`, resultOf([{ meanNs: 100_000 * Math.exp(spread * random.normal()) }], 20 * seed + i)),
  );
}

const outcomesOf = (gate: string, result: NamedResult[], baseline?: NamedResult[]) => {
  const test = selfTest({ gates: [parseGate(gate)], result, ...(baseline ? { baseline } : {}) }, 0.8);
  return test.gates[0].checks[0].outcomes ?? assert.fail(test.gates[0].checks[0].reason);
};

test('the noisier the host, the larger the slowdown that fails', () => {
  const [quiet, loud] = [0.002, 0.05].map(
    (spread) => seenSlowdown(outcomesOf('iops >= -3% vs baseline', noisy(spread)), 0.8) ?? Infinity,
  );
  assert.ok(quiet <= 0.05, `${quiet}`);
  assert.ok(loud >= 2 * quiet, `${loud}`);
});

test('the shares of a step add up to one, and the slower it is the more often it fails', () => {
  const outcomes = outcomesOf('mean <= +3% vs baseline', noisy(0.02));
  for (const { pass, fail, inconclusive } of outcomes)
    assert.ok(Math.abs(pass + fail + inconclusive - 1) < 1e-9);
  const fails = outcomes.map(({ fail }) => fail);
  assert.deepEqual(
    fails,
    [...fails].sort((a, b) => a - b),
  );
});

test('a figure on its bound passes, and fails, no more often than the confidence allows', () => {
  // 3 % more latency are 1 / 1.03 of the IOPS.
  const [, , , onBound] = outcomesOf('mean <= +3% vs baseline', noisy(0.03));
  assert.equal(onBound.slowdown, 0.03);
  assert.ok(onBound.pass <= 0.07 && onBound.fail <= 0.07, JSON.stringify(onBound));
});

test('absolute bounds are tried around the results as they are', () => {
  const [asIs, ...slower] = outcomesOf('mean <= 110us', noisy(0.01));
  assert.ok(asIs.pass > 0.95);
  assert.ok((slower.find(({ slowdown }) => slowdown === 0.2)?.fail ?? 0) > 0.95);
});

test('one run: what is assumed of runs is what is tried, and 21 % of false alarms are none any more', () => {
  const one = [named('a', resultOf(runsAround(100_000, 10)))];
  const [equal] = outcomesOf('iops >= 0% vs baseline', one);
  assert.ok(equal.fail <= 0.07 && equal.pass <= 0.07, JSON.stringify(equal));
});

test('one run without repeats: it says that it cannot know', () => {
  const test = selfTest(
    { gates: [parseGate('iops >= -3% vs baseline')], result: named('a', resultOf([{ meanNs: 100_000 }])) },
    0.8,
  );
  const [{ verdict, reason, outcomes }] = test.gates[0].checks;
  assert.equal(verdict, 'inconclusive');
  assert.match(reason, /too few/);
  assert.equal(outcomes, undefined);
});

test('speaks of a baseline where a gate has one, and of runs on both sides where it was given', () => {
  const result = noisy(0.01);
  const textOf = (gate: string, baseline?: NamedResult[]) => {
    const request = { gates: [parseGate(gate)], result, ...(baseline ? { baseline } : {}) };
    return formatSelfTest(selfTest(request, 0.8), { color: false, width: 1000 });
  };
  assert.match(textOf('iops >= -3% vs baseline'), /, against a baseline like it: what/);
  assert.doesNotMatch(textOf('iops >= -3% vs baseline'), /no worse than itself/);
  assert.match(textOf('iops >= -3% vs baseline', result), /no worse than itself/);
  assert.doesNotMatch(textOf('iops >= 1'), /against/);
});
