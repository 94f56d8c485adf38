import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobOutcome } from '../../../bench/run/job/job-run.js';
import { jobRecord } from '../../../bench/run/job-record.js';
import { emptyResult, noteMemory } from '../../../bench/run/result-document.js';
import type { WorkerResult } from '../../../engine/load/index.js';
import { latencyIndex } from '../../../engine/stats/histogram.js';
import { countsOf, emptyCounts } from '../../../engine/stats/operations.js';
import { parseResult } from '../../../reports/index.js';
import { drive } from '../../reports/sample.js';
import { deviceOf, planned, READ_JOB } from '../planned.js';
import { idleWorker } from './idle-worker.js';
import { outcomeOf } from './job-outcome.js';

const worker: WorkerResult = { ...idleWorker, cpus: [1], cpuTimeNs: 1e9 };

const FAILED_READS = { status: 0x281, operation: 'read', count: 2, firstSlba: 8 } as const;

function outcome(workers: Partial<WorkerResult>[], job = READ_JOB, counts = emptyCounts()): JobOutcome {
  const [first] = planned(job, 'device: sim\nallow_writes: true');
  return outcomeOf(
    first,
    workers.map((change, index) => ({ ...worker, index, ...change })),
    counts,
  );
}

test('rates are over the time of the worker that took longest', () => {
  const counts = emptyCounts();
  countsOf(counts, 'read')[latencyIndex(80_000)] = 4000;
  const record = jobRecord(outcome([{ elapsedNs: 1e9 }, { elapsedNs: 2e9 }], READ_JOB, counts));
  assert.equal(record.elapsedNs, 2e9);
  assert.equal(record.directions.read?.ios, 4000);
  assert.equal(record.directions.read?.iops, 2000);
  assert.equal(record.directions.write, undefined);
});

