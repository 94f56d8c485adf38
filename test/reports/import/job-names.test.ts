import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedApart } from '../../../reports/import/job-names.js';
import type { JobRecord } from '../../../reports/index.js';
import { sampleResult } from '../sample.js';

const job = (more: Partial<JobRecord>): JobRecord => ({ ...sampleResult().jobs[0], name: 'j', ...more });

const names = (jobs: readonly JobRecord[]): string[] => namedApart(jobs).jobs.map(({ name }) => name);

test('leaves names alone that tell jobs apart, by themselves or with target, host or run', () => {
  for (const pair of [
    [job({}), job({ name: 'k' })],
    [job({}), job({ target: 'other' })],
    [job({ hostIndex: 0 }), job({ hostIndex: 1 })],
    [job({ run: 0 }), job({ run: 1 })],
  ]) {
    const { jobs, warnings } = namedApart(pair);
    assert.deepEqual(jobs, pair);
    assert.deepEqual(warnings, []);
  }
});

test('puts settings into names where jobs of one name differ in them', () => {
  assert.deepEqual(names([job({ iodepth: 32 }), job({ name: 'other' }), job({ iodepth: 64 })]), [
    'j[iodepth=32]',
    'other',
    'j[iodepth=64]',
  ]);
  assert.deepEqual(
    names([job({ run: 0, rw: 'read', bsBytes: 4096 }), job({ run: 1, rw: 'write', bsBytes: 8192 })]),
    ['j[rw=read,bs=4096]', 'j[rw=write,bs=8192]'],
  );
});

test('numbers jobs that nothing tells apart, and says so', () => {
  const { jobs, warnings } = namedApart([job({}), job({}), job({})]);
  assert.deepEqual(
    jobs.map(({ name }) => name),
    ['j', 'j (2)', 'j (3)'],
  );
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['imported-names-repeated'],
  );
});
