import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writtenBytes } from '../../../../engine/path/uring/written-extents.js';

// Not in /tmp, which may be memory.
const folder = mkdtempSync('/var/tmp/nvbench-extents-');
after(() => rmSync(folder, { recursive: true }));

const MIB = 2 ** 20;

function withFile(name: string, body: (fd: number, path: string) => void): void {
  const path = join(folder, name);
  const fd = openSync(path, 'w+');
  try {
    body(fd, path);
  } finally {
    closeSync(fd);
  }
}

function allocate(path: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('fallocate', [...args, path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const told = (() => {
  let found: number | undefined;
  withFile('told', (fd, path) => {
    writeSync(fd, Buffer.alloc(4096, 1));
    found = writtenBytes(fd, path, 4096);
  });
  return found;
})();
const options = { skip: told === undefined && 'the file system of /var/tmp tells of no extents' };

test('a file that was written is written to its end', options, () =>
  withFile('whole', (fd, path) => {
    writeSync(fd, Buffer.alloc(MIB, 1));
    assert.equal(writtenBytes(fd, path, MIB), MIB);
  }),
);

test('one that is only allocated is not, though it has all of its blocks', options, () =>
  withFile('allocated', (fd, path) => {
    allocate(path, '-l', String(4 * MIB));
    assert.equal(writtenBytes(fd, path, 4 * MIB), 0);
    writeSync(fd, Buffer.alloc(MIB, 1), 0, MIB, 2 * MIB);
    assert.equal(writtenBytes(fd, path, 4 * MIB), MIB);
  }),
);

test('a hole is not, whatever lies beyond the end', options, () =>
  withFile('hole', (fd, path) => {
    ftruncateSync(fd, 4 * MIB);
    allocate(path, '-n', '-o', String(4 * MIB), '-l', String(4 * MIB));
    assert.equal(writtenBytes(fd, path, 4 * MIB), 0);
  }),
);

test('many pieces are added up, over several calls', options, () =>
  withFile('pieces', (fd, path) => {
    const pieces = 1500;
    for (let i = 0; i < pieces; i++) writeSync(fd, Buffer.alloc(4096, 1), 0, 4096, i * 16384);
    assert.equal(writtenBytes(fd, path, pieces * 16384), pieces * 4096);
  }),
);

test('of a part of a file the rest does not count', options, () =>
  withFile('part', (fd, path) => {
    writeSync(fd, Buffer.alloc(MIB, 1));
    ftruncateSync(fd, 2 * MIB);
    assert.equal(writtenBytes(fd, path, MIB / 2), MIB / 2);
  }),
);
