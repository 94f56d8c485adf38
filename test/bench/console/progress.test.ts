import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createProgress, progressLine } from '../../../bench/console/progress.js';
import { type ProgressEvent, progressOf } from '../../../bench/run/events.js';
import { emptyCounts } from '../../../engine/stats/operations.js';
import { READ_JOB } from '../planned.js';
import { type TickChange, tickOf } from '../ticks.js';

const event = (change: TickChange = {}, job?: string): ProgressEvent => progressOf(tickOf(change, job));

test('the line says percent, IOPS, bandwidth, p50, p99 and the time left', () => {
  assert.match(
    progressLine(event()),
    /^a {3}25 % {2}1,000 IOPS {2}3\.91 MiB\/s {2}p50 8\d\.\d µs {2}p99 2\.00 ms {2}ETA 8 s$/,
  );
});

test('the ramp shows its length and no figures', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 10s, ramp_time: 1500ms');
  assert.equal(progressLine(event({ ramping: true }, job)), 'a  ramp 1.5 s');
});

test('errors are shown once there are any', () => {
  assert.doesNotMatch(progressLine(event()), /error/);
  assert.match(progressLine(event({ errors: 1 })), / {2}1 error$/);
  assert.match(progressLine(event({ errors: 7 })), / {2}7 errors$/);
});

test('an interval without completions has no latency', () => {
  assert.match(progressLine(event({ interval: emptyCounts() })), /0 IOPS.*p50 - {2}p99 -/);
});

test('the share done is that of whatever ends the job first', () => {
  const job = READ_JOB.replace('runtime: 1s', 'runtime: 10s, number_ios: 4000');
  assert.match(progressLine(event({}, job)), /^a {3}50 %/);
  assert.match(progressLine(event({ completed: 400 }, job)), /^a {3}25 %/);
});

test('a job that overruns stays at 100 percent', () => {
  assert.match(progressLine(event({ elapsedMs: 12_000 })), /^a {2}100 %.*ETA 0 s$/);
});

test('long times left are in minutes and hours', () => {
  const left = (elapsedMs: number, runtime: string): string | undefined =>
    /ETA (.*)$/.exec(progressLine(event({ elapsedMs }, READ_JOB.replace('1s', runtime))))?.[1];
  assert.equal(left(60_000, '4m'), '3 min 0 s');
  assert.equal(left(3_600_000, '3h'), '2 h 0 min');
  assert.equal(left(0, '3h'), '?');
});

test('nothing is written where the stream is no terminal', () => {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  const progress = createProgress(stream);
  progress.show(event());
  progress.end();
  assert.equal(stream.read(), null);
});

test('nothing more is written once the terminal is gone', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
  const progress = createProgress(stream);
  progress.show(event());
  assert.notEqual(stream.read(), null);
  stream.emit('error', new Error('write EIO'));
  progress.show(event({ elapsedMs: 5000 }));
  progress.end();
  assert.equal(stream.read(), null);
});

test('what is printed aside is printed in a pipe too', () => {
  const printed: string[] = [];
  createProgress(new PassThrough() as unknown as NodeJS.WriteStream).aside(() => printed.push('x'));
  assert.deepEqual(printed, ['x']);
});
