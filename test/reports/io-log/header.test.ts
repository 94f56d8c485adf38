import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerBytesFor, headerBytesOf, logHeader, readLogHeader } from '../../../reports/io-log/header.js';
import { ABOUT } from './about.js';

const NO_LOG = { code: 'NO_IO_LOG' };

test('a header says what it was made from, at its beginning and written again at its end', () => {
  const bytes = headerBytesFor(ABOUT);
  const ended = { ...ABOUT, complete: true, droppedIos: 7, elapsedNs: 2e9, counted: { read: 2 ** 40 } };
  for (const about of [ABOUT, ended]) {
    const header = logHeader(about, bytes);
    assert.deepEqual([header.length, headerBytesOf(header.subarray(0, 24)), bytes % 4096], [bytes, bytes, 0]);
    assert.deepEqual(readLogHeader(header), about);
  }
});

test('a name of any length has room', () => {
  const about = { ...ABOUT, job: 'ü'.repeat(5000) };
  assert.deepEqual(readLogHeader(logHeader(about, headerBytesFor(about))), about);
});

test('what is no header of a log is refused', () => {
  const header = logHeader(ABOUT, headerBytesFor(ABOUT));
  const changed = (at: number, value: number): Buffer => {
    const copy = Buffer.from(header);
    copy.writeUInt32LE(value, at);
    return copy;
  };
  for (const start of [
    Buffer.alloc(0),
    Buffer.alloc(24),
    header.subarray(0, 12),
    changed(8, 2),
    changed(16, 40),
    changed(12, 2 ** 31),
    changed(12, 3),
  ])
    assert.throws(() => headerBytesOf(start), NO_LOG);
  for (const whole of [
    header.subarray(0, 20),
    header.subarray(0, 30),
    changed(20, 2 ** 31),
    changed(20, 3),
    changed(24, 0),
  ])
    assert.throws(() => readLogHeader(whole), NO_LOG);
});
