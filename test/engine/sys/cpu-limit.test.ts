import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { cgroupCpuLimit } from '../../../engine/sys/cpu-limit.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nvbench-cpu-limit-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const V1 = `40 23 0:30 / ROOT/v1 rw shared:9 - cgroup cgroup rw,cpu,cpuacct`;
const V2 = `29 23 0:26 / ROOT/v2 rw,nosuid shared:4 - cgroup2 cgroup2 rw`;

function limit(cgroup: string, mount: string) {
  write('proc/self/cgroup', cgroup);
  write('proc/self/mountinfo', mount.replace('ROOT', root));
  return cgroupCpuLimit(join(root, 'proc'));
}

test('the tightest quota of a group and those above it counts, and the longest time', () => {
  write('v2/a/cpu.max', '400000 100000\n');
  write('v2/a/cpu.stat', 'usage_usec 99\nnr_throttled 3\nthrottled_usec 1500\n');
  write('v2/a/b/cpu.max', '20000 100000\n');
  write('v2/a/b/cpu.stat', 'usage_usec 9\nnr_throttled 2\nthrottled_usec 900\n');
  assert.deepEqual(limit('0::/a/b\n', V2), { quotaCpus: 0.2, throttledNs: 1_500_000 });
});

test('version 1 is read by its own names and units', () => {
  write('v1/a/cpu.cfs_quota_us', '50000\n');
  write('v1/a/cpu.cfs_period_us', '100000\n');
  write('v1/a/cpu.stat', 'nr_periods 5\nnr_throttled 2\nthrottled_time 7000\n');
  assert.deepEqual(limit('4:cpu,cpuacct:/a\n', V1), { quotaCpus: 0.5, throttledNs: 7000 });
});

test('groups without a quota, and machines without groups, set none', () => {
  write('v2/a/cpu.max', 'max 100000\n');
  const none = { quotaCpus: Number.POSITIVE_INFINITY, throttledNs: 0 };
  assert.deepEqual(limit('0::/a\n', V2), none);
  write('v1/a/cpu.cfs_quota_us', '-1\n');
  write('v1/a/cpu.cfs_period_us', '100000\n');
  assert.deepEqual(limit('4:cpu,cpuacct:/a\n', V1), none);
  assert.deepEqual(cgroupCpuLimit(join(root, 'missing')), none);
});
