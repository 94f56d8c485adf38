/** Block devices through io_uring, on a loop device, where this process may make one. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { JobData } from '../../bench/config/config-data.js';
import { run } from '../../bench/run/run.js';
import { openDrive } from '../../engine/index.js';
import type { BenchResult } from '../../reports/index.js';
import { runJob } from './drive-jobs.js';
import { openedDrive } from './drive-subject.js';
import { driveWorkerTests } from './drive-workers.js';

const folder = mkdtempSync('/var/tmp/nvbench-uring-block-');
const [image, otherImage] = ['image', 'other-image'].map((name) => {
  const path = join(folder, name);
  writeFileSync(path, '');
  truncateSync(path, 16 * 2 ** 20);
  return path;
});
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

function attachLoop(file: string, ...options: string[]): string | undefined {
  try {
    return execFileSync('losetup', ['--find', '--show', '--direct-io=on', ...options, file], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return undefined;
  }
}

const device = attachLoop(image);
after(() => {
  if (device !== undefined) execFileSync('losetup', ['--detach', device]);
  rmSync(folder, { recursive: true });
});

const MAY_WRITE = { allow_writes: true, serial_number: image };

async function resultOf(job: Partial<JobData>, keys: object = {}): Promise<BenchResult> {
  const jobs = [{ name: 'a', rw: 'randread', bs: '4k', iodepth: 4, number_ios: 500, ...job } as JobData];
  const { result, failure } = await run({ device: `uring:${device}`, ...keys, jobs });
  if (failure !== undefined) throw failure;
  return result;
}

describe('a loop device', {
  concurrency: false,
  skip: device === undefined && 'no loop device can be had',
}, () => {
  const on = openedDrive(() => `uring:${device}`);
  driveWorkerTests(on);

  test('nobody takes it for a drive; its serial number is the file behind it', () => {
    const { notice, kind, identity } = on.drive;
    assert.match(notice ?? '', /SOFTWARE.* no drive/);
    assert.deepEqual([kind, identity.serialNumber], ['uring-block', image]);
    assert.equal(on.namespace.sizeBytes, 16 * 2 ** 20);
  });

  test('its queue is told of, as the kernel tells of it now', () => {
    const name = (device as string).replace('/dev/', '');
    const listed = readFileSync(`/sys/block/${name}/queue/scheduler`, 'utf8');
    const { way, layers, disks, uses } = on.drive.kernelPath ?? {};
    assert.deepEqual([way, layers, disks?.map((disk) => disk.name), uses], ['block', [], [name], []]);
    assert.ok(listed.includes(`[${disks?.[0].scheduler}]`) || listed.trim() === disks?.[0].scheduler);
  });
});

describe('a loop device, alone', {
  concurrency: false,
  skip: device === undefined && 'no loop device can be had',
}, () => {
  test('each block written lies where it says that it was written', async () => {
    await resultOf({ rw: 'write', bs: '8k', number_ios: undefined, size: '100%' }, MAY_WRITE);
    const words = new Uint32Array(new Uint8Array(readFileSync(image)).buffer);
    for (let lba = 0; lba < words.length / 128; lba++) assert.equal(words[lba * 128], lba);
  });

  test('while somebody has it for himself alone it is not written to, but read', async () => {
    const before = readFileSync(image);
    const fd = openSync(device as string, constants.O_RDONLY | constants.O_EXCL);
    try {
      await assert.rejects(resultOf({ rw: 'write' }, MAY_WRITE), (error: Error) => {
        assert.match(error.message, /EBUSY/);
        return true;
      });
      await resultOf({});
    } finally {
      closeSync(fd);
    }
    assert.deepEqual(readFileSync(image), before);
  });

  test('a node that is of another device since it was looked at is not written to', async (t) => {
    const other = attachLoop(otherImage);
    if (other === undefined) return t.skip('no second loop device can be had');
    const before = readFileSync(otherImage);
    const [node, next] = [join(folder, 'node'), join(folder, 'next')];
    try {
      execFileSync('cp', ['-a', device as string, node]);
      execFileSync('cp', ['-a', other, next]);
      const drive = await openDrive(`uring:${node}`).catch(() => undefined);
      if (drive === undefined) return t.skip('no node in this folder can be opened');
      const namespace = await drive.namespace();
      renameSync(next, node);
      const writes = { readPercent: 0, numberIos: 10 };
      await assert.rejects(runJob({ drive, namespace }, writes), { code: 'PLACE_CHANGED' });
      await drive.close();
    } finally {
      execFileSync('losetup', ['--detach', other]);
    }
    assert.deepEqual(readFileSync(otherImage), before);
  });

  test('while a file system on it is mounted it is not written to', async (t) => {
    const point = join(folder, 'mount');
    try {
      execFileSync('mkfs.ext4', ['-q', '-F', device as string], { stdio: 'ignore' });
      execFileSync('mkdir', [point]);
      execFileSync('mount', [device as string, point], { stdio: 'ignore' });
    } catch {
      return t.skip('no file system can be mounted here');
    }
    try {
      await assert.rejects(resultOf({ rw: 'write' }, MAY_WRITE), { code: 'IN_USE', kind: 'environment' });
    } finally {
      execFileSync('umount', [point]);
    }
  });

  test('a file system that nobody has mounted is not written over', async (t) => {
    try {
      execFileSync('mkfs.ext4', ['-q', '-F', device as string], { stdio: 'ignore' });
    } catch {
      return t.skip('no file system can be made here');
    }
    const before = readFileSync(image);
    await assert.rejects(resultOf({ rw: 'write' }, MAY_WRITE), (error: Error) => {
      assert.match(error.message, /holds a signature: ext.*wipefs/s);
      return true;
    });
    await resultOf({});
    assert.deepEqual(readFileSync(image), before);
  });

  test('a device that the kernel has read-only is refused before any write, and read', async (t) => {
    const other = attachLoop(otherImage, '--read-only');
    if (other === undefined) return t.skip('no second loop device can be had');
    try {
      const writes = { device: `uring:${other}`, allow_writes: true, serial_number: otherImage };
      const job = { name: 'a', rw: 'write', bs: '4k', number_ios: 1 } as const;
      await assert.rejects(run({ ...writes, jobs: [job] }), { code: 'READ_ONLY' });
      const reads = await run({ device: `uring:${other}`, jobs: [{ ...job, rw: 'read' }] });
      assert.equal(reads.result.jobs[0].errors.total, 0);
    } finally {
      execFileSync('losetup', ['--detach', other]);
    }
  });

  test('a file that is behind it is not written to', async () => {
    await assert.rejects(
      run({
        device: `uring:${image}`,
        ...MAY_WRITE,
        jobs: [{ name: 'a', rw: 'write', bs: '4k', number_ios: 1 }],
      }).then(({ failure }) => Promise.reject(failure)),
      { code: 'IN_USE' },
    );
  });

  test('its size is its own', async () => {
    await assert.rejects(openDrive(`uring:${device}?size=1MiB`), { code: 'BAD_URING_OPTION', kind: 'input' });
  });
});
