/** Jobs in parts of their region, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

async function jobsOf(...jobs: string[]): Promise<JobRecord[]> {
  const { result, failure } = await runText(
    'device: "sim:?size=16MiB&latency=none"',
    'allow_writes: true',
    'defaults: { zonemode: strided, bs: 4k, size: 8M }',
    'jobs:',
    ...jobs.map((job, i) => `  - { name: job${i}, ${job} }`),
  );
  if (failure !== undefined) throw failure;
  return result.jobs;
}

const checksOf = ({ proof }: JobRecord): [string, boolean][] =>
  (proof?.checks ?? []).map(({ check, holds }) => [check, holds]);

test('parts are gone through as asked, which is proved, and so much as the region is transferred', async () => {
  const jobs = await jobsOf(
    'rw: read, zonesize: 64k, zoneskip: 512k, iodepth: 4',
    'rw: randwrite, zonesize: 256k, zonerange: 512k, iodepth: 8, numjobs: 2',
    'rw: randread, zonesize: 256k, norandommap: true',
    'rw: write, zonesize: 64k, zoneskip: 64k, verify: crc32c',
  );
  for (const job of jobs) {
    assert.equal(job.directions.read?.ios ?? job.directions.write?.ios, 2048 * job.workers.length);
    assert.deepEqual(
      checksOf(job).filter(([, holds]) => !holds),
      [],
    );
    assert.ok(checksOf(job).some(([check]) => check === 'offsets'));
  }
  assert.ok(checksOf(jobs[1]).some(([check]) => check === 'coverage'));
  // Half of the region is never come to; the other half is written twice, and read back once.
  assert.deepEqual([jobs[3].verification?.goodBlocks, jobs[3].verification?.readBack?.ios], [8192, 1024]);
});

test('parts that do not fit are refused before the run', () =>
  assert.rejects(jobsOf('rw: read, zonesize: 16M'), { code: 'OUT_OF_NAMESPACE' }));
