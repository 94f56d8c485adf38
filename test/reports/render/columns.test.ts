import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, cutInMiddle, cutToColumns, padColumns } from '../../../reports/render/columns.js';
import { wrap } from '../../../reports/render/terminal.js';

test('wide characters take two columns, those that combine none', () => {
  for (const [text, columns] of [
    ['', 0],
    ['job 1/3', 7],
    ['12 µs …', 7],
    ['█░', 2],
    ['一二三', 6],
    ['한글', 4],
    ['ｗｉｄｅ', 8],
    ['e\u0301', 1],
    ['🚀', 2],
  ] as const)
    assert.equal(columnsOf(text), columns, text);
});

test('a name is cut in its middle', () => {
  assert.equal(cutInMiddle('abcdefghij', 10), 'abcdefghij');
  assert.equal(cutInMiddle('abcdefghij', 5), 'ab…ij');
  assert.equal(cutInMiddle('abcdefghij', 6), 'abc…ij');
  assert.equal(cutInMiddle('一二三四五六', 7), '一…六');
  assert.equal(cutInMiddle('🚀🚀🚀🚀', 5), '🚀…🚀');
});

test('nothing is cut or padded past its columns', () => {
  assert.deepEqual([cutToColumns('一二三', 3), cutToColumns('abc', 3)], ['一', 'abc']);
  assert.deepEqual([padColumns('一', 4), padColumns('abc', 2)], ['一  ', 'abc']);
});

test('lines of wide characters are wrapped by what they take', () => {
  assert.deepEqual(wrap('一二三 一二三', 10, 2), ['一二三', '  一二三']);
});
