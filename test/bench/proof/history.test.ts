import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tallySeries } from '../../../bench/proof/history.js';
import { Random } from '../../../reports/compare/index.js';

test('series that never change hardly ever have a change of level, and a step of 8 % is found', () => {
  const wish = { sd: 0.02, alpha: 0.001, magnitude: 0.05 };
  const { falseAlarms, found } = tallySeries(100, new Random(71), wish);
  assert.ok(falseAlarms <= 3, `${falseAlarms} false alarms`);
  assert.ok(found >= 95, `${found} found`);
});
