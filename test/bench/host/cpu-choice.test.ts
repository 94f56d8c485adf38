import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { chooseCpus } from '../../../bench/host/cpu-choice.js';

const roots: string[] = [];
after(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

/** Eight CPUs: 0-3 with siblings 4-7; nodes 0 (0,1,4,5) and 1 (2,3,6,7). */
function sysfs(change: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'nvbench-cpus-'));
  roots.push(root);
  const files: Record<string, string> = {
    'devices/system/node/node0/cpulist': '0-1,4-5\n',
    'devices/system/node/node1/cpulist': '2-3,6-7\n',
  };
  for (let cpu = 0; cpu < 8; cpu++) {
    files[`devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`] = `${cpu % 4},${(cpu % 4) + 4}\n`;
  }
  for (const [path, text] of Object.entries({ ...files, ...change })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const all = [0, 1, 2, 3, 4, 5, 6, 7];

test('cores of the device node come first, siblings after them, and CPU 0 last of its kind', () => {
  const chosen = chooseCpus({ workers: 8, allowed: all, numaNode: 0, sysfsRoot: sysfs() });
  assert.deepEqual(chosen.flat(), [1, 0, 4, 5, 2, 3, 6, 7]);
});

test('a device of the other node is served from there', () => {
  const chosen = chooseCpus({ workers: 3, allowed: all, numaNode: 1, sysfsRoot: sysfs() });
  assert.deepEqual(chosen, [[2], [3], [6]]);
});

test('a sibling counts as a core of its own where the other one is not allowed', () => {
  const chosen = chooseCpus({ workers: 2, allowed: [4, 5], numaNode: 0, sysfsRoot: sysfs() });
  assert.deepEqual(chosen, [[4], [5]]);
});

test('more workers than CPUs share them in turn', () => {
  const chosen = chooseCpus({ workers: 5, allowed: [1, 2], numaNode: 0, sysfsRoot: sysfs() });
  assert.deepEqual(chosen.flat(), [1, 2, 1, 2, 1]);
});

test('CPUs that others have taken come last, those of another node before them', () => {
  const question = { allowed: all, numaNode: 0, sysfsRoot: sysfs() };
  const chosen = chooseCpus({ ...question, workers: 4, taken: [1, 0, 4] });
  assert.deepEqual(chosen.flat(), [5, 2, 3, 6]);
});

test('where all are taken, those with the fewest workers are shared first', () => {
  const question = { allowed: [1, 2], numaNode: 0, sysfsRoot: sysfs() };
  assert.deepEqual(chooseCpus({ ...question, workers: 3, taken: [1, 1, 2] }).flat(), [2, 1, 2]);
});

test('wanted CPUs that others have taken are left to them', () => {
  const question = { allowed: all, wanted: [6, 2], numaNode: 0, sysfsRoot: sysfs() };
  assert.deepEqual(chooseCpus({ ...question, workers: 1, taken: [6] }), [[2]]);
});

test('the wanted CPUs are taken in the order of the configuration', () => {
  const chosen = chooseCpus({ workers: 3, allowed: all, wanted: [6, 2], numaNode: 0, sysfsRoot: sysfs() });
  assert.deepEqual(chosen.flat(), [6, 2, 6]);
});

test('a wanted CPU that is not allowed is refused, with those that are', () => {
  assert.throws(() => chooseCpus({ workers: 1, allowed: [0, 1], wanted: [1, 9], numaNode: 0 }), {
    code: 'CPU_NOT_ALLOWED',
    reason: /CPU 9 .*allowed: 0,1/,
    kind: 'input',
  });
});

for (const [name, change] of [
  ['is missing', undefined],
  ['is empty', ''],
  ['is no list', 'what\n'],
] as const) {
  test(`where the CPU list of the node ${name}, every CPU is as near as the others`, () => {
    const root =
      change === undefined
        ? join(tmpdir(), 'no-such-sysfs')
        : sysfs({ 'devices/system/node/node0/cpulist': change });
    const chosen = chooseCpus({ workers: 2, allowed: [0, 1, 2], numaNode: 0, sysfsRoot: root });
    assert.deepEqual(chosen.flat(), [1, 2]);
  });
}
