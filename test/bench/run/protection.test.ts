/** Jobs on namespaces with protection information, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchResult } from '../../../reports/document/index.js';
import { formatText } from '../../../reports/index.js';
import { runText } from './run-text.js';

async function resultOf(options: string, ...jobs: string[]): Promise<BenchResult> {
  const { result, failure } = await runText(
    `device: "sim:?size=1MiB&latency=none&${options}"`,
    'allow_writes: true',
    'jobs:',
    ...jobs.map((job, i) => `  - { name: job${i}, bs: 4k, size: 256KiB, ${job} }`),
  );
  assert.equal(failure, undefined);
  return result;
}

test('an I/O that fails a check is counted by its name, in the document and in its text', async () => {
  const result = await resultOf(
    'metadata=8&pi=1&faults=flip(5,99)',
    'rw: write',
    'rw: read, pi_chk: "GUARD,REFTAG"',
  );
  const [written, read] = result.jobs;
  assert.deepEqual([written.errors.total, read.errors.total, read.errors.byStatus.length], [0, 1, 1]);
  assert.match(formatText(result, { color: false }), /End-to-end Guard Check Error/);
});

test('what was checked, and of which namespace, is recorded', async () => {
  const { devices, jobs } = await resultOf('metadata=8&pi=2', 'rw: read, pi_chk: "reftag, guard", apptag: 7');
  assert.deepEqual([devices[0].metadataBytes, devices[0].protectionType], [8, 2]);
  assert.deepEqual([jobs[0].workload?.pi_chk, jobs[0].workload?.apptag], ['GUARD,REFTAG', 7]);
});

test('a job that says nothing of it has nothing recorded of it', async () => {
  const { devices, jobs } = await resultOf('media=ram', 'rw: read');
  assert.equal(devices[0].protectionType, undefined);
  for (const key of ['pi_chk', 'apptag', 'apptag_mask']) assert.equal(jobs[0].workload?.[key], undefined);
});

test('purge: format leaves protection as it was', async () => {
  const { devices, jobs } = await resultOf(
    'metadata=8&pi=3',
    'rw: write, purge: format',
    'rw: read, pi_chk: GUARD',
  );
  assert.deepEqual([devices[0].protectionType, jobs[1].errors.total], [3, 0]);
});
