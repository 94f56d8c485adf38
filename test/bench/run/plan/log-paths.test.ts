import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig } from '../../../../bench/config/load.js';
import { logFiles, logPaths } from '../../../../bench/run/plan/log-paths.js';

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

test('the files of a run are known before its devices: of each repeat, round and device one', () => {
  const job = { rw: 'read', number_ios: 1 } as const;
  const config = checkConfig({
    devices: ['null:', 'sim:'],
    jobs: [
      { name: 'alone', device: 'null:', log: 'one.log', ...job },
      { name: 'twice', repeat: 2, log: 'each.log', ...job },
      {
        rounds: { job: 'r', of: 'iops', most: 3, window: 2 },
        jobs: [{ name: 'r', device: 'null:', log: 'r', ...job }],
      },
      { name: 'none', ...job },
    ],
  });
  assert.deepEqual(logFiles(config), [
    'one.log',
    'each-1.log',
    'each-2.log',
    'each-3.log',
    'each-4.log',
    'r-1',
    'r-2',
    'r-3',
  ]);
});
