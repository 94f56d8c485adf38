import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { kernelPathOf } from '../../../../engine/path/uring/kernel-path.js';
import { findPlace } from '../../../../engine/path/uring/place.js';
import type { UringOptions } from '../../../../engine/path/uring/target.js';
import { SETUP } from '../../../../engine/sys/io-uring-abi.js';

const folder = mkdtempSync('/var/tmp/nvbench-kernel-path-');
after(() => rmSync(folder, { recursive: true }));

const optionsOf = (sizeBytes?: number): UringOptions =>
  ({ sizeBytes }) as Partial<UringOptions> as UringOptions;

test('the flags granted are named, but for that of a ring which is enabled later', () => {
  const path = join(folder, 'flags');
  writeFileSync(path, Buffer.alloc(4096));
  const flags = SETUP.R_DISABLED | SETUP.SINGLE_ISSUER | SETUP.DEFER_TASKRUN;
  assert.deepEqual(kernelPathOf(findPlace(path, optionsOf()), flags).ringFlags, [
    'SINGLE_ISSUER',
    'DEFER_TASKRUN',
  ]);
});

test('a file has the file system that it lies on, be it there or not', () => {
  const path = join(folder, 'there');
  writeFileSync(path, Buffer.alloc(4096));
  // As findmnt(8) of util-linux finds it.
  const expected = execFileSync('findmnt', ['-n', '-o', 'FSTYPE', '-T', path], { encoding: 'utf8' }).trim();
  for (const place of [findPlace(path, optionsOf()), findPlace(join(folder, 'missing'), optionsOf(4096))]) {
    const { way, fileSystem, uses } = kernelPathOf(place, 0);
    assert.deepEqual([way, fileSystem, uses], ['file', expected, []]);
  }
});

test('a file on a mount below another is of the inner one', () => {
  const place = findPlace('/proc/missing', optionsOf(4096));
  assert.equal(kernelPathOf(place, 0).fileSystem, 'proc');
});
