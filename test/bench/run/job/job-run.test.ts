/** Jobs on software controllers in this process: what ends them, what is counted, what is given back. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parseConfig } from '../../../../bench/config/load.js';
import { openDevice } from '../../../../bench/run/devices.js';
import { type JobHooks, type JobRun, runJob, type Tick } from '../../../../bench/run/job/job-run.js';
import { jobRecord } from '../../../../bench/run/job-record.js';
import { type OpenDevice, type PlannedJob, planRun } from '../../../../bench/run/plan/plan.js';
import type { IntervalCounts } from '../../../../engine/load/index.js';
import { endedAsAsked } from '../../../../reports/document/index.js';

const opened: OpenDevice[] = [];
after(() => Promise.all(opened.map(({ drive }) => drive.close().catch(() => undefined))));

async function deviceAt(options = ''): Promise<OpenDevice> {
  const device = await openDevice(`sim:?size=64MiB&latency=none${options}`, { hugepages: 'never' });
  opened.push(device);
  return device;
}

const ENDLESS = 'runtime: 100s';

/** A job of random reads at depth 4, on each device. */
function jobOn(devices: readonly OpenDevice[], end: string): PlannedJob[] {
  const job = `{ name: reads, rw: randread, bs: 4k, iodepth: 4, ${end} }`;
  return planRun(parseConfig(`device: sim\njobs:\n  - ${job}\n`, 'test.yaml'), devices);
}

function hooks(change: Partial<JobHooks> = {}): JobHooks {
  const never = new AbortController().signal;
  return { signal: never, abandonSignal: never, onTick: () => undefined, ...change };
}

const sum = (counts: IntervalCounts): number => counts.reduce((total, count) => total + count, 0);
const endsOf = ({ outcomes }: JobRun): string[] =>
  outcomes.flatMap(({ workers }) => workers.map(({ stopReason }) => stopReason));
const readsOf = ({ outcomes }: JobRun): number[] =>
  outcomes.map(({ workers: [{ completed }] }) => completed.read);

/** Aborts at the first tick of the measurement that saw I/O. */
function abortOnceMeasuring(): { controller: AbortController; onTick: (tick: Tick) => void } {
  const controller = new AbortController();
  return {
    controller,
    onTick: ({ ramping, jobs: [{ completed }] }) => {
      if (!ramping && completed > 0) controller.abort();
    },
  };
}

test('a job runs on its devices side by side, and each has an outcome of its own, in order', async () => {
  const devices = [await deviceAt('&serial=A'), await deviceAt('&serial=B')];
  const run = await runJob(jobOn(devices, 'number_ios: 3000'), hooks());
  assert.deepEqual(
    run.outcomes.map(({ planned }) => planned.device),
    devices,
  );
  assert.deepEqual(readsOf(run), [3000, 3000]);
  assert.deepEqual(
    run.outcomes.map(({ counts }) => sum(counts)),
    [3000, 3000],
  );
  assert.deepEqual([run.unfinished, run.failure, run.releaseFailure], [[], undefined, undefined]);
});

test('intervals add up to what was counted, and ticks tell no more than that', async () => {
  const told = { ticks: 0, ios: 0 };
  const intervalsBefore: number[][] = [];
  const run = await runJob(
    jobOn([await deviceAt()], 'runtime: 2500ms'),
    hooks({
      onTick: ({ jobs: [{ interval }] }) => {
        told.ticks++;
        told.ios += sum(interval);
      },
      onInterval: ([job]) => {
        const ios = job.intervals().reduce((total, { read }) => total + (read?.ios ?? 0), 0);
        intervalsBefore.push([sum(job.counts), ios]);
      },
    }),
  );
  const [{ counts, intervals }] = run.outcomes;
  assert.ok(intervals.length >= 2);
  assert.equal(
    intervals.reduce((total, { read }) => total + (read?.ios ?? 0), 0),
    sum(counts),
  );
  assert.ok(told.ticks > 0);
  assert.ok(told.ios > 0 && told.ios <= sum(counts));
  assert.ok(intervalsBefore.length > 0);
  for (const [taken, inIntervals] of intervalsBefore) assert.equal(inIntervals, taken);
});

test('a job whose signal was given before it began does no I/O', async () => {
  const run = await runJob(jobOn([await deviceAt()], ENDLESS), hooks({ signal: AbortSignal.abort() }));
  assert.deepEqual([endsOf(run), readsOf(run)], [['interrupted'], [0]]);
});

test('the signal stops a job on every device, and what is outstanding is waited for', async () => {
  const { controller, onTick } = abortOnceMeasuring();
  const devices = [await deviceAt('&serial=A'), await deviceAt('&serial=B')];
  const run = await runJob(jobOn(devices, ENDLESS), hooks({ signal: controller.signal, onTick }));
  assert.deepEqual(endsOf(run), ['interrupted', 'interrupted']);
  for (const { workers } of run.outcomes) assert.equal(workers[0].lostIos, 0);
});

test('the second signal does not wait for I/O that never completes', async () => {
  const dropping = await deviceAt('&faults=drop(1)');
  const abandon = new AbortController();
  let ticksAfter = 0;
  let abortedMs = Number.POSITIVE_INFINITY;
  const { controller, onTick } = abortOnceMeasuring();
  const run = await runJob(
    jobOn([dropping], ENDLESS),
    hooks({
      signal: controller.signal,
      abandonSignal: abandon.signal,
      onTick: (tick) => {
        onTick(tick);
        if (!controller.signal.aborted) return;
        abortedMs = Math.min(abortedMs, performance.now());
        ticksAfter++;
        // Ticks may follow each other closely; a worker that waits for its CPU must have drained what does complete.
        if (performance.now() - abortedMs > 800) abandon.abort();
      },
    }),
  );
  assert.deepEqual(endsOf(run), ['interrupted']);
  assert.equal(run.outcomes[0].workers[0].lostIos, 1);
  // Without it a drain may take 25 ticks.
  assert.ok(ticksAfter < 15, `${ticksAfter} ticks`);
});

