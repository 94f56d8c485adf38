/** Jobs whose writes are to be all there or not at all, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

const MANY = 'rw: randwrite, bs: 4k, iodepth: 4, size: 64k, verify: crc32c, verify_write_sequence: false';

async function jobOf(options: string, keys: string, ...more: string[]): Promise<JobRecord> {
  const { result, failure } = await runText(
    `device: "sim:?size=1MiB&latency=none&${options}"`,
    'allow_writes: true',
    ...more,
    `jobs: [{ name: job, ${keys} }]`,
  );
  if (failure !== undefined) throw failure;
  return result.jobs[0];
}

const NONE = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };

test('workers that write to the same blocks find writes of each other, whole', async () => {
  const job = await jobOf('awupf=4KiB', `${MANY}, numjobs: 3, loops: 4, atomic: true`);
  assert.deepEqual([job.verification?.badBlocks, job.verification?.goodBlocks], [NONE, 3 * 128]);
});

test('a write of which a part is there is found where each I/O is to be of one write, and not otherwise', async () => {
  const torn = `awupf=4KiB&faults=tear(20,1024)`;
  const keys = `${MANY}, loops: 2`;
  const { verification } = await jobOf(torn, `${keys}, atomic: true`);
  assert.deepEqual(verification?.badBlocks, { ...NONE, torn: 6 });
  assert.deepEqual((await jobOf(torn, keys)).verification?.badBlocks, NONE);
});

test('what the drive does not promise is refused before the run', async () => {
  const write = 'rw: write, size: 64k, atomic: true';
  await assert.rejects(jobOf('awupf=4KiB', `${write}, bs: 8k`), { code: 'NOT_ATOMIC' });
  const parts = jobOf('awupf=16KiB&mdts=8KiB', `${write}, bs: 16k`, 'split: true');
  await assert.rejects(parts, { code: 'NOT_ATOMIC', message: /takes 2 commands/ });
  await assert.rejects(jobOf('lba=512', `${write}, bs: 4k`), { code: 'NOT_ATOMIC' });
  await assert.rejects(jobOf('awupf=8KiB', `${write}, bssplit: 4k/50:8k/50`), { code: 'NOT_ATOMIC' });
});
