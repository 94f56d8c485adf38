/** What a run does about a controller that keeps an I/O: what it asks of it, what it says, and the jobs that follow. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { run } from '../../../../bench/run/run.js';
import type { BenchResult } from '../../../../reports/index.js';

const JOB = { rw: 'randread', bs: '4k', iodepth: 4, number_ios: 400 } as const;
/** Long for an I/O that comes back, also where the machine has little time for it. */
const TIMEOUT = { io_timeout: '2s' } as const;

async function runOn(faults: string, onTimeout?: 'abort' | 'reset' | 'stop'): Promise<BenchResult> {
  const policy = onTimeout === undefined ? {} : { on_timeout: onTimeout };
  const { result } = await run({
    device: `sim:?size=64MiB&latency=none&faults=${faults}`,
    hugepages: 'never',
    jobs: [
      { name: 'first', ...JOB, ...TIMEOUT, ...policy },
      { name: 'second', ...JOB, ...policy },
    ],
  });
  return result;
}

const stepsOf = ({ jobs }: BenchResult): (readonly [string, boolean])[] =>
  (jobs[0].recovery ?? []).map(({ action, done }) => [action, done] as const);

function assertSecondRan({ jobs, complete }: BenchResult): void {
  assert.deepEqual(
    jobs.map(({ name, stopReason }) => [name, stopReason]),
    [
      ['first', 'timeout'],
      ['second', 'number_ios'],
    ],
  );
  assert.equal(jobs[1].directions.read?.ios, 400);
  assert.equal(jobs[1].recovery, undefined);
  assert.equal(complete, false);
}

describe('recovery', { concurrency: 4 }, () => {
  test('an I/O that Abort ends is counted with the status of its completion', async () => {
    const result = await runOn('delay(50,1000s)');
    assert.deepEqual(stepsOf(result), [
      ['abort', true],
      ['delete-queues', true],
    ]);
    const { timeouts, byStatus } = result.jobs[0].errors;
    assert.equal(timeouts, 0);
    assert.deepEqual(
      byStatus.map(({ status, count }) => [status, count]),
      [['Command Abort Requested (SCT 0h, SC 07h)', 1]],
    );
    assertSecondRan(result);
  });

  test('an I/O that Abort does not end goes with its queue', async () => {
    const result = await runOn('drop(50)');
    assert.deepEqual(stepsOf(result), [
      ['abort', false],
      ['delete-queues', true],
    ]);
    assert.equal(result.jobs[0].recovery?.[0].reason, 'the controller did not abort it');
    assert.equal(result.jobs[0].errors.timeouts, 1);
    assertSecondRan(result);
  });

  test('a controller that does not answer at all is reset, and the next job runs on it', async () => {
    const result = await runOn('hang(50)');
    assert.deepEqual(stepsOf(result).slice(-2), [
      ['delete-queues', false],
      ['reset', true],
    ]);
    assertSecondRan(result);
  });

  test('on_timeout: reset resets a controller that would have answered', async () => {
    const result = await runOn('drop(50)', 'reset');
    assert.deepEqual(stepsOf(result), [['reset', true]]);
    assertSecondRan(result);
  });

  test('on_timeout: stop asks nothing of the controller and ends the run with the reason', async () => {
    const result = await runOn('drop(50)', 'stop');
    assert.deepEqual(stepsOf(result), [['delete-queues', true]]);
    assert.equal(result.jobs.length, 1);
    assert.match(
      result.interrupted?.reason ?? '',
      /^run job first: .*no completion within 2000 ms, and on_timeout is stop/,
    );
  });

  test('where none of the I/O of a job comes back the controller is reset for the next', async () => {
    const { result } = await run({
      device: 'sim:?size=64MiB&latency=none&faults=stuck(1)',
      hugepages: 'never',
      jobs: [
        { name: 'first', ...JOB, ...TIMEOUT },
        { name: 'second', ...JOB },
      ],
    });
    assert.deepEqual(stepsOf(result).at(-1), ['reset', true]);
    assertSecondRan(result);
  });

  test('on_timeout: stop holds for what is read back, too', async () => {
    const verified = { name: 'first', rw: 'randwrite', bs: '4k', number_ios: 400, verify: 'crc32c' } as const;
    const { result, failure } = await run({
      device: 'sim:?size=64MiB&latency=none&faults=drop(450)',
      hugepages: 'never',
      allow_writes: true,
      jobs: [
        { ...verified, ...TIMEOUT, on_timeout: 'stop' },
        { name: 'second', ...JOB },
      ],
    });
    assert.equal(result.jobs[0].verification?.readBack?.ended, 'timeout');
    assert.match(failure?.message ?? '', /no completion within 2000 ms, and on_timeout is stop/);
    assert.equal(result.jobs.length, 1);
  });

  test('a deletion that is not answered leads to a reset', async () => {
    // 00h: Delete I/O Submission Queue
    const result = await runOn('drop(50);mute(0,1)');
    assert.deepEqual(stepsOf(result), [
      ['abort', false],
      ['delete-queues', false],
      ['reset', true],
    ]);
    assertSecondRan(result);
  });

  test('a job whose queues cannot be deleted keeps its figures, and the next runs after a reset', async () => {
    // 04h: Delete I/O Completion Queue
    const { jobs, complete } = await runOn('mute(4,1)');
    assert.deepEqual(
      jobs.map(({ directions, stopReason, recovery = [] }) => [
        directions.read?.ios,
        stopReason,
        recovery.map(({ action, done }) => [action, done]),
      ]),
      [
        [
          400,
          'number_ios',
          [
            ['delete-queues', false],
            ['reset', true],
          ],
        ],
        [400, 'number_ios', []],
      ],
    );
    assert.equal(complete, true);
  });

  test('a job whose queues are not created fails by name, and the next runs after a reset', async () => {
    // 01h: Create I/O Submission Queue
    const { jobs, complete, interrupted } = await runOn('mute(1,1)');
    const [first, second] = jobs;
    assert.equal(first.stopReason, 'error');
    assert.deepEqual(first.verdict?.reasons.slice(0, 2), ['nothing-measured', 'never-ran']);
    assert.deepEqual(
      first.recovery?.map(({ action, done }) => [action, done]),
      [
        ['create-queues', false],
        ['reset', true],
      ],
    );
    assert.match(first.recovery?.[0].reason ?? '', /Create I\/O Submission Queue 1: no completion within/);
    assert.equal(second.directions.read?.ios, 400);
    assert.deepEqual([complete, interrupted], [false, undefined]);
  });

  test('what was measured before is kept, and nothing of it counted twice', async () => {
    const { jobs } = await runOn('hang(50)');
    const [{ directions, errors }] = jobs;
    const ios = directions.read?.ios ?? 0;
    assert.ok(ios >= 46 && ios < 50, `${ios}`);
    assert.equal(errors.timeouts, 4);
  });

  test('a status that says retry is tried again, and the result says so', async () => {
    // 06h: Identify; Internal Error without DNR, with the first of the delays
    const { warnings, complete } = await runOn('refuse(6,2,sct=0,sc=6,crd=1)');
    assert.equal(complete, true);
    const told = warnings.filter(({ code }) => code === 'admin-retried');
    assert.deepEqual(
      told.map(({ message }) => message.replace(/^sim:\S+/, 'sim')),
      ['sim had to be asked again: Identify Controller ended with Internal Error (SCT 0h, SC 06h)'],
    );
  });

  test('retries have an end', async () => {
    await assert.rejects(runOn('refuse(6,100,sct=0,sc=6,crd=0)'), { code: 'NVME_STATUS' });
  });
});
