/** What makes the figures of a job doubtful. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inStepDoubts } from '../../../../bench/run/doubts/in-step.js';
import { jobDoubts } from '../../../../bench/run/doubts/job.js';
import type { JobOutcome } from '../../../../bench/run/job/job-run.js';
import type { EngineWarning } from '../../../../engine/index.js';
import type { WorkerResult } from '../../../../engine/load/index.js';
import { latencyIndex } from '../../../../engine/stats/histogram.js';
import { countsOf, emptyCounts } from '../../../../engine/stats/operations.js';
import { SysfsTree } from '../../../fixtures/sysfs.js';
import { deviceOf, planned, READ_JOB } from '../../planned.js';
import { idleWorker } from '../idle-worker.js';
import { outcomeOf } from '../job-outcome.js';

const codes = (doubts: readonly EngineWarning[]): string[] => doubts.map(({ code }) => code);

const KEPT = { depthAsked: 32, keptDepth: 31.9 };

const worker: WorkerResult = {
  ...idleWorker,
  cpus: [2],
  elapsedNs: 2e9,
  completed: { ...idleWorker.completed, read: 20_000 },
  cpuTimeNs: 2e9,
  involuntaryContextSwitches: 0,
};

const tree = new SysfsTree();
after(() => tree.remove());
// Cores (0, 1) and (2, 3); nodes 0 (CPUs 0 to 3) and 1 (CPUs 4 and 5).
for (const [cpu, siblings] of ['0-1', '0-1', '2-3', '2-3'].entries())
  tree.write(`devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, `${siblings}\n`);
tree.write('devices/system/node/node0/cpulist', '0-3\n');
tree.write('devices/system/node/node1/cpulist', '4-5\n');

/** A job of two seconds whose workers had CPUs of their own, on the node of the device, unless changed. */
function outcome(workers: Partial<WorkerResult>[] = [{}], ios = 20_000): JobOutcome {
  const [first] = planned(READ_JOB);
  const counts = emptyCounts();
  countsOf(counts, 'read')[latencyIndex(80_000)] = ios;
  const changed = { ...first, spec: { ...first.spec, yieldWhenIdle: false } };
  return outcomeOf(
    changed,
    workers.map((change, index) => ({ ...worker, index, ...change })),
    counts,
  );
}
const found = (...args: Parameters<typeof outcome>): string[] =>
  codes(jobDoubts(outcome(...args), KEPT, tree.root));

test('there is none where nothing came between', () => {
  assert.deepEqual(found(), []);
});

test('is a collection within the measured time', () => {
  assert.deepEqual(found([{ garbageCollections: 1 }]), ['garbage-collected-while-measuring']);
});

test('is a CPU that is lost more than ten times a second', () => {
  assert.deepEqual(found([{ involuntaryContextSwitches: 20 }]), []);
  assert.deepEqual(found([{}, { cpus: [0], involuntaryContextSwitches: 21 }]), ['preempted-while-measuring']);
  assert.deepEqual(found([{ involuntaryContextSwitches: undefined }]), []);
});

test('is the yielding instead where workers yield, which counts as losing the CPU', () => {
  const one = outcome([{ involuntaryContextSwitches: 5000 }]);
  const planned = { ...one.planned, spec: { ...one.planned.spec, yieldWhenIdle: true } };
  assert.deepEqual(codes(jobDoubts({ ...one, planned }, KEPT, tree.root)), ['fewer-cpus-than-threads']);
});

test('is a thread that stood still for more than a hundredth of the time', () => {
  assert.deepEqual(found([{ pausedNs: 0.02e9 }]), []);
  const [doubt, ...more] = jobDoubts(outcome([{}, { cpus: [0], pausedNs: 1.5e9 }]), KEPT, tree.root);
  assert.equal(doubt.code, 'paused-while-measuring');
  assert.match(doubt.message, /worker 1 stood still for 1\.5 s of 2\.0 s/);
  assert.equal(more.length, 0);
});

test('are interrupts that did not come, but for a single one', () => {
  assert.deepEqual(found([{ lostInterrupts: 1 }]), []);
  assert.deepEqual(found([{ lostInterrupts: 2 }]), ['lost-interrupts']);
});

test('are threads of the kernel that did I/O, whether or not their CPU time is known', () => {
  assert.deepEqual(found([{ blockedIo: { threads: 1 } }, {}]), ['io-blocks']);
  assert.deepEqual(found([{}, { blockedIo: { threads: 2, cpuTimeNs: 1 } }]), ['io-blocks']);
});

