/** Jobs that verify, from their keys to their record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord } from '../../../reports/document/index.js';
import { runText } from './run-text.js';

const FILL = 'rw: randwrite, bs: 4k, iodepth: 8, size: 256KiB, verify: crc32c, randseed: 7';

async function jobsOf(faults: string, ...jobs: string[]): Promise<JobRecord[]> {
  const { result, failure } = await runText(
    `device: "sim:?size=1MiB&latency=none${faults === '' ? '' : `&faults=${faults}`}"`,
    'allow_writes: true',
    'jobs:',
    ...jobs.map((job, i) => `  - { name: job${i}, ${job} }`),
  );
  assert.equal(failure, undefined);
  return result.jobs;
}

const NONE = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };
const dataReasons = ({ verdict }: JobRecord): string[] =>
  (verdict?.reasons ?? []).filter((reason) => reason.startsWith('data-') || reason === 'bad-block');

test('a job that verifies tells of every block, and reads back what it wrote in no figure', async () => {
  const [{ verification, directions, verdict }] = await jobsOf('', FILL);
  assert.deepEqual([verification?.goodBlocks, verification?.badBlocks], [512, NONE]);
  assert.deepEqual(
    [verification?.readBack?.ios, directions.read, directions.write?.ios],
    [64, undefined, 64],
  );
  assert.notEqual(verdict?.level, 'invalid');
});

test('with do_verify: false nothing is read back', async () => {
  const [{ verification }] = await jobsOf('', `${FILL}, do_verify: false`);
  assert.deepEqual([verification?.goodBlocks, verification?.readBack], [0, undefined]);
});

test('a bad block makes its job invalid, by the name of what is wrong', async () => {
  const [job] = await jobsOf('lose(3)', FILL);
  assert.deepEqual([job.verdict?.level, dataReasons(job)], ['invalid', ['data-unwritten']]);
  assert.deepEqual(job.verification?.shown.length, 3);
});

test('a job that reads checks what another wrote', async () => {
  const [, job] = await jobsOf(
    'flip(5,99)',
    `${FILL}, do_verify: false`,
    'rw: read, bs: 16k, size: 256KiB, verify: crc32c',
  );
  assert.deepEqual(job.verification?.badBlocks, { ...NONE, corrupt: 1 });
  assert.equal(job.verification?.goodBlocks, 511);
});

test('a job that reads what was never written says so', async () => {
  const [job] = await jobsOf('', 'rw: read, bs: 4k, size: 64KiB, verify: crc32c');
  assert.deepEqual(job.verification?.badBlocks, { ...NONE, unwritten: 128 });
});

test('verify_only finds what a former run wrote, and writes nothing', async () => {
  const [, job] = await jobsOf('', `${FILL}, do_verify: false`, `${FILL}, verify_only: true`);
  assert.deepEqual([job.rw, job.directions.write, job.directions.read?.ios], ['randread', undefined, 64]);
  assert.deepEqual([job.verification?.goodBlocks, job.verification?.badBlocks], [512, NONE]);
  assert.equal(
    job.proof?.checks.every(({ holds }) => holds),
    true,
  );
});

test('verify_only finds blocks of an earlier run of the same job where the last did not write', async () => {
  const write = `${FILL}, do_verify: false`;
  const [, , job] = await jobsOf('lose(70)', write, write, `${FILL}, verify_only: true`);
  assert.deepEqual([job.verification?.goodBlocks, job.verification?.badBlocks], [504, { ...NONE, stale: 8 }]);
});

test('verify_only finds what another seed wrote', async () => {
  const [, job] = await jobsOf(
    '',
    `${FILL.replace('7', '8')}, do_verify: false`,
    `${FILL}, verify_only: true`,
  );
  assert.equal(job.verification?.goodBlocks, 0);
});

test('verify_fatal ends the job at the first bad block', async () => {
  const [, job] = await jobsOf(
    'flip(5,99)',
    `${FILL}, do_verify: false`,
    'rw: read, bs: 4k, runtime: 100s, size: 256KiB, verify: crc32c, verify_fatal: true',
  );
  assert.deepEqual([job.stopReason, dataReasons(job)], ['verify', ['bad-block', 'data-corrupt']]);
});

test('reads of a mixed job are checked as far as it wrote', async () => {
  const [job] = await jobsOf(
    '',
    'rw: randrw, bs: 4k, iodepth: 32, number_ios: 4000, size: 256KiB, norandommap: true, verify: crc32c',
  );
  assert.deepEqual(job.verification?.badBlocks, NONE);
  assert.ok((job.verification?.goodBlocks ?? 0) > 512 && (job.verification?.unknownBlocks ?? 0) > 0);
});

test('a read that fails while it is read back makes the job suspect', async () => {
  const [job] = await jobsOf(
    'error(lba=8-8,sct=2,sc=0x81)',
    'rw: write, bs: 4k, offset: 4096, size: 8KiB, verify: crc32c',
  );
  // The write of these blocks failed too: nothing is known of them.
  assert.deepEqual(job.verification?.unknownBlocks, 0);
  assert.equal(job.verification?.readBack?.failedIos, 1);
  assert.ok(dataReasons(job).includes('data-not-read-back'));
});

test('workers that write to the same blocks, and what was written in an unknown order, are refused', async () => {
  const refused = (job: string, code: string) => assert.rejects(jobsOf('', job), { code, kind: 'input' });
  await refused(`${FILL}, numjobs: 2`, 'VERIFY_WORKERS_OVERLAP');
  await refused(`${FILL}, verify_only: true, norandommap: true`, 'VERIFY_ONLY_TWICE');
  await refused(`${FILL}, verify_only: true, loops: 2`, 'VERIFY_ONLY_TWICE');
  const parts = await jobsOf('', `${FILL}, numjobs: 2, partition: true`);
  assert.equal(parts[0].verification?.goodBlocks, 512);
});

test('a job that verifies is not run beside one that writes to the same blocks', async () => {
  const beside = (offset: string) =>
    `- parallel: [{ name: a, ${FILL} }, { name: b, rw: write, bs: 4k, size: 64KiB, offset: ${offset} }]`;
  const head = ['device: "sim:?size=1MiB&latency=none"', 'allow_writes: true', 'jobs:'];
  const ran = (offset: string) => runText(...head, `  ${beside(offset)}`);
  await assert.rejects(ran('192KiB'), { code: 'VERIFY_BESIDE_WRITER', kind: 'input' });
  const { result } = await ran('256KiB');
  assert.equal(result.jobs[0].verification?.goodBlocks, 512);
});

test('a job that verifies may run beside one that only reads its blocks, also where both begin on a purged drive', async () => {
  const config = [
    'device: "sim:?size=1MiB&latency=none"',
    'allow_writes: true',
    'defaults: { purge: deallocate }',
    `jobs: [{ parallel: [{ name: a, ${FILL} }, { name: b, rw: read, bs: 4k, size: 256KiB }] }]`,
  ];
  const { result, failure } = await runText(...config);
  assert.equal(failure, undefined);
  assert.equal(result.jobs[0].verification?.goodBlocks, 512);
});
