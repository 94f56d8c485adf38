import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createLive } from '../../../bench/console/live.js';
import { progressOf } from '../../../bench/run/events.js';
import { troubledResult } from '../../reports/sample.js';
import { tickOf } from '../ticks.js';

const [ENTER, LEAVE] = ['\u001b[?1049h', '\u001b[?1049l'];
const event = () => progressOf(tickOf());

function screen(columns = 80, rows = 24) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns, rows });
  return { stream: stream as unknown as NodeJS.WriteStream, said: () => String(stream.read() ?? '') };
}

test('the screen is entered once, drawn with each event, and left as it was', () => {
  const { stream, said } = screen();
  const live = createLive(stream);
  live.show(event());
  const first = said();
  assert.ok(first.startsWith(ENTER));
  assert.match(first, /IOPS/);
  live.show(event());
  assert.ok(!said().includes(ENTER));
  live.end();
  assert.ok(said().endsWith(LEAVE));
  live.end();
  assert.equal(said(), '');
});

test('what is printed aside waits until the screen is left', () => {
  const { stream } = screen();
  const live = createLive(stream);
  const printed: string[] = [];
  live.aside(() => printed.push('before'));
  live.show(event());
  live.aside(() => printed.push('meanwhile'));
  assert.deepEqual(printed, ['before']);
  live.end();
  assert.deepEqual(printed, ['before', 'meanwhile']);
});

test('a job that has ended and a notice stand on the screen', () => {
  const { stream, said } = screen(200);
  const live = createLive(stream);
  live.show(event());
  live.show({ kind: 'job', records: [troubledResult().jobs[0]] });
  live.show({ kind: 'notice', message: 'a word' });
  const text = said();
  assert.match(text, /randread-qd32: read/);
  assert.match(text, /a word/);
  live.end();
});

test('another size of the terminal is drawn anew', () => {
  const { stream, said } = screen(120);
  const live = createLive(stream);
  live.show(event());
  said();
  stream.columns = 50;
  stream.emit('resize');
  const text = said();
  assert.ok(text.includes('\u001b[2J'));
  assert.doesNotMatch(text, /p99\.9/);
  live.end();
});

test('nothing is drawn on a terminal that is gone', () => {
  const { stream, said } = screen();
  const live = createLive(stream);
  live.show(event());
  said();
  stream.emit('error', new Error('write EIO'));
  live.show(event());
  live.end();
  assert.equal(said(), '');
});
