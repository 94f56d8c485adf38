import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogAbout } from '../../../reports/io-log/header.js';
import type { LoggedIo } from '../../../reports/io-log/records.js';
import { LogSummary } from '../../../reports/io-log/summary.js';
import { ESCAPE } from '../sample.js';
import { ABOUT } from './about.js';

const about: LogAbout = { ...ABOUT, complete: true, droppedIos: 0, counted: { read: 2 } };

const io = (change: Partial<LoggedIo> = {}): LoggedIo => ({
  atNs: 1,
  latencyNs: 1000,
  waitedNs: 0,
  operation: 'read',
  slba: 8,
  lbas: 8,
  worker: 0,
  queue: 0,
  depth: 1,
  status: 0,
  late: false,
  ...change,
});

function summary(change: Partial<LogAbout>, ...ios: LoggedIo[]): string {
  const made = new LogSummary({ ...about, ...change });
  for (const each of ios) made.add(each);
  return made.text(100);
}

test('a log with as many I/Os as its job counted is whole; failed and late ones count beside', () => {
  const text = summary({}, io(), io({ latencyNs: 3000 }), io({ status: 0x80 }), io({ late: true }));
  assert.match(text, /whole: as many I\/Os of each operation/);
  assert.match(text, /read +2 +2\.00 µs .* 3\.00 µs +1 +1\n/);
});

test('one with fewer, or that dropped some, is not', () => {
  assert.match(summary({}, io()), /NOT WHOLE: it has 1 read of 2/);
  assert.match(summary({ droppedIos: 3 }, io(), io()), /NOT WHOLE: .*3 I\/Os found no room or/);
  assert.match(summary({}, io(), io(), io({ operation: 'write' })), /NOT WHOLE: it has 1 write of 0/);
});

test('one whose job had not ended says so', () => {
  assert.match(summary({ complete: false, counted: undefined }, io()), /INCOMPLETE/);
});

test('no name of it reaches the terminal as it is', () => {
  const text = summary({ job: `a${ESCAPE}[31m`, target: `${ESCAPE}]0;x` }, io({ operation: `${ESCAPE}[2J` }));
  assert.ok(!text.includes(ESCAPE));
});

test('as data it has the same counts, latencies of the measured time, and whether it is whole', () => {
  const dataOf = (change: Partial<LogAbout>, ...ios: LoggedIo[]) => {
    const made = new LogSummary({ ...about, ...change });
    for (const each of ios) made.add(each);
    return made.data() as {
      whole: boolean;
      droppedIos: number;
      operations: Record<
        string,
        { ios: number; failed: number; late: number; latencyNs?: { meanNs: number } }
      >;
    };
  };
  const data = dataOf({}, io(), io({ latencyNs: 3000 }), io({ status: 0x80 }), io({ late: true }));
  const { ios, failed, late, latencyNs } = data.operations.read;
  assert.deepEqual([data.whole, ios, failed, late], [true, 2, 1, 1]);
  assert.ok(Math.abs((latencyNs?.meanNs ?? 0) - 2000) < 20);
  assert.equal(dataOf({ droppedIos: 1 }, io(), io()).whole, false);
  assert.equal(dataOf({ complete: false, counted: undefined }, io()).whole, false);
});
