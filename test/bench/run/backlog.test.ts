/** Jobs that read between their writes what they wrote, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

const FILL = 'rw: randwrite, bs: 4k, iodepth: 8, size: 1M, verify: crc32c';

async function jobOf(faults: string, keys: string): Promise<JobRecord> {
  const { result, failure } = await runText(
    `device: "sim:?size=4MiB&latency=none${faults === '' ? '' : `&faults=${faults}`}"`,
    'allow_writes: true',
    `jobs: [{ name: job, ${keys} }]`,
  );
  assert.equal(failure, undefined);
  return result.jobs[0];
}

const failed = ({ proof }: JobRecord) => proof?.checks.filter(({ holds }) => !holds);
const backlog = ({ proof }: JobRecord) => proof?.checks.find(({ check }) => check === 'backlog');

for (const keys of [
  'verify_backlog: 1',
  'verify_backlog: 16',
  'verify_backlog: 64, verify_backlog_batch: 16',
])
  test(`with ${keys} every block is read once, between the writes or behind them`, async () => {
    const job = await jobOf('', `${FILL}, ${keys}`);
    const { read, write } = job.directions;
    const behind = job.verification?.readBack?.ios ?? 0;
    assert.deepEqual([write?.ios, (read?.ios ?? 0) + behind], [256, 256]);
    // What is in flight when the last write goes is read behind, and with a smaller batch what is left.
    assert.ok(behind <= 64 + 16, `${behind}`);
    assert.deepEqual([job.verification?.goodBlocks, failed(job)], [2048, []]);
    assert.equal(backlog(job)?.holds, true);
  });

test('a bad block is found between the writes, and ends the job where it is to', async () => {
  const job = await jobOf(
    'lose(20)',
    'rw: write, bs: 4k, size: 1M, verify: crc32c, verify_backlog: 4, verify_fatal: true',
  );
  assert.equal(job.verification?.badBlocks.unwritten, 8);
  assert.ok((job.directions.write?.ios ?? 0) < 32, `${job.directions.write?.ios}`);
});

test('several workers with lengths of their own, and several times over', async () => {
  const keys = 'rw: randwrite, bssplit: 4k/50:16k/50, numjobs: 2, partition: true, size: 1M, loops: 3';
  const job = await jobOf('', `${keys}, iodepth: 4, verify: crc32c, verify_backlog: 8`);
  const { corrupt, stale, torn, misdirected, unwritten } = job.verification?.badBlocks ?? {};
  assert.deepEqual([corrupt, stale, torn, misdirected, unwritten, failed(job)], [0, 0, 0, 0, 0, []]);
});
