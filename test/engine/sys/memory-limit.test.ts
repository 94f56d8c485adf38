import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { cgroupMemoryBytes } from '../../../engine/sys/memory-limit.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nvbench cgroup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Files of /proc, with the mounts below the test's folder. */
function limit(cgroup: string, mounts: readonly string[]): number {
  write('proc/self/cgroup', cgroup);
  const escaped = root.replaceAll(' ', '\\040');
  write('proc/self/mountinfo', mounts.map((line) => line.replace('ROOT', escaped)).join('\n'));
  return cgroupMemoryBytes(join(root, 'proc'));
}

const V2 = '29 23 0:26 / ROOT/v2 rw,nosuid shared:4 - cgroup2 cgroup2 rw';

test('the lowest limit of a group and those above it counts', () => {
  write('v2/memory.max', 'max\n');
  write('v2/user.slice/memory.max', '1073741824\n');
  write('v2/user.slice/session/memory.max', '4294967296\n');
  assert.equal(limit('0::/user.slice/session\n', [V2]), 2 ** 30);
});

test('a group without a limit, and a machine without groups, set none', () => {
  write('v2/a/memory.max', 'max\n');
  assert.equal(limit('0::/a\n', [V2]), Number.POSITIVE_INFINITY);
  assert.equal(limit('', []), Number.POSITIVE_INFINITY);
  assert.equal(cgroupMemoryBytes(join(root, 'missing')), Number.POSITIVE_INFINITY);
});

test('in a container the mount shows the group of the container as its root', () => {
  write('v1/memory.limit_in_bytes', '536870912\n');
  const mount = '35 31 0:32 /docker/abc ROOT/v1 ro - cgroup cgroup rw,memory';
  assert.equal(limit('4:cpuset:/x\n3:memory:/docker/abc\n0::/\n', [V2, mount]), 2 ** 29);
});

test('of version 1 only the hierarchy that counts memory is read', () => {
  write('cpu/g/memory.limit_in_bytes', '1\n');
  write('memory/g/memory.limit_in_bytes', '9223372036854771712\n');
  write('memory/memory.limit_in_bytes', '2147483648\n');
  const mounts = [
    '1 1 0:1 / ROOT/cpu rw - cgroup cgroup rw,cpu',
    '2 1 0:2 / ROOT/memory rw - cgroup cgroup rw,memory',
  ];
  assert.equal(limit('5:cpu:/g\n4:memory:/g\n', mounts), 2 ** 31);
});