test('is a quota that held threads back', () => {
  const throttled = (throttledNs: number): EngineWarning[] =>
    jobDoubts({ ...outcome(), cpuLimit: { quotaCpus: 0.2, throttledNs } }, KEPT, tree.root);
  assert.deepEqual(throttled(0.02e9), []);
  const [doubt, ...more] = throttled(1.2e9);
  assert.equal(doubt.code, 'cpu-throttled');
  assert.match(doubt.message, /quota of 0\.2 CPUs held threads back for 1\.2 s/);
  assert.equal(more.length, 0);
});

test('is a core that two workers share', () => {
  assert.deepEqual(found([{ cpus: [2] }, { cpus: [3] }]), ['smt-siblings-shared']);
  assert.deepEqual(found([{ cpus: [0] }, { cpus: [2] }]), []);
});

test('is a worker on another node than the device', () => {
  const [doubt, ...more] = jobDoubts(outcome([{ cpus: [2] }, { cpus: [4] }]), KEPT, tree.root);
  assert.equal(doubt.code, 'numa-remote');
  assert.match(doubt.message, /CPU 4 are not on NUMA node 0/);
  assert.equal(more.length, 0);
});

test('is a link that may rest between two I/Os, where there is one at a time', () => {
  const address = '0000:01:00.0';
  tree.addFunction({ address });
  const config = Buffer.alloc(256);
  // A PCI Express capability at 40h, whose Link Control has L1 (PCIe 5.0, 7.5.3.7).
  config[0x06] = 0x10;
  config[0x34] = 0x40;
  config.set([0x10, 0x00], 0x40);
  const codesOf = (linkControl: number, iodepth: number): string[] => {
    config.writeUInt16LE(linkControl, 0x50);
    writeFileSync(join(tree.root, 'bus/pci/devices', address, 'config'), config);
    const one = outcome();
    const { spec, device } = one.planned;
    const drive = { ...device.drive, pciFunction: address };
    const planned = { ...one.planned, spec: { ...spec, iodepth }, device: { ...device, drive } };
    return codes(jobDoubts({ ...one, planned }, KEPT, tree.root));
  };
  assert.deepEqual(codesOf(0x02, 1), ['aspm-l1']);
  assert.deepEqual(codesOf(0x02, 2), []);
  assert.deepEqual(codesOf(0x01, 1), []);
});

describe('is a depth that was not kept', () => {
  const lost = (keptDepth: number, change: Partial<WorkerResult> = {}): EngineWarning[] =>
    jobDoubts(outcome([change]), { depthAsked: 32, keptDepth }, tree.root);

  test('below 95 % of what was asked for', () => {
    assert.deepEqual(codes(lost(30.3)), ['depth-not-kept']);
    assert.deepEqual(lost(30.5), []);
  });

  test('because the tool was the limit, where nearly every look found completions', () => {
    const [{ message }] = lost(20, { emptyPolls: 10, reapBatches: 1000 });
    assert.match(message, /20\.0 .* 32 were asked for: the tool was the limit/);
  });

  test('for want of CPU, where workers lost theirs', () => {
    const doubts = lost(20, { emptyPolls: 10, reapBatches: 1000, involuntaryContextSwitches: 500 });
    assert.match(doubts.find(({ code }) => code === 'depth-not-kept')?.message ?? '', /wait for their CPU/);
  });

  test('for I/O that did not come back, whatever else there was', () => {
    const late = { stopReason: 'timeout', lostIos: 1, involuntaryContextSwitches: 500 } as const;
    const { message, advice } = lost(20, late).at(-1)!;
    assert.match(message, /waited for I\/O that did not come back/);
    assert.doesNotMatch(advice, /CPU/);
  });

  test('for no reason of the loop, where it had time', () => {
    const [{ message }] = lost(20, { emptyPolls: 100_000, reapBatches: 1000 });
    assert.match(message, /the loop had time/);
  });

  test('but not where a queue is to be left until fewer are in flight', () => {
    const one = outcome([{}]);
    const left = (change: object): string[] => {
      const spec = { ...one.planned.spec, ...change };
      const planned = { ...one.planned, spec };
      return codes(jobDoubts({ ...one, planned }, { depthAsked: 32, keptDepth: 20 }, tree.root));
    };
    assert.deepEqual(left({ iodepthLow: 8 }), []);
    assert.deepEqual(left({ iodepthBatchCompleteMin: 8 }), []);
    assert.deepEqual(left({ iodepthBatch: 8 }), ['depth-not-kept']);
  });

  test('but not where so few I/Os completed that those at the ends weigh', () => {
    assert.deepEqual(lost(20, { completed: { ...idleWorker.completed, read: 3199 } }), []);
  });
});