test('what was measured stands where the queue pairs cannot be deleted afterwards', async () => {
  const device = await deviceAt();
  const refusal = new Error('no');
  const open = device.drive.openQueues;
  device.drive.openQueues = async (shape) => ({
    ...(await open(shape)),
    release: () => Promise.reject(refusal),
  });
  const run = await runJob(jobOn([device], 'number_ios: 100'), hooks());
  assert.deepEqual([readsOf(run), run.releaseFailure], [[100], refusal]);
});

test('a job ends on all devices where the kernel wants one of them back', async () => {
  const devices = [await deviceAt('&serial=A'), await deviceAt('&serial=B')];
  let asked: string | undefined;
  devices[1].drive.askedBack = () => asked;
  const onTick = ({ jobs: [{ completed }] }: Tick): void => {
    if (completed > 0) asked = 'somebody wants it';
  };
  const run = await runJob(jobOn(devices, ENDLESS), hooks({ onTick }));
  assert.deepEqual(endsOf(run), ['interrupted', 'interrupted']);
});

test('a device that is gone ends its own workers at once, and the others as they were asked to', async () => {
  const devices = [await deviceAt('&serial=A&faults=die(200)'), await deviceAt('&serial=B')];
  const run = await runJob(jobOn(devices, 'runtime: 1s'), hooks());
  assert.deepEqual(endsOf(run), ['device-lost', 'runtime']);
  assert.ok(run.outcomes[0].workers[0].lostIos > 0);
});

test('queue pairs are given back: the next job of a controller that has one finds it', async () => {
  const device = await deviceAt('&queues=1');
  for (let i = 0; i < 2; i++)
    assert.deepEqual(readsOf(await runJob(jobOn([device], 'number_ios: 100'), hooks())), [100]);
});

test('a job that cannot begin on one device leaves nothing behind on the others', async () => {
  const devices = [await deviceAt('&serial=A&queues=1'), await deviceAt('&serial=B&queues=1')];
  const taken = await devices[1].drive.openQueues({
    namespace: devices[1].namespace,
    bsBytes: 4096,
    operations: ['read'],
    iodepth: 1,
    queues: 1,
    split: false,
    completion: 'poll',
  });
  await assert.rejects(runJob(jobOn(devices, 'number_ios: 100'), hooks()), { name: 'EngineError' });
  await taken.release();
  assert.deepEqual(readsOf(await runJob(jobOn(devices, 'number_ios: 100'), hooks())), [100, 100]);
});

/** Jobs side by side on one device; each is text of its keys. */
function jobsOn(device: OpenDevice, ...jobs: string[]): PlannedJob[] {
  const list = jobs.map((job, i) => `      - { name: job${i}, rw: randread, iodepth: 4, ${job} }`).join('\n');
  return planRun(parseConfig(`device: sim\njobs:\n  - parallel:\n${list}\n`, 'test.yaml'), [device]);
}

test('jobs side by side on one controller end each by itself, with counts of its own', async () => {
  const run = await runJob(jobsOn(await deviceAt(), 'number_ios: 2000', 'bs: 8k, number_ios: 3000'), hooks());
  assert.deepEqual(readsOf(run), [2000, 3000]);
  assert.deepEqual(
    run.outcomes.map(({ counts }) => sum(counts)),
    [2000, 3000],
  );
  assert.deepEqual(endsOf(run), ['number_ios', 'number_ios']);
});

test('a job with a delay begins when the others have run so long', async () => {
  let before = Number.NaN;
  const run = await runJob(
    jobsOn(await deviceAt(), 'runtime: 2500ms', 'startdelay: 1s, number_ios: 10'),
    hooks({
      onTick: ({ jobs: [first, second] }) => {
        if (second.completed > 0 && Number.isNaN(before)) before = first.measuredMs;
      },
    }),
  );
  // The first worker may have begun late itself.
  assert.ok(before > 500, `${before} ms`);
  assert.equal(readsOf(run)[1], 10);
});

test('a job that is to begin later does not begin once the signal came', async () => {
  const { controller, onTick } = abortOnceMeasuring();
  const jobs = jobsOn(await deviceAt(), ENDLESS, `startdelay: 60s, ${ENDLESS}`);
  const run = await runJob(jobs, hooks({ signal: controller.signal, onTick }));
  assert.deepEqual(endsOf(run), ['interrupted', 'interrupted']);
  assert.equal(readsOf(run)[1], 0);
});

test('a job with exitall ends those beside it once it has come to its end, one that has not begun too', async () => {
  const jobs = jobsOn(
    await deviceAt(),
    'number_ios: 2000, exitall: true',
    ENDLESS,
    `startdelay: 60s, ${ENDLESS}`,
  );
  const { outcomes } = await runJob(jobs, hooks());
  assert.deepEqual(
    outcomes.map((outcome) => jobRecord(outcome).stopReason),
    ['number_ios', 'exitall', 'exitall'],
  );
  assert.deepEqual(
    outcomes.map((outcome) => endedAsAsked(jobRecord(outcome))),
    [true, true, true],
  );
  assert.equal(outcomes[1].workers[0].lostIos, 0);
});

test('a job without exitall leaves those beside it alone', async () => {
  const jobs = jobsOn(await deviceAt(), 'number_ios: 10', 'runtime: 700ms, exitall: true');
  assert.deepEqual(endsOf(await runJob(jobs, hooks())), ['number_ios', 'runtime']);
});
