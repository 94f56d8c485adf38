import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanClock, type Place } from '../../../bench/console/plan-clock.js';
import { jobLine, progressLine } from '../../../bench/console/progress-line.js';
import { type ProgressEvent, progressOf } from '../../../bench/run/events.js';
import { planOf } from '../../../bench/run/plan/plan-views.js';
import { emptyCounts } from '../../../engine/stats/operations.js';
import { troubledResult } from '../../reports/sample.js';
import { planned, READ_JOB } from '../planned.js';
import { type TickChange, tickOf } from '../ticks.js';

const TEN_SECONDS = READ_JOB.replace('1s', '10s');
const WIDE = 200;

const event = (change: TickChange = {}, job?: string): ProgressEvent => progressOf(tickOf(change, job));

/** Where a run of these jobs is, so long after it began. */
function place(of: ProgressEvent, afterMs = 2500, jobs = TEN_SECONDS): Place {
  let nowMs = 0;
  const clock = createPlanClock(() => nowMs);
  clock.begin(planOf(planned(jobs)));
  nowMs = afterMs;
  return clock.placeOf(of);
}

const line = (change: TickChange = {}, job = TEN_SECONDS, afterMs = 2500): string => {
  const told = event(change, job);
  return progressLine(told, place(told, afterMs, job), WIDE);
};

test('the line says percent, IOPS, bandwidth, p50, p99 and the time of all', () => {
  assert.match(
    line(),
    /^a {3}25 % {2}1,000 IOPS {2}3\.91 MiB\/s {2}p50 8\d\.\d µs {2}p99 2\.00 ms {2}3 s of 10 s$/,
  );
});

test('the ramp shows its length and no figures', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 10s, ramp_time: 1500ms');
  assert.equal(line({ ramping: true }, job, 500), 'a  ramp 1.5 s  1 s of 12 s');
});

test('errors are shown once there are any', () => {
  assert.doesNotMatch(line(), /error/);
  assert.match(line({ errors: 1 }), / {2}1 error {2}/);
  assert.match(line({ errors: 7 }), / {2}7 errors {2}/);
});

test('an interval without completions has no latency', () => {
  assert.match(line({ interval: emptyCounts() }), /0 IOPS.*p50 - {2}p99 -/);
});

test('the share done is that of whatever ends the job first', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 10s, number_ios: 4000');
  assert.match(line({}, job), /^a {3}50 %/);
  assert.match(line({ completed: 400 }, job), /^a {3}25 %/);
});

test('a job that overruns stays at 100 percent', () => {
  assert.match(line({ elapsedMs: 12_000 }, TEN_SECONDS, 12_000), /^a {2}100 %.* {2}12 s of 12 s$/);
});

test('long times are in minutes and hours', () => {
  const all = (elapsedMs: number, runtime: string): string | undefined =>
    / of (.*)$/.exec(line({ elapsedMs }, READ_JOB.replace('1s', runtime), elapsedMs))?.[1];
  assert.equal(all(60_000, '4m'), '4 min 0 s');
  assert.equal(all(3_600_000, '3h'), '3 h 0 min');
});

const THREE = `${TEN_SECONDS}
  - { name: b, rw: read, runtime: 20s, ramp_time: 5s, repeat: 2 }
  - { name: c, rw: read, runtime: 5s }
`;

test('of several jobs it says which this is, and how long all take', () => {
  const told = {
    ...event(),
    job: 'b',
    repeat: { index: 0, count: 2 },
    rampTimeMs: 5000,
    elapsedMs: 10_000,
    done: 0.5,
  };
  const at = place(told, 25_000, THREE);
  assert.deepEqual(at, { index: 2, count: 3, elapsedMs: 25_000, leftMs: 10_000 + 25_000 + 5000 });
  assert.match(progressLine(told, at, WIDE), /^job 2\/3 {2}b 1\/2 {3}50 %.* {2}25 s of 1 min 5 s$/);
});

test('what is left of a job with a runtime is of that, whatever the clocks say', () => {
  assert.equal(place({ ...event(), elapsedMs: 10, done: 0.25 }).leftMs, 7500);
});

test('of jobs in rounds those behind have one round more to go than those before', () => {
  const jobs = `  - rounds: { job: a, of: iops, most: 5 }
    jobs:
      - { name: a, rw: randread, runtime: 10s }
      - { name: b, rw: randread, runtime: 4s }
      - { name: c, rw: randread, runtime: 1s }
  - { name: last, rw: randread, runtime: 100s }`;
  // Half of b in the second of five rounds: a is done three times more, b too, c four times.
  const told = { ...event(), job: 'b', repeat: { index: 1, count: 5 }, done: 0.5 };
  assert.equal(place(told, 2500, jobs).leftMs, 2000 + 3 * 10_000 + 3 * 4000 + 4 * 1000 + 100_000);
});

test('how long a job takes that ends by its I/Os is known once it has begun', () => {
  const byIos = READ_JOB.replace('runtime: 1s', 'number_ios: 4000');
  const told = event({}, byIos);
  assert.equal(place(told, 2500, byIos).leftMs, 2500);
  const later = `${TEN_SECONDS}\n  - { name: b, rw: read, number_ios: 10 }\n`;
  assert.equal(place(event(), 2500, later).leftMs, undefined);
});

test('at any width it fits, and what matters most stays', () => {
  const told = { ...event({ errors: 3 }), job: 'a-long-name[bs=4k,iodepth=128,completion=hybrid]' };
  for (let width = 60; width <= 200; width++) {
    const text = progressLine(told, { index: 1, count: 3, elapsedMs: 12_000, leftMs: 73_000 }, width);
    assert.ok(text.length <= width, `${width}: ${text}`);
    assert.match(text, /^job 1\/3 {2}a-lo.*IOPS.*3 errors {2}12 s of 1 min 25 s$/);
  }
  assert.match(progressLine(told, place(told), 80), /^a-long-name\[….*=hybrid\] {2}/);
});

test('where a line has so much room, the name of a job that has ended makes place for its figures', () => {
  const [job] = troubledResult().jobs;
  const named = { ...job, name: 'a-long-name-'.repeat(20) };
  const place = { index: 1, count: 3 };
  assert.ok(jobLine(named, place, 1).includes(named.name));
  const line = jobLine(named, place, 1, 80);
  assert.match(line, /^job 1\/3 a-long-nam…[\w-]{9}: \w+ [\d,]+ IOPS/);
  assert.equal(jobLine(job, place, 1, 500), jobLine(job, place, 1));
});

test('the line of a job that has ended says what it did, and how it ended where that was not asked for', () => {
  const [first, mixed] = troubledResult().jobs;
  assert.match(
    jobLine({ ...first, stopReason: 'runtime' }, { index: 1, count: 1 }, 1),
    /^randread-qd32: read [\d,]+ IOPS, /,
  );
  const failed = jobLine({ ...mixed, stopReason: 'timeout' }, { index: 2, count: 3 }, 2);
  assert.match(failed, /^job 2\/3 mixed on .*: read .*; write .*; \d+ errors?; ended by timeout$/);
  const nothing = {
    ...first,
    directions: {},
    errors: { ...first.errors, total: 0 },
    stopReason: 'error' as const,
  };
  assert.equal(jobLine(nothing, { index: 1, count: 1 }, 1), 'randread-qd32: ended by error');
  const read = { ...first.directions.read!, ios: 0, iops: 0, bandwidthBytesPerSecond: 0 };
  assert.equal(
    jobLine({ ...nothing, directions: { read } }, { index: 1, count: 1 }, 1),
    'randread-qd32: read 0 IOPS, 0.00 MiB/s; ended by error',
  );
});