test('is a rate of which more than 0.5 % never began, and no depth then', () => {
  const one = outcome([{}]);
  const spec = { ...one.planned.spec, rateIops: 10_000 };
  const left = (unsentIos: number): EngineWarning[] =>
    jobDoubts(
      { ...one, planned: { ...one.planned, spec } },
      { depthAsked: 32, keptDepth: 1, rateAskedIops: 10_000, unsentIos },
      tree.root,
    );
  assert.deepEqual(left(100), []);
  const [{ code, message }, ...more] = left(101);
  assert.deepEqual([code, more], ['rate-not-reached', []]);
  assert.match(message, /^101 I\/Os of about 20000 that were due never began/);
});

test('are workers that go through the same blocks in step', () => {
  const workers = [{ cpus: [0] }, { cpus: [2] }];
  const inStep = (job: string): string[] => {
    const [{ spec }] = planned(`  - { name: a, runtime: 1s, numjobs: 2, ${job} }`);
    const one = outcome(workers);
    const changed = { ...one.planned, spec: { ...spec, yieldWhenIdle: false } };
    return codes(jobDoubts({ ...one, planned: changed }, KEPT, tree.root));
  };
  assert.deepEqual(inStep('rw: read'), ['workers-in-step']);
  assert.deepEqual(inStep('rw: read, size: 1M, offset_increment: 512k'), ['workers-in-step']);
  assert.deepEqual(inStep('rw: read, partition: true'), []);
  assert.deepEqual(inStep('rw: read, size: 1M, offset_increment: 1M'), []);
  assert.deepEqual(inStep('rw: randread'), []);
  assert.deepEqual(inStep('rw: randread, percentage_random: 0'), ['workers-in-step']);
});

test('are jobs side by side that go through the same blocks in step', () => {
  const first = { ...idleWorker.issued, slbas: Float64Array.from({ length: 16 }, (_, io) => io * 40) };
  const device = deviceOf();
  const beside = (jobs: readonly [string, string], issued = idleWorker.issued): string[] => {
    const [one, other] = jobs.map((job, i) => {
      const [plan] = planned(`  - { name: ${'ab'[i]}, runtime: 1s, ${job} }`, 'device: sim', [device]);
      return { ...outcome([]), planned: plan, workers: [{ ...idleWorker, issued }] };
    });
    return inStepDoubts(one, [one, other]).map(({ message }) => message);
  };
  assert.deepEqual(beside(['rw: read, size: 1M', 'rw: read, offset: 512k, size: 1M']), [
    'it goes in sequence through blocks of job b beside it, which does so too',
  ]);
  assert.deepEqual(beside(['rw: read, size: 1M', 'rw: read, offset: 1M, size: 1M']), []);
  assert.deepEqual(beside(['rw: randread', 'rw: read']), []);
  assert.deepEqual(beside(['rw: randread', 'rw: randread'], first), [
    'it goes through the same blocks as job b beside it, in the same order',
  ]);
});

test('is too short a time, or too few I/Os for the high percentiles', () => {
  assert.deepEqual(found([{ elapsedNs: 999_999_999 }]), ['short-runtime']);
  assert.deepEqual(found([{}], 9999), ['few-samples']);
  assert.deepEqual(found([{}], 10_000), []);
});

test('is a job of so few I/Os that it was hardly rehearsed', () => {
  const briefly = (job: string): boolean => {
    const [{ spec }] = planned(`  - { name: a, rw: randread, ${job} }`);
    const one = outcome([{}]);
    return codes(jobDoubts({ ...one, planned: { ...one.planned, spec } }, KEPT, tree.root)).includes(
      'rehearsed-briefly',
    );
  };
  const jobs = [
    'number_ios: 16',
    'number_ios: 17',
    'number_ios: 8, loops: 3',
    'number_ios: 16, ramp_time: 1s',
  ];
  assert.deepEqual(jobs.map(briefly), [true, false, false, false]);
});
