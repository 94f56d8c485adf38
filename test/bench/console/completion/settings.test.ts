import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOB_KEYS, MATRIX_KEYS } from '../../../../bench/config/job-keys.js';
import { parseConfig } from '../../../../bench/config/load.js';
import { RW_PATTERNS } from '../../../../bench/config/pattern.js';
import { settingsFor } from '../../../../bench/console/completion/settings.js';

const values = (current: string): string[] => settingsFor(current).map(({ value }) => value);
const assigned = (prefix: string, keys: readonly string[]): string[] => keys.map((key) => `${prefix}${key}=`);

test('every key is offered where it can be set, with what it means', () => {
  const all = values('');
  for (const key of ['split', 'attach', 'defaults.bs', 'defaults.iodepth'])
    assert.ok(all.includes(`${key}=`), key);
  assert.deepEqual(values('jobs[0].'), assigned('jobs[0].', Object.keys(JOB_KEYS)));
  assert.deepEqual(values('jobs.a.b.io'), assigned('jobs.a.', Object.keys(JOB_KEYS)));
  assert.deepEqual(values('jobs[12].matrix.'), assigned('jobs[12].matrix.', MATRIX_KEYS));
  assert.ok(settingsFor('').every(({ describe = '' }) => describe !== '' && !describe.includes('`')));
});

test('values are offered where there are few', () => {
  assert.deepEqual(
    values('jobs[0].rw=r'),
    RW_PATTERNS.map((rw) => `jobs[0].rw=${rw}`),
  );
  assert.deepEqual(values('split='), ['split=true', 'split=false']);
  assert.deepEqual([...values('defaults.bs='), ...values('nonsense='), ...values('jobs[0].matrix.rw=')], []);
});

test('what is offered is taken', () => {
  const text = 'device: sim\njobs: [{ name: a, rw: read, runtime: 1s }]';
  for (const value of values('defaults.completion=')) parseConfig(text, 'test.yaml', { set: [value] });
});
