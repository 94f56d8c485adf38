import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonObjectsIn } from '../../../reports/import/json-in-text.js';

const objectsIn = (text: string): readonly unknown[] => jsonObjectsIn(text).objects;

test('finds an object wherever it stands', () => {
  const object = { a: '}"{', b: { c: [1, { d: null }] } };
  const [line, lines] = [JSON.stringify(object), JSON.stringify(object, null, 2)];
  for (const text of [
    line,
    `fio: a warning\nfio: another\n${line}`,
    `Jobs: 1 (f=1): [r(1)][100.0%][eta 00m:00s]${lines}`,
    `  ${lines}\nsome {table} after\n`,
    `${line} {`,
    `\r\n\t ${lines.replaceAll('\n', '\r\n')}`,
  ])
    assert.deepEqual(objectsIn(text), [object], text);
});

test('finds several, in turn or in an array', () => {
  for (const text of ['{"a":1}\n{"a":2}\n', '[{"a":1},\n {"a":2}]', '{"a":1}{"a":2}'])
    assert.deepEqual(objectsIn(text), [{ a: 1 }, { a: 2 }], text);
});

test('finds none where there is none', () => {
  for (const text of ['', 'x { y }', '[1, 2]', 'PCIE (0000:85:00.0) from core 0: 1 2 3'])
    assert.deepEqual(jsonObjectsIn(text), { objects: [] }, text);
});

test('says what is wrong with text that begins like one', () => {
  const { objects, problem } = jsonObjectsIn('{"a": [1, 2}');
  assert.deepEqual(objects, []);
  assert.ok(problem !== undefined && problem.length > 0);
});

test('finds one after text that begins like one', () => {
  assert.deepEqual(objectsIn('{"broken: \n {"a":1}'), [{ a: 1 }]);
  assert.deepEqual(objectsIn('{ "x" } {"a":1}'), [{ a: 1 }]);
});

test('is done soon with text made to be slow', () => {
  assert.deepEqual(objectsIn('{"'.repeat(500_000)), []);
  assert.deepEqual(objectsIn('{"a":'.repeat(300_000)), []);
  assert.deepEqual(objectsIn(`{"a": nan,${' '.repeat(1_000_000)}"b": 1}`), [{ a: null, b: 1 }]);
  assert.deepEqual(objectsIn(`{"a": nan, "${'\\"'.repeat(500_000)}`), []);
});

test('numbers that are none, as C prints them, are null, and no word within a string is touched', () => {
  const text = '{"a": -nan, "b": [inf, -inf ,nan], "c": "x: nan", "d": {"nan": 1}, "e": "\\"",\n"f":\nNaN}';
  assert.deepEqual(objectsIn(text), [
    { a: null, b: [null, null, null], c: 'x: nan', d: { nan: 1 }, e: '"', f: null },
  ]);
  assert.notEqual(jsonObjectsIn('{"a": nanometre}').problem, undefined);
});
