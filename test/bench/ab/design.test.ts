import assert from 'node:assert/strict';
import { test } from 'node:test';
import { designOf, sureOf } from '../../../bench/ab/design.js';

const WISH = { blocks: 24, seed: 1, confidence: 0.95, margin: 0.03, warmUp: true };

test('what an experiment can be sure of is what comparisons estimate', () => {
  assert.deepEqual(sureOf(['p99', 'iops']), ['iops', 'p99']);
  assert.throws(() => sureOf(['errors']), /--sure-of \(errors\): .* name some of iops, /);
  assert.throws(() => sureOf(['p9x']), /there is no such metric/);
});

test('with looks there are as many controls as blocks, or none', () => {
  const untilSure = { metrics: sureOf(['iops']) };
  assert.equal(designOf({ ...WISH, untilSure }).controls, 24);
  assert.equal(designOf({ ...WISH, untilSure, controls: 0 }).controls, 0);
  assert.throws(() => designOf({ ...WISH, untilSure, controls: 12 }), /as many as blocks/);
  assert.equal(designOf({ ...WISH, controls: 12 }).controls, 12);
});
