import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatInjections,
  formatServedFaults,
  formatServedTruth,
} from '../../../reports/views/served-text.js';

test('faults are a table with what will not hit again', () => {
  const faults = [
    { id: 1, fault: 'error(lba=2-2,sct=2,sc=0x81)', hits: 1234, over: false },
    { id: 12, fault: 'drop(100)\u001b[2J', hits: 1, over: true },
  ];
  assert.equal(
    formatServedFaults(faults),
    '  id   hits  fault\n' +
      '   1  1,234  error(lba=2-2,sct=2,sc=0x81)\n' +
      '  12      1  drop(100)?[2J                 over\n',
  );
  assert.equal(formatServedFaults([]), 'no faults in force\n');
});

test('injections say how many there were beside those shown', () => {
  const injection = {
    sequence: 9,
    time: '2026-11-30T08:00:00.000Z',
    fault: 2,
    kind: 'drop',
    opcode: 2,
    qid: 1,
    cid: 7,
  };
  const lines = formatInjections(
    [
      { ...injection, slba: null },
      { ...injection, slba: 4096 },
    ],
    9,
  ).split('\n');
  assert.equal(lines[0], '9 injections, the latest 2');
  assert.match(lines[2], / 9 {2}2026-11-30T08:00:00.000Z {2}drop +2 +02h +1 +7 +-$/);
  assert.match(lines[3], / 4096$/);
});

test('the truth of a drive that failed says why', () => {
  const counts = {
    slot: 'in' as const,
    ioQueues: 1,
    waitingCommands: 0,
    hostReads: 3,
    hostWrites: 0,
    hostBytesRead: 12_288,
    hostBytesWritten: 0,
  };
  const failed = [{ status: 'Unrecovered Read Error', count: 2 }];
  const text = formatServedTruth({
    ...counts,
    mediaErrors: 2,
    failed,
    ready: true,
    fatal: true,
    fatalReason: 'its faults ask for it',
  });
  assert.match(text, /^ {2}controller +fatal status: its faults ask for it$/m);
  assert.match(text, /^ {2}reads +3, 12 KiB$/m);
  assert.match(text, /^ {2}failed +2 Unrecovered Read Error, 2 media errors$/m);
  assert.doesNotMatch(text, /flash/);
});
