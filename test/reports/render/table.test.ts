import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, fittingTableLines } from '../../../reports/render/table.js';

const columns: Column[] = ['name', 'one', 'two', 'three'].map((head) => ({ head, align: 'left' }));
const rows = [['row', '1', '22', '333']];

test('a table that fits is one part', () => {
  assert.deepEqual(fittingTableLines(columns, rows, { gap: 1, fixed: 1, width: 80 }), [
    ['  name one two three', '  row  1   22  333'],
  ]);
});

test('one that does not is parts below each other, each with the first columns', () => {
  assert.deepEqual(fittingTableLines(columns, rows, { gap: 1, fixed: 1, width: 19 }), [
    ['  name one two', '  row  1   22'],
    ['  name three', '  row  333'],
  ]);
});

test('a column is never cut, and colour takes no room', () => {
  const red = [['row', '1', '\u001b[31m22\u001b[39m', '333']];
  const parts = fittingTableLines(columns, red, { gap: 1, fixed: 1, width: 20 });
  assert.equal(parts.length, 1);
  assert.equal(fittingTableLines(columns, rows, { gap: 1, fixed: 1, width: 5 }).length, 3);
});