test('reads and writes are told apart, errors with their own direction', () => {
  const counts = emptyCounts();
  countsOf(counts, 'read')[latencyIndex(80_000)] = 30;
  countsOf(counts, 'write')[latencyIndex(20_000)] = 10;
  const statuses = [FAILED_READS, { status: 0x80, operation: 'write' as const, count: 3, firstSlba: 16 }];
  const { directions, errors } = jobRecord(
    outcome([{ statuses }], READ_JOB.replace('randread', 'randrw'), counts),
  );
  assert.deepEqual([directions.read?.ios, directions.read?.errors], [30, 2]);
  assert.deepEqual([directions.write?.ios, directions.write?.errors], [10, 3]);
  assert.equal(errors.total, 5);
  assert.deepEqual(
    errors.byStatus.map(({ status, firstSlba }) => [status.replace(/ \(.*/, ''), firstSlba]),
    [
      ['LBA Out of Range', 16],
      ['Unrecovered Read Error', 8],
    ],
  );
});

test('a direction in which everything failed is still there', () => {
  const { directions } = jobRecord(outcome([{ statuses: [FAILED_READS] }]));
  assert.deepEqual([directions.read?.ios, directions.read?.errors], [0, 2]);
});

test('the stop reason of a job is the worst of its workers', () => {
  const reason = (...reasons: WorkerResult['stopReason'][]) =>
    jobRecord(outcome(reasons.map((stopReason) => ({ stopReason })))).stopReason;
  assert.equal(reason('runtime', 'runtime'), 'runtime');
  assert.equal(reason('runtime', 'interrupted'), 'interrupted');
  assert.equal(reason('interrupted', 'errors'), 'errors');
  assert.equal(reason('errors', 'timeout', 'runtime'), 'timeout');
  assert.equal(reason('timeout', 'device-lost'), 'device-lost');
});

test('a job that covered its region once ended by its size', () => {
  const once = '  - { name: a, rw: read, bs: 4k, size: 1M }';
  assert.equal(jobRecord(outcome([{ stopReason: 'number_ios' }], once)).stopReason, 'size');
  const counted = '  - { name: a, rw: read, bs: 4k, size: 1M, number_ios: 5 }';
  assert.equal(jobRecord(outcome([{ stopReason: 'number_ios' }], counted)).stopReason, 'number_ios');
});

test('what was drained is told apart from what was measured: all of it, the longest time and the longest latency', () => {
  const counts = emptyCounts();
  countsOf(counts, 'read')[latencyIndex(80_000)] = 1000;
  const drained = (...drains: WorkerResult['drain'][]) =>
    jobRecord(
      outcome(
        drains.map((drain) => ({ drain })),
        READ_JOB,
        counts,
      ),
    );
  const record = drained(
    { ios: 4, durationNs: 200, maxNs: 7000 },
    { ios: 3, durationNs: 900, maxNs: 5000 },
    { ios: 0, durationNs: 0, maxNs: 0 },
  );
  assert.deepEqual(record.drain, { ios: 7, durationNs: 900, maxLatencyNs: 7000 });
  assert.deepEqual([record.directions.read?.ios, record.directions.read?.iops], [1000, 1000]);
  assert.equal(drained({ ios: 0, durationNs: 0, maxNs: 0 }).drain, undefined);
});

test('lost I/Os and unexpected completions of all workers add up', () => {
  const { errors } = jobRecord(outcome([{ lostIos: 2, unexpectedCompletions: 1 }, { lostIos: 3 }]));
  assert.deepEqual([errors.timeouts, errors.unexpectedCompletions, errors.total], [5, 1, 0]);
});

test('collections within the measured time are a warning that counts them', () => {
  const messages = (...counts: number[]): string[] =>
    jobRecord(outcome(counts.map((garbageCollections) => ({ garbageCollections }))))
      .warnings.filter(({ code }) => code === 'garbage-collected-while-measuring')
      .map(({ message }) => message);
  assert.deepEqual(messages(0, 0), []);
  assert.deepEqual(messages(1, 0), ['1 garbage collection within the measured time']);
  assert.deepEqual(messages(1, 2), ['3 garbage collections within the measured time']);
});

test('the document of a run is one that the reports accept, before and after its jobs', () => {
  const warning = { code: 'hugepages-unavailable', message: 'none', advice: 'reserve' };
  const result = emptyResult({ device: 'sim' }, [drive], [warning, { ...warning }]);
  assert.equal(result.complete, false);
  assert.deepEqual(result.warnings, [warning]);
  assert.deepEqual(parseResult(JSON.parse(JSON.stringify(result))).jobs, []);
  result.jobs.push(jobRecord(outcome([{ statuses: [FAILED_READS] }])));
  assert.equal(parseResult(JSON.parse(JSON.stringify(result))).jobs[0].name, 'a');
});

test('memory that falls back to base pages for a later job is recorded and warned of, once', () => {
  const result = emptyResult({ device: 'sim' }, [{ ...drive, hugepageBytes: 2 ** 21 }], []);
  const warning = { code: 'hugepages-unavailable', message: 'none', advice: 'reserve' };
  const device = deviceOf();
  const memory = { pageSizeBytes: 4096, hugepageBytes: 0 };
  const grown = { ...device, drive: { ...device.drive, memory, warnings: [warning] } };
  noteMemory(result, [grown]);
  noteMemory(result, [grown]);
  assert.equal(result.devices[0].hugepageBytes, 0);
  assert.deepEqual(result.warnings, [warning]);
});

test('a job records what was asked of the device, a key that came later only where it is not at its default', () => {
  const asked = (keys: string) => {
    const { workload, seedPolicy } = jobRecord(
      outcome([{}], READ_JOB.replace('runtime', `${keys}, runtime`)),
    );
    return [workload, seedPolicy];
  };
  const work = { rw: 'randread', bs: 4096, iodepth: 4, numjobs: 1, queue_pairs: 1, rwmixread: 100 };
  const rest = { ramp_time: '0s', offset: 0, norandommap: false, completion: 'poll' };
  assert.deepEqual(asked('numjobs: 1'), [{ ...work, ...rest }, 'own']);
  const { norandommap: _, ...drawn } = rest;
  assert.deepEqual(asked('norandommap: true'), [{ ...work, ...drawn }, 'own']);
  assert.deepEqual(asked('randseed: 1, queue_entries: 64, size: 50%, completion: hybrid'), [
    { ...work, ...rest, queue_entries: 64, size: '50%', completion: 'hybrid', hybrid_spin: '20us' },
    'fixed',
  ]);
});

test('the hash of its operations is recorded where every worker began so many', () => {
  const hashOf = (...changes: Partial<WorkerResult>[]) => jobRecord(outcome(changes)).operationsHash?.value;
  const done = (read: number): Partial<WorkerResult> => ({ completed: { ...worker.completed, read } });
  assert.equal(hashOf(done(4)), '0123456789abcdef');
  assert.equal(hashOf(done(4), done(3)), undefined);
  assert.equal(
    hashOf({ ...done(1), lostIos: 1, statuses: [{ ...FAILED_READS, count: 2 }] }),
    '0123456789abcdef',
  );
  assert.equal(hashOf({ ...done(1), rampIos: 3 }), '0123456789abcdef');
  assert.equal(hashOf({ ...done(3), drain: { ios: 1, durationNs: 1, maxNs: 1 } }), '0123456789abcdef');
});
