/** Files that are reached through io_uring and whose I/O goes through memory: they are read as others are, and said to be that. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from '../../bench/run/run.js';
import { directIoAlignBytes } from '../../engine/sys/direct-io.js';
import type { BenchResult } from '../../reports/index.js';

const folders = ['/dev/shm', '/var/tmp'].map((parent) => mkdtempSync(join(parent, 'nvbench-memory-')));
const [inMemory, onDisk] = folders;
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
process.env.NVBENCH_STATE_DIR = join(onDisk, 'state');

const BYTES = 4 * 2 ** 20;

async function readsOf(path: string): Promise<BenchResult> {
  const job = { name: 'a', rw: 'randread', bs: '4k', iodepth: 8, number_ios: 2000 } as const;
  const { result, failure } = await run({ device: `uring:${path}`, jobs: [job] });
  if (failure !== undefined) throw failure;
  return result;
}

/** Undefined where it cannot be opened for direct I/O. */
function alignmentOf(path: string): { readonly bytes: number | undefined } | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_DIRECT);
  } catch {
    return undefined;
  }
  const bytes = directIoAlignBytes(fd);
  closeSync(fd);
  return { bytes };
}

test('a file in memory is read without an error, and told of', async (t) => {
  const path = join(inMemory, 'file');
  writeFileSync(path, Buffer.alloc(BYTES, 0xa5));
  if (alignmentOf(path) === undefined)
    return t.skip('no direct I/O to files in memory (Linux 6.6 is the first)');
  const { jobs, warnings } = await readsOf(path);
  assert.deepEqual([jobs[0].directions.read?.ios, jobs[0].errors.total], [2000, 0]);
  assert.ok(warnings.some(({ code, message }) => code === 'file-in-memory' && message.includes('tmpfs')));
  assert.ok(jobs[0].verdict?.reasons.includes('file-in-memory'));
});

/** Whether each command ends well. */
const done = (...commands: readonly string[][]): boolean =>
  commands.every(([name, ...words]) => spawnSync(name, words).status === 0);

test('a file whose direct I/O goes through the page cache is told of', async (t) => {
  const [image, mounted] = [join(onDisk, 'image'), join(onDisk, 'mounted')];
  writeFileSync(image, Buffer.alloc(8 * BYTES));
  mkdirSync(mounted);
  if (!done(['mkfs.ext4', '-q', '-F', image], ['mount', '-o', 'loop,data=journal', image, mounted]))
    return t.skip('no ext4 with journaled data can be had here');
  try {
    const path = join(mounted, 'file');
    writeFileSync(path, Buffer.alloc(BYTES, 1));
    if (alignmentOf(path)?.bytes !== 0) return t.skip('this kernel does not tell (Linux 6.1 is the first)');
    const { warnings } = await readsOf(path);
    assert.ok(warnings.some(({ message }) => message.includes(`no direct I/O to ${path}`)));
  } finally {
    // Lazily: the kernel lets go of a ring's file in its own time.
    spawnSync('umount', ['-l', mounted]);
  }
});

test('a file that has a disk is not', async (t) => {
  const path = join(onDisk, 'plain');
  writeFileSync(path, Buffer.alloc(BYTES, 1));
  if (!((alignmentOf(path)?.bytes ?? 0) > 0))
    return t.skip('this file system takes no direct I/O, or does not tell');
  const { warnings } = await readsOf(path);
  assert.equal(
    warnings.some(({ code }) => code === 'file-in-memory'),
    false,
  );
});
