import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentilesOf } from '../../../bench/commands/option-values.js';

test('percentiles are numbers with or without their p, each once and in their order', () => {
  assert.equal(percentilesOf(undefined, 'text'), undefined);
  assert.deepEqual(percentilesOf('99.95, p50,1,50,0.01', 'text'), [0.01, 1, 50, 99.95]);
});

for (const list of ['', '50,', '0', '0.0', '100', '101', '-1', '1e1', 'abc', '50;99', '99.99999999'])
  test(`percentiles '${list}' are refused`, () => {
    assert.throws(() => percentilesOf(list, 'text'), { code: 'BAD_ARGUMENTS', kind: 'input' });
  });

test('more percentiles than a table can hold are refused', () => {
  const list = Array.from({ length: 13 }, (_, i) => i + 1).join(',');
  assert.throws(() => percentilesOf(list, 'text'), /more than 12/);
});

test('percentiles are for tables of text and Markdown', () => {
  for (const format of ['text', 'markdown']) assert.deepEqual(percentilesOf('50', format), [50]);
  assert.throws(() => percentilesOf('50', 'csv'), /csv has those it always has; choose --format text/);
  assert.throws(() => percentilesOf('200', 'text'), /not above 0 and below 100/);
  assert.equal(percentilesOf(undefined, 'csv'), undefined);
});
