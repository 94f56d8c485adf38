import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../reports/statistics/random.js';
import { resampledMean } from '../../../reports/statistics/resampled.js';

const DEVIATIONS = [-0.3, -0.2, -0.2, -0.1, -0.1, 0, 0, 0.1, 0.1, 0.7];

test('one value may be half as far off again as the farthest that was seen, at each end', () => {
  const limits = resampledMean(DEVIATIONS, 1, 0).limits(0.1);
  assert.deepEqual(
    limits.map((limit) => limit.toFixed(9)),
    ['-0.450000000', '1.050000000'],
  );
  // Two of eleven are the farthest at an end, the one that was not seen among them.
  const p = resampledMean(DEVIATIONS, 1, 0).p(0.7);
  assert.ok(Math.abs(p - 4 / 11) < 0.06, `${p}`);
  assert.equal(resampledMean(DEVIATIONS, 1, 0).p(1.06), 0);
  assert.equal(resampledMean(DEVIATIONS, 1, 0).p(-0.46), 0);
});

test('a difference of two reaches as far to both sides, and a mean of more less far', () => {
  const [low, high] = resampledMean(DEVIATIONS, 1, 1).limits(0.02);
  assert.ok(high > 0.7 && Math.abs(low + high) < 0.15, `${low} to ${high}`);
  const [, ofNine] = resampledMean(DEVIATIONS, 9, 0).limits(0.1);
  assert.ok(ofNine > 0.1 && ofNine < 0.5, `${ofNine}`);
});

test('p is what the limits are made with', () => {
  const off = resampledMean(DEVIATIONS, 3, 2);
  for (const alpha of [0.02, 0.1, 0.4]) {
    const [low, high] = off.limits(alpha);
    assert.ok(off.p(high) >= alpha && off.p(low) >= alpha, `${alpha}`);
    assert.ok(off.p(high + 1e-9) <= alpha + 0.01 && off.p(low - 1e-9) <= alpha + 0.01, `${alpha}`);
  }
});

test('of twenty exponential values the limits at a tenth leave out a new one in twenty at each end', () => {
  const random = new Random(4);
  const draw = (): number => -Math.log(random.uniform());
  let [below, above] = [0, 0];
  for (let i = 0; i < 400; i++) {
    const [low, high] = resampledMean(Array.from({ length: 19 }, draw), 1, 0).limits(0.1);
    const next = draw();
    if (next < low) below++;
    if (next > high) above++;
  }
  // 20 of 400 are expected; more than 35 are seen one time in a thousand.
  assert.ok(below >= 5 && below <= 35 && above >= 5 && above <= 35, `${below}, ${above}`);
});
