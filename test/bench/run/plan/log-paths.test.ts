import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logPaths } from '../../../../bench/run/plan/log-paths.js';

test('a log that one job names is that file', () => {
  assert.deepEqual(logPaths(['a/b.log', undefined, 'c']), ['a/b.log', undefined, 'c']);
});

test('where several name one file, each has one of its own, in order', () => {
  assert.deepEqual(logPaths(['x.d/b.log', 'c', 'x.d/b.log', undefined, 'c']), [
    'x.d/b-1.log',
    'c-1',
    'x.d/b-2.log',
    undefined,
    'c-2',
  ]);
});
