import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { cpusOfNode } from '../../../../bench/host/cpu.js';
import { type PlacedJob, placeWorkers } from '../../../../bench/run/plan/placement.js';
import { allowedCpus } from '../../../../engine/index.js';
import { deviceOf, planned, READ_JOB } from '../../planned.js';

const cpus = allowedCpus();
const onePerCpu = { skip: cpus.length < 2 && 'one CPU has no room for two' };

function placed(
  submitters: PlacedJob['device']['drive']['submitters'],
  job: Partial<PlacedJob['job']> = {},
): PlacedJob {
  const drive = { numaNode: -1, hostThreads: 0, ...(submitters === undefined ? {} : { submitters }) };
  return { job: { numjobs: 1, queuePairs: 1, ...job }, device: { drive } };
}

for (const cpu of cpus.slice(0, 2))
  test(`a worker stays away from CPU ${cpu}, to which the kernel's thread is bound`, onePerCpu, () => {
    const [{ cpus: chosen, yieldWhenIdle }] = placeWorkers([placed({ cpu })]);
    assert.notEqual(chosen[0][0], cpu);
    assert.equal(yieldWhenIdle, false);
  });

test('one that is told to run there gives the CPU away between polls', () => {
  const [{ cpus: chosen, yieldWhenIdle }] = placeWorkers([
    placed({ cpu: cpus[0] }, { cpusAllowed: [cpus[0]] }),
  ]);
  assert.deepEqual([chosen, yieldWhenIdle], [[[cpus[0]]], true]);
});

test('the kernel has a thread for each queue, not for each drive', () => {
  const queues = (count: number): boolean =>
    placeWorkers([placed({ cpu: undefined }, { queuePairs: count })])[0].yieldWhenIdle;
  assert.deepEqual([queues(cpus.length - 1), queues(cpus.length)], [false, true]);
  assert.equal(placeWorkers([placed(undefined, { queuePairs: cpus.length })])[0].yieldWhenIdle, false);
});

test('more workers than CPUs give their CPU away between polls', () => {
  const [{ spec }] = planned(READ_JOB.replace('iodepth: 4', 'iodepth: 4, numjobs: 16'));
  // One more plays the device, and one is the main thread.
  assert.equal(spec.yieldWhenIdle, allowedCpus().length < 18);
  assert.equal(spec.cpus.length, 16);
});

/** Drives, which need no CPU time of this machine. */
const drives = [0, 1].map((i) => deviceOf({ target: `pci:0000:0${i}:00.0`, software: false }));
const DRIVES = 'devices: ["pci:0000:00:00.0", "pci:0000:01:00.0"]';

test('workers of several devices run on CPUs of their own', { skip: allowedCpus().length < 2 }, () => {
  const [a, b] = planned(READ_JOB, DRIVES, drives);
  assert.notDeepEqual(a.spec.cpus, b.spec.cpus);
  assert.deepEqual([a.spec.yieldWhenIdle, b.spec.yieldWhenIdle], [false, false]);
});

test('workers that share a CPU give it away between polls, of one device or of several', () => {
  const cpu = `cpus_allowed: "${allowedCpus()[0]}"`;
  const [{ spec }] = planned(READ_JOB.replace('runtime', `numjobs: 2, ${cpu}, runtime`), DRIVES, [drives[0]]);
  assert.equal(spec.yieldWhenIdle, true);
  const both = planned(READ_JOB.replace('runtime', `${cpu}, runtime`), DRIVES, drives);
  assert.deepEqual(
    both.map((job) => job.spec.yieldWhenIdle),
    [true, true],
  );
});

test('a worker that is alone on its CPU keeps it', () => {
  const cpu = `cpus_allowed: "${allowedCpus()[0]}"`;
  const [{ spec }] = planned(READ_JOB.replace('runtime', `${cpu}, runtime`), DRIVES, [drives[0]]);
  assert.equal(spec.yieldWhenIdle, false);
});

test('workers run on the CPUs of the nodes that are named, and nodes without any are refused', () => {
  const on = (nodes: string) =>
    planned(READ_JOB.replace('runtime', `numa_cpu_nodes: ${nodes}, runtime`))[0].spec.cpus;
  const known = existsSync('/sys/devices/system/node/node0') ? on('0').flat() : [];
  for (const cpu of known) assert.ok(cpusOfNode(0, '/sys').includes(cpu));
  assert.throws(() => on('900'), { code: 'CPU_NOT_ALLOWED', target: 'numa_cpu_nodes 900', kind: 'input' });
});
