import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endingOf } from '../../../bench/files/format-of-name.js';

test('the end of a name says the format', () => {
  const names = [
    'r.html',
    'r.HTM',
    'a/b.md',
    'r.csv',
    'r.json',
    'r.xml',
    'r.hgrm',
    'r.hlog',
    'r.prom',
    'r.txt',
  ];
  assert.deepEqual(
    names.map((name) => endingOf(name).format),
    ['html', 'html', 'markdown', 'csv', 'json', 'junit', 'hgrm', 'hlog', 'openmetrics', 'text'],
  );
});

test('an end that is no format is one without, and a name may have none', () => {
  assert.deepEqual(endingOf('a.b/r.xyz'), { ending: '.xyz' });
  for (const name of ['html', '-', '', '/dev/fd/63', '.html'])
    assert.deepEqual(endingOf(name), { ending: '' });
});
