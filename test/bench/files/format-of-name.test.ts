import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOfName } from '../../../bench/files/format-of-name.js';
import { VIEW_FORMATS } from '../../../reports/views/formats.js';

test('the end of a name says the format', () => {
  const formats = ['r.html', 'r.HTM', 'a/b.md', 'r.csv', 'r.json', 'r.xml', 'r.hgrm', 'r.hlog', 'r.prom'];
  assert.deepEqual(
    formats.map((name) => formatOfName(name, VIEW_FORMATS)),
    ['html', 'html', 'markdown', 'csv', 'json', 'junit', 'hgrm', 'hlog', 'openmetrics'],
  );
});

test('a format that cannot be had, a name without one, and no name say none', () => {
  for (const name of ['r.csv', 'r.txt', 'html', '-', '', undefined])
    assert.equal(formatOfName(name, ['html', 'json']), undefined);
});
