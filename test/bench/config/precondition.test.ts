import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate } from '../../../bench/config/validate.js';
import { planned } from '../planned.js';

const JOB = { name: 'a', rw: 'read', number_ios: 9 };
const read = (root: object) => validate({ device: 'null', allow_writes: true, jobs: [JOB], ...root });
const problemsOf = (root: object): string[] => {
  const found = read(root);
  return 'findings' in found
    ? found.findings.map(({ path, message }) => `${path.join('.')}: ${message}`)
    : [];
};

test('it is a job before all others, twice over the namespace in writes of 128 KiB unless it says otherwise', () => {
  const jobs = '  - { name: a, rw: read, runtime: 1s }';
  const specOf = (text: string) =>
    planned(jobs, `device: sim\nallow_writes: true\nprecondition: ${text}`)[0].spec;
  const { bsBytes, iodepth, numberIos, runtimeMs, readPercent, random } = specOf('{}');
  assert.deepEqual([bsBytes, iodepth, readPercent, random], [2 ** 17, 32, 0, false]);
  assert.deepEqual([numberIos * bsBytes, runtimeMs], [2 ** 31, Number.POSITIVE_INFINITY]);
  const other = specOf('{ fill: 1, bs: 1M, iodepth: 4 }');
  assert.deepEqual([other.bsBytes, other.iodepth, other.numberIos], [2 ** 20, 4, 1024]);
});

test('it has nothing of the defaults', () => {
  const found = read({ precondition: {}, defaults: { runtime: '1s', bs: '4k', rate_iops: 5 } });
  assert.ok('config' in found);
  const [{ name, runtimeMs, rateIops }] = found.config.jobs;
  assert.deepEqual([name, runtimeMs, rateIops], ['precondition', undefined, undefined]);
});

test('it writes, and its name is taken', () => {
  assert.match(problemsOf({ precondition: {}, allow_writes: false })[0], /^precondition: write writes/);
  assert.match(problemsOf({ precondition: {}, jobs: [{ ...JOB, name: 'precondition' }] })[0], /is named/);
  assert.match(problemsOf({ precondition: { fill: 0 } })[0], /precondition\.fill: expects a whole number/);
});
