/** Files through io_uring: what workers do, whole runs, what lies in the file afterwards, and what is refused. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { JobData } from '../../bench/config/config-data.js';
import { run } from '../../bench/run/run.js';
import { allowedCpus, openDrive } from '../../engine/index.js';
import { threadIds, threadName } from '../../engine/sys/threads.js';
import type { BenchResult } from '../../reports/index.js';
import { openFds } from '../fixtures/open-fds.js';
import { runJob } from './drive-jobs.js';
import { openedDrive } from './drive-subject.js';
import { driveWorkerTests } from './drive-workers.js';

// Not in /tmp, which may be memory: tmpfs has no direct I/O before Linux 6.6.
const folder = mkdtempSync('/var/tmp/nvbench-uring-');
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const MIB = 2 ** 20;
const BLOCK = 4096;
const READS = { name: 'a', rw: 'randread', bs: '4k', iodepth: 8, number_ios: 2000 } as const;

function fileOf(name: string, bytes = 4 * MIB): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.alloc(bytes, 0xa5));
  return path;
}

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function resultOf(
  path: string,
  job: Partial<JobData>,
  keys: object = {},
  options = '',
): Promise<BenchResult> {
  const { result, failure } = await run({
    device: `uring:${path}${options}`,
    ...keys,
    jobs: [{ ...READS, ...job }],
  });
  if (failure !== undefined) throw failure;
  return result;
}

const mayWrite = (path: string): object => ({ allow_writes: true, serial_number: path });

for (const options of ['lba=512', 'lba=4096', 'sqpoll=1'])
  describe(`workers on a file with ${options}`, { concurrency: false }, () => {
    driveWorkerTests(openedDrive(() => `uring:${fileOf(`workers-${options}`)}?${options}`));
  });

for (const rw of ['read', 'randread'] as const)
  test(`${rw} does exactly the I/Os asked, and changes nothing`, async () => {
    const path = fileOf(rw);
    const before = hashOf(path);
    const { jobs } = await resultOf(path, { rw });
    assert.deepEqual([jobs[0].directions.read?.ios, jobs[0].errors.total], [2000, 0]);
    assert.equal(hashOf(path), before);
  });

for (const bs of [512, 4096, 128 * 1024])
  test(`each block of ${bs} bytes written lies where it says that it was written`, async () => {
    const path = fileOf(`write-${bs}`);
    await resultOf(
      path,
      { rw: 'write', bs: String(bs), number_ios: undefined, size: '100%', iodepth: 4 },
      mayWrite(path),
      '?lba=512',
    );
    const words = new Uint32Array(new Uint8Array(readFileSync(path)).buffer);
    for (let lba = 0; lba < words.length / 128; lba++) assert.equal(words[lba * 128], lba, `block ${lba}`);
  });

test('a file holds what its job is told to write', async () => {
  const path = fileOf('pattern');
  const job = { rw: 'write', number_ios: undefined, size: '100%' } as const;
  await resultOf(path, { ...job, buffer_pattern: '0xfe%o"end"' }, mayWrite(path), '?lba=512');
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += 512) {
    assert.equal(bytes.readBigUInt64LE(at + 1), BigInt(at));
    assert.equal(bytes.toString('latin1', at + 9, at + 12), 'end');
  }
  await resultOf(path, { ...job, zero_buffers: true }, mayWrite(path), '?lba=512');
  assert.ok(readFileSync(path).every((byte) => byte === 0));
});

test('writes beyond 4 GiB lie beyond 4 GiB', async () => {
  const path = fileOf('sparse', 0);
  truncateSync(path, 6 * 2 ** 30);
  const job = { rw: 'write', offset: '5GiB', size: '64KiB', number_ios: undefined } as const;
  await resultOf(path, job, mayWrite(path), '?lba=512');
  const bytes = Buffer.alloc(64 * 1024);
  const fd = openSync(path, 'r');
  readSync(fd, bytes, 0, bytes.length, 5 * 2 ** 30);
  closeSync(fd);
  for (let at = 0; at < bytes.length; at += 512)
    assert.equal(bytes.readUInt32LE(at), (5 * 2 ** 30 + at) / 512);
});

test('reads of a mixed job bring nothing into what it writes', async () => {
  const path = fileOf('mixed');
  const { jobs } = await resultOf(
    path,
    { rw: 'randrw', rwmixread: 50, size: '1MiB' },
    mayWrite(path),
    '?lba=512',
  );
  assert.equal(jobs[0].errors.total, 0);
  const words = new Uint32Array(new Uint8Array(readFileSync(path)).buffer);
  for (let lba = 0; lba < words.length / 128; lba++) {
    const written = words[lba * 128] !== 0xa5a5_a5a5;
    assert.ok(!written || words[lba * 128] === lba, `block ${lba} has the data of ${words[lba * 128]}`);
    assert.ok(!written || lba < MIB / 512);
  }
});

test('writes of several sizes lie where they are to lie, and the bytes of the result are theirs', async () => {
  const path = fileOf('several');
  const job = {
    rw: 'write',
    bs: undefined,
    bssplit: '4k/50:8k/30:64k/20',
    size: '1MiB',
    number_ios: 300,
  } as const;
  const { jobs } = await resultOf(path, job, mayWrite(path), '?lba=512');
  assert.equal(jobs[0].errors.total, 0);
  const words = new Uint32Array(new Uint8Array(readFileSync(path)).buffer);
  for (let lba = 0; lba < words.length / 128; lba++)
    assert.equal(words[lba * 128], lba < MIB / 512 ? lba : 0xa5a5_a5a5, `block ${lba}`);
  const { bytes = 0, ios } = jobs[0].directions.write ?? {};
  const mean = bytes / (ios ?? 0);
  assert.ok(Math.abs(mean / (0.5 * 4096 + 0.3 * 8192 + 0.2 * 65_536) - 1) < 0.2, `${mean} bytes each`);
  const intervals = jobs[0].intervals ?? [];
  assert.equal(
    intervals.reduce((sum, interval) => sum + (interval.write?.bytes ?? 0), 0),
    bytes,
  );
});

test('writes need allow_writes and the path as the serial number; without, nothing is changed', async () => {
  const path = fileOf('permission');
  const before = hashOf(path);
  const refused = (keys: object, code: string): Promise<void> =>
    assert.rejects(resultOf(path, { rw: 'write' }, keys), { code, kind: 'input' });
  await assert.rejects(resultOf(path, { rw: 'write' }), { kind: 'input' });
  await refused({ allow_writes: true }, 'SERIAL_NUMBER_MISSING');
  await refused({ allow_writes: true, serial_number: '/another/path' }, 'WRITES_NOT_ALLOWED');
  assert.equal(hashOf(path), before);
});

test('a file that is open in another program is not written to', async () => {
  const path = fileOf('held');
  const before = hashOf(path);
  const fd = openSync(path, 'r');
  const holder = spawn('sleep', ['60'], { stdio: [fd, 'ignore', 'ignore'] });
  closeSync(fd);
  try {
    await assert.rejects(resultOf(path, { rw: 'write' }, mayWrite(path)), {
      code: 'IN_USE',
      kind: 'environment',
    });
    const { jobs } = await resultOf(path, {});
    assert.equal(jobs[0].errors.total, 0);
  } finally {
    holder.kill();
  }
  assert.equal(hashOf(path), before);
});

test('a file is made by the first job that writes, of its whole size, without holes', async () => {
  const path = join(folder, 'made');
  const options = '?size=3MiB';
  await assert.rejects(resultOf(path, {}, {}, options), { code: 'NO_SUCH_FILE', kind: 'input' });
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
  await resultOf(path, { rw: 'randwrite', number_ios: 10 }, mayWrite(path), options);
  const { size, blocks } = statSync(path);
  assert.equal(size, 3 * MIB);
  assert.ok(blocks * 512 >= size, `${blocks} blocks`);
  await resultOf(path, {}, {}, options);
});

test('what ends before an I/O does is a failure with a name', async () => {
  const path = fileOf('cut');
  const drive = await openDrive(`uring:${path}`);
  const namespace = await drive.namespace();
  truncateSync(path, 0);
  const { results } = await runJob({ drive, namespace }, { numberIos: 20, maxErrors: 5, sizeBytes: MIB });
  await drive.close();
  assert.equal(results[0].stopReason, 'errors');
  assert.deepEqual(
    results[0].statuses.map(({ status }) => status),
    [0x6ff],
  );
});

test('blocks smaller than direct I/O takes are refused by the kernel, and told by its errno', async (t) => {
  const path = fileOf('aligned');
  const drive = await openDrive(`uring:${path}?lba=512`);
  const namespace = { ...(await drive.namespace()), lbaBytes: 256 };
  const { results } = await runJob(
    { drive, namespace },
    { bsBytes: 256, numberIos: 20, maxErrors: 5, sizeBytes: MIB },
  );
  await drive.close();
  if (results[0].statuses.length === 0) return t.skip('this file system takes blocks of 256 bytes');
  assert.deepEqual(
    results[0].statuses.map(({ status }) => status),
    [0x600 | 22],
  );
});

test('rings and buffers of a job are given back', async () => {
  const drive = await openDrive(`uring:${fileOf('again')}`);
  const namespace = await drive.namespace();
  const mapped = (): number => readFileSync('/proc/self/maps', 'utf8').match(/io_uring/g)?.length ?? 0;
  await runJob({ drive, namespace }, { numberIos: 10, completion: 'interrupt' });
  const before = [mapped(), openFds()];
  for (let i = 0; i < 3; i++)
    await runJob({ drive, namespace }, { numberIos: 10, completion: 'interrupt', queuePairs: 2 });
  assert.deepEqual([mapped(), openFds()], before);
  await drive.close();
});

test('a file too short for what is asked of it is refused', async () => {
  const path = fileOf('short', BLOCK);
  await assert.rejects(resultOf(path, {}, {}, '?size=8KiB'), { code: 'FILE_TOO_SHORT', kind: 'input' });
});

test('polling of what has no queues to poll is refused with what would give some', async () => {
  await assert.rejects(openDrive(`uring:${fileOf('poll')}?iopoll=1`), (error: Error) => {
    assert.match(error.message, /no queues to poll.*nvme\.poll_queues/);
    return true;
  });
});

test("the kernel's threads that submit are counted in the CPU time of an I/O, on the CPU that they are bound to", async () => {
  const [cpu] = allowedCpus();
  const job = { numjobs: 2, queue_pairs: 2, number_ios: 500, completion: 'interrupt' } as const;
  const result = await resultOf(fileOf('submitted'), job, {}, `?sqpoll=1&sqpoll_cpu=${cpu}`);
  const { workers } = result.jobs[0];
  assert.equal(workers.length, 2);
  for (const { submitters } of workers) {
    assert.deepEqual(submitters?.cpus, [cpu]);
    assert.ok((submitters?.cpuTimeNs ?? 0) > 0);
  }
  assert.ok(result.devices[0].kernelPath?.ringFlags.includes('SQPOLL'));
  const [plain] = (await resultOf(fileOf('plain'), { number_ios: 10 })).jobs[0].workers;
  assert.equal(plain.submitters, undefined);
});

for (const options of ['', '?sqpoll=1'])
  test(`threads of the kernel that write into holes are counted, and warned of${options}`, async (t) => {
    const path = fileOf(`blocks${options.length}`, 0);
    truncateSync(path, 256 * MIB);
    let seen = 0;
    const looking = setInterval(() => {
      const names = [...threadIds()].map(threadName).filter((name) => name?.startsWith('iou-wrk-'));
      seen = Math.max(seen, names.length);
    }, 1);
    const job = { rw: 'randwrite', iodepth: 32, number_ios: 4000 } as const;
    const { jobs } = await resultOf(path, job, mayWrite(path), options);
    clearInterval(looking);
    if (seen === 0) return t.skip('nothing blocks on this file system');
    const { blockedIo } = jobs[0].workers[0];
    assert.ok((blockedIo?.threads ?? 0) > 0 && (blockedIo?.cpuTimeNs ?? 0) > 0, JSON.stringify(blockedIo));
    assert.ok(jobs[0].warnings.some(({ code }) => code === 'io-blocks'));
  });

test('a result says what of the kernel its I/O went through', async () => {
  const { devices, warnings } = await resultOf(fileOf('facts'), { number_ios: 10 });
  const { kernelPath } = devices[0];
  assert.deepEqual([kernelPath?.way, kernelPath?.registered], ['file', ['buffers', 'file']]);
  assert.ok(kernelPath?.fileSystem !== undefined);
  const scheduled = kernelPath.disks.some(({ scheduler = 'none' }) => scheduler !== 'none');
  assert.equal(
    warnings.some(({ code }) => code === 'io-scheduler'),
    scheduled,
  );
});

test('a file that was never written all over is told of', async () => {
  const path = fileOf('holes', 0);
  truncateSync(path, MIB);
  for (const [file, codes] of [
    [path, ['file-has-holes']],
    [fileOf('whole', MIB), []],
  ] as const) {
    const drive = await openDrive(`uring:${file}`);
    assert.deepEqual(
      drive.warnings.map(({ code }) => code),
      codes,
    );
    await drive.close();
  }
});
