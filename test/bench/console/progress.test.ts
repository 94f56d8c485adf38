import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createProgress } from '../../../bench/console/progress.js';
import { type ProgressEvent, progressOf } from '../../../bench/run/events.js';
import { troubledResult } from '../../reports/sample.js';
import { tickOf } from '../ticks.js';

const event = (elapsedMs = 100): ProgressEvent => progressOf(tickOf({ elapsedMs }));

const ended = { kind: 'job', records: [troubledResult().jobs[0]] } as const;

/** A pipe, or a terminal, and what has been written to it. */
function opened(isTTY = false) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  return { stream: stream as unknown as NodeJS.WriteStream, said: () => String(stream.read() ?? '') };
}

test('where the stream is no terminal a line is written for each job that has ended, and nothing else', async () => {
  const { stream, said } = opened();
  const progress = await createProgress(stream);
  progress.show(event());
  assert.equal(said(), '');
  progress.show(ended);
  assert.match(said(), /^randread-qd32: read .*\n$/);
  progress.end();
  assert.equal(said(), '');
});

test('on a terminal that line stands above the one that is redrawn', async () => {
  const { stream, said } = opened(true);
  const progress = await createProgress(stream);
  progress.show(event());
  assert.match(said(), /a .*IOPS/);
  progress.show(ended);
  assert.match(said(), /randread-qd32: read .*\n$/);
});

test('nothing is written where it is not wanted', async () => {
  for (const isTTY of [false, true]) {
    const { stream, said } = opened(isTTY);
    const progress = await createProgress(stream, 'none');
    progress.show(event());
    progress.show(ended);
    progress.end();
    assert.equal(said(), '');
  }
});

test('for programs each event is a line of JSON, without what is long', async () => {
  const { stream, said } = opened(true);
  const progress = await createProgress(stream, 'json');
  progress.show(event());
  progress.show(ended);
  progress.show({ kind: 'notice', message: 'm', error: new Error('e') });
  const [first, second, third] = said()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(first, JSON.parse(JSON.stringify(event())));
  assert.equal(second.records[0].name, 'randread-qd32');
  assert.ok(second.records[0].directions.read.iops > 0);
  assert.equal(JSON.stringify(second).includes('histogram'), false);
  assert.deepEqual(third, { kind: 'notice', message: 'm', failed: true });
});

test('nothing more is drawn once the terminal is gone', async () => {
  const { stream, said } = opened(true);
  const progress = await createProgress(stream);
  progress.show(event());
  assert.notEqual(said(), '');
  stream.emit('error', new Error('write EIO'));
  progress.show(event(500));
  progress.end();
  assert.equal(said(), '');
});

test('what is printed aside is printed in a pipe too', async () => {
  const printed: string[] = [];
  (await createProgress(opened().stream)).aside(() => printed.push('x'));
  assert.deepEqual(printed, ['x']);
});
