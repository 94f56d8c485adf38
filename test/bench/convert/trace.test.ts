/** Jobs of fio that play a trace. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf, converted, jobOf, lostOf } from './converted.js';

test('a trace with its keys is carried, and what it says itself is dropped', () => {
  const lines =
    'read_iolog=a.log\nreplay_time_scale=200\nreplay_align=4k\nreplay_skip=trim,sync\nreplay_scale=1\nrw=randread\nbs=8k\nsize=1g\niodepth=32\nioengine=libaio';
  const job = jobOf(lines);
  assert.deepEqual(
    [job.readIolog, job.replayTimeScale, job.replayAlign, job.iodepth],
    ['a.log', 200, 4096, 32],
  );
  assert.deepEqual([job.replaySkip, job.replayScale, job.bs], [['trim', 'sync'], 1, undefined]);
  assert.deepEqual(lostOf(`[job]\n${lines}`), []);
});

test('replay_redirect names the device', () => {
  const { yaml } = converted('[a]\nread_iolog=a.log\nreplay_redirect=/dev/nvme0n1\nfilename=/dev/sda\n');
  assert.match(yaml ?? '', /^device: uring:\/dev\/nvme0n1/m);
});

test('a runtime may end it, and may it write, allow_writes is there', () => {
  const config = configOf('[a]\nread_iolog=a.log\nruntime=30\ntime_based\nreplay_no_stall=1\n');
  assert.deepEqual([config.jobs[0].runtimeMs, config.jobs[0].replayNoStall], [30_000, true]);
  assert.equal(config.allowWrites, true);
});

test('what is not here beside a trace is told', () => {
  const [rate, workers] = lostOf('[a]\nread_iolog=a.log\nrate_iops=100\nnumjobs=4\n');
  assert.match(rate, /rate_iops=100: beside a trace/);
  assert.match(workers, /numjobs=4: each of its workers plays all of the trace/);
  assert.match(lostOf('[a]\nread_iolog=a.log:b.log\n')[0], /several traces: write a job for each/);
});
