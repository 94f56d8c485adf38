/** Jobs that run side by side, as they are planned. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenDevice } from '../../../../bench/run/plan/plan.js';
import { planOf, planText } from '../../../../bench/run/plan/plan-views.js';
import { allowedCpus } from '../../../../engine/index.js';
import { deviceOf, planned, READ_JOB } from '../../planned.js';

/** It needs no CPU time of this machine. */
const DRIVE = deviceOf({ target: 'pci:0000:00:00.0', software: false });

const side = (...jobs: string[]): string =>
  `  - parallel:\n${jobs.map((job) => `    ${job.trim()}`).join('\n')}`;
const named = (name: string, more = ''): string =>
  READ_JOB.replace('name: a', `name: ${name}`).replace('runtime', `${more}runtime`);

test('jobs side by side share a turn, and each repeat of all of them is one', () => {
  const jobs = side(named('a', 'repeat: 2, '), named('b', 'repeat: 2, '));
  assert.deepEqual(
    planned(`${jobs}\n${named('c')}`).map(({ config, repeat, turn }) => [config.name, repeat.index, turn]),
    [
      ['a', 0, 0],
      ['b', 0, 0],
      ['a', 1, 1],
      ['b', 1, 1],
      ['c', 0, 2],
    ],
  );
});

test('a job has the same seed beside others as alone in its place', () => {
  const seeds = (jobs: string): number[] => planned(jobs).map(({ spec }) => spec.seed);
  assert.deepEqual(seeds(side(named('a'), named('b'))), seeds(`${named('a')}\n${named('b')}`));
});

test('jobs side by side on one drive may want no more queue pairs than it has together', () => {
  const together = (pairs: number) =>
    planned(side(named('a', `queue_pairs: ${pairs}, `), named('b', 'queue_pairs: 8, ')));
  assert.equal(together(8).length, 2);
  assert.throws(() => together(9), {
    code: 'TOO_MANY_QUEUES',
    op: 'jobs a, b side by side: use 17 queue pairs',
    reason: 'the controller gives 16 I/O queue pairs',
    kind: 'input',
  });
  // One after the other each has all of them.
  assert.equal(planned(`${named('a', 'queue_pairs: 16, ')}\n${named('b', 'queue_pairs: 16, ')}`).length, 2);
});

test('of jobs side by side on one controller only one may sleep for interrupts', () => {
  const memory = { pageSizeBytes: 4096, hugepageBytes: 0 };
  const { drive, ...rest } = deviceOf();
  const device: OpenDevice = { ...rest, drive: { ...drive, memory } };
  const plan = (a: string, b: string, on = device) =>
    planned(side(named('a', `completion: ${a}, `), named('b', `completion: ${b}, `)), 'device: sim', [on]);
  assert.equal(plan('interrupt', 'poll').length, 2);
  assert.throws(() => plan('interrupt', 'hybrid'), {
    code: 'INTERRUPTS_TAKEN',
    op: 'jobs a, b side by side: use completion: hybrid',
    kind: 'input',
  });
  // Where the kernel has the queues, each has an eventfd of its own.
  assert.equal(plan('interrupt', 'interrupt', { ...device, drive }).length, 2);
});

test('workers side by side have CPUs of their own, and a job with a choice leaves the CPU of one without', {
  skip: allowedCpus().length < 2,
}, () => {
  const [first, second] = allowedCpus();
  const jobs = side(
    named('a', `cpus_allowed: [${first}, ${second}], `),
    named('b', `cpus_allowed: ${first}, `),
  );
  const [a, b] = planned(jobs, 'device: "pci:0000:00:00.0"', [DRIVE]);
  assert.deepEqual([a.spec.cpus, b.spec.cpus], [[[second]], [[first]]]);
  assert.deepEqual([a.spec.yieldWhenIdle, b.spec.yieldWhenIdle], [false, false]);
  assert.deepEqual([a.cpusBeside, b.cpusBeside], [[first], [second]]);
});

test('jobs side by side that must share a CPU give it away, and the plan says so', () => {
  const cpu = `cpus_allowed: ${allowedCpus()[0]}, `;
  const jobs = planned(side(named('a', cpu), named('b', cpu)), 'device: "pci:0000:00:00.0"', [DRIVE]);
  assert.deepEqual(
    jobs.map(({ spec }) => spec.yieldWhenIdle),
    [true, true],
  );
  const plan = planOf(jobs);
  assert.deepEqual(
    plan.jobs.map(({ cpusShared }) => cpusShared),
    [true, true],
  );
  assert.match(planText(plan), /workers 1 on CPU \d+ that others have too;/);
});

test('a job runs on its own devices and its own namespace, the others on those of the file', () => {
  const name = (target: string, namespace?: number) => ({ named: [{ target, namespace }] });
  const devices = [
    { ...deviceOf({ target: 'fake:0' }), ...name('fake:0') },
    { ...deviceOf({ target: 'fake:0 ns=2' }), ...name('fake:0', 2) },
    { ...deviceOf({ target: 'fake:1' }), ...name('fake:1') },
  ];
  const jobs = side(
    named('a'),
    named('b', 'namespace: 2, '),
    named('c', 'device: "fake:1", '),
    named('d', 'device: ["fake:1", "fake:0"], '),
  );
  assert.deepEqual(
    planned(jobs, 'device: "fake:0"', devices).map(({ config, device }) => `${config.name} ${device.target}`),
    ['a fake:0', 'b fake:0 ns=2', 'c fake:1', 'd fake:0', 'd fake:1'],
  );
});

test('the plan takes as long as the longest of what runs side by side', () => {
  const jobs = `${side(named('a', 'startdelay: 500ms, '), named('b').replace('1s', '3s'))}\n${named('c')}`;
  assert.match(planText(planOf(planned(jobs))), /^total 3 jobs: about 4\.0 s$/m);
});
