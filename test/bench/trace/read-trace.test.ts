/** Traces as they stand in files, read into records; lines after the formats' own documentation. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { firstIo, type RecordedIo } from '../../../bench/run/plan/job-replay.js';
import { AS_RECORDED, type TraceUse } from '../../../bench/trace/builder.js';
import { readTrace } from '../../../bench/trace/read-trace.js';
import { EngineError } from '../../../engine/index.js';
import { OPERATIONS } from '../../../engine/stats/operations.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-test-'));
after(() => rmSync(folder, { recursive: true }));

async function readText(text: string | Uint8Array, use: Partial<TraceUse> = {}) {
  const path = join(folder, 'trace');
  writeFileSync(path, text);
  const trace = await readTrace(path, { ...AS_RECORDED, ...use });
  const ios: RecordedIo[] = [];
  firstIo(trace, (io) => {
    ios.push(io);
    return false;
  });
  trace.close();
  return {
    ...trace,
    list: ios.map((io) => [io.dueNs, OPERATIONS[io.operation], io.offsetBytes, io.lengthBytes, io.line]),
  };
}

/** The line and the reason of what is wrong with a trace. */
async function faultOf(text: string | Uint8Array, use?: Partial<TraceUse>): Promise<string> {
  try {
    await readText(text, use);
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'input')
      return `${error.target.split(', ')[1]}: ${error.reason}`;
    throw error;
  }
  return 'none';
}

const V2 = 'fio version 2 iolog\n/dev/sda add\n/dev/sda open\n';
const V3 = 'fio version 3 iolog\n0 /dev/sda add\n1 /dev/sda open\n';

/** The example of blkparse(1), with a read, a flush and a discard behind it, and its summary. */
const BLKPARSE = `  8,0    3        1     0.000000000   697  G   W 223490 + 8 [kjournald]
  8,0    3        2     0.000001829   697  P   R [kjournald]
  8,0    3        3     0.000002197   697  Q   W 223490 + 8 [kjournald]
  8,0    3        4     0.000005533   697  M   W 223498 + 8 [kjournald]
  8,0    3       10     0.000024062   697  D   W 223490 + 16 [kjournald]
  8,0    1       11     0.009507758     0  C   W 223490 + 16 [0]
  8,0    1       12     1.000002197    12  Q FWS [sync]
  8,0    1       13     1.000002198    12  Q   R 8 + 16 [cat]
  8,0    1       14     2.000002198    12  Q   D 4096 + 2048 [fstrim]
  8,0    1        0     2.100000000     0  m   N cfq12 slice expired
CPU3 (8,0):
 Reads Queued:           1,        8KiB	 Writes Queued:           2,       12KiB
`;

describe('I/Os of', () => {
  test('an iolog of version 2: waits in microseconds add up', async () => {
    const text = `${V2}/dev/sda read 4096 512\n/dev/sda wait 150 0\n/dev/sda write 0 8192\n/dev/sda wait 1000000 0\n/dev/sda sync 0 0\n/dev/sda trim 1048576 65536\n/dev/sda close\n`;
    const { list, format, spanNs } = await readText(text);
    assert.equal(format, 'iolog of fio');
    assert.equal(spanNs, 1_000_150_000);
    assert.deepEqual(list, [
      [0, 'read', 4096, 512, 4],
      [150_000, 'write', 0, 8192, 6],
      [1_000_150_000, 'flush', 0, 0, 8],
      [1_000_150_000, 'deallocate', 1_048_576, 65_536, 9],
    ]);
  });

  test('an iolog of version 3: times in microseconds, counted from the first I/O', async () => {
    const { list } = await readText(
      `${V3}500 /dev/sda read 0 4096\n2500 /dev/sda datasync 7 9\r\n2500 /dev/sda write 4096 512`,
    );
    assert.deepEqual(list, [
      [0, 'read', 0, 4096, 4],
      [2_000_000, 'flush', 0, 0, 5],
      [2_000_000, 'write', 4096, 512, 6],
    ]);
  });

  test('text of blkparse: what was queued, in sectors of 512 bytes', async () => {
    const { list } = await readText(BLKPARSE);
    assert.deepEqual(list, [
      [0, 'write', 223_490 * 512, 4096, 3],
      [1e9, 'flush', 0, 0, 7],
      [1e9 + 1, 'read', 4096, 8192, 8],
      [2e9 + 1, 'deallocate', 2 ** 21, 2 ** 20, 9],
    ]);
  });

  test('text of blkparse without queueing: what was issued', async () => {
    const { list } = await readText(BLKPARSE.replace(/^.* Q .*\n/gm, ''));
    assert.deepEqual(list, [[0, 'write', 223_490 * 512, 8192, 4]]);
  });

  test('CSV without names: seconds since 1970 keep their nanoseconds', async () => {
    const { list } = await readText(
      '1700000000.000000001,read,0,4096\n1700000000.000000002,W,512,512\n1700000001.5,verify,0,512\n',
    );
    assert.deepEqual(list, [
      [0, 'read', 0, 4096, 1],
      [1, 'write', 512, 512, 2],
      [1_499_999_999, 'verify', 0, 512, 3],
    ]);
  });

  test('CSV with names, in any order', async () => {
    const { list } = await readText('bytes,x,offset,time_ms,op\n512,"a",1024,0.5,trim\n\n512,b,0,10,flush\n');
    assert.deepEqual(list, [
      [0, 'deallocate', 1024, 512, 2],
      [9_500_000, 'flush', 0, 0, 4],
    ]);
  });
});

test('a trace is summed up as it is read', async () => {
  const { operations, ios, endBytes, offsetAlignBytes, lengthAlignBytes } = await readText(
    '0,read,8192,4096\n0,read,4096,512\n0,write,16384,1024\n',
  );
  assert.deepEqual([ios, endBytes, offsetAlignBytes, lengthAlignBytes], [3, 17_408, 4096, 512]);
  assert.deepEqual(operations, [
    { name: 'read', ios: 2, bytes: 4608, shortestBytes: 512, longestBytes: 4096 },
    { name: 'write', ios: 1, bytes: 1024, shortestBytes: 1024, longestBytes: 1024 },
  ]);
});

test('offsets are divided, then rounded down; kinds are left out', async () => {
  const { list } = await readText('0,read,10000,512\n1,write,0,512\n2,trim,99999,512\n', {
    scale: 2,
    alignBytes: 4096,
    skip: ['write'],
  });
  assert.deepEqual(list, [
    [0, 'read', 4096, 512, 1],
    [2e9, 'deallocate', 49_152, 512, 3],
  ]);
});

test('I/Os a little out of order are due with the one before', async () => {
  const { list, outOfOrderIos } = await readText('0,read,0,512\n0.5,read,0,512\n0.4,read,0,512\n');
  assert.deepEqual([outOfOrderIos, list[2][0]], [1, 5e8]);
});

test('more than one piece of a file is one trace', async () => {
  const lines = 60_000;
  const { ios, endBytes, list } = await readText(
    Array.from({ length: lines }, (_, i) => `${i},read,${i * 512},512`).join('\n'),
  );
  assert.deepEqual([ios, endBytes], [lines, lines * 512]);
  assert.ok(
    list.every(([dueNs, , offset, , line], i) => dueNs === i * 1e9 && offset === i * 512 && line === i + 1),
  );
});

for (const [what, text, fault] of [
  ['a version that there is not', 'fio version 1 iolog\n', 'line 1: it begins with neither'],
  ['an action that there is not', `${V3}5 /dev/sda raed 0 4096\n`, 'line 4: "raed" is no action'],
  ['a wait of version 3', `${V3}5 /dev/sda wait 5 0\n`, 'line 4: version 3 has times'],
  [
    'a line of an iolog that is cut short',
    `${V3}5 /dev/sda read 0 4096\n6 /dev/sda read 40`,
    'line 5: expects time file',
  ],
  ['an offset that is no number', `${V2}/dev/sda read 0x100 4096\n`, 'line 4: the offset is no whole number'],
  ['an I/O of nothing', `${V2}/dev/sda read 0 0\n`, 'line 4: a read of 0 bytes'],
  ['a second device', `${V2}/dev/sda read 0 512\n/dev/sdb read 0 512\n`, 'line 5: it is of /dev/sdb'],
  ['a damaged event', BLKPARSE.replace('0.000024062', '0.00002'), 'line 5: it is no event'],
  [
    'an operation of CSV that there is not',
    'time,op,offset,bytes\n0,red,0,512\n',
    'line 2: "red" is no operation',
  ],
  ['a line of CSV that is cut short', '0,read,0,512\n1,read,0\n', 'line 2: has 3 fields'],
  ['a time that goes back', '5,read,0,512\n3,read,0,512\n', 'line 2: its time lies more than a second'],
  [
    'an offset beyond what a double holds',
    '5,read,9007199254740991,512\n',
    'line 1: the offset is too large',
  ],
  ['a line without an end', `0,read,0,512\n${'x'.repeat(70_000)}`, 'line 2: it is longer'],
  ['no trace', 'hello\n', 'undefined: it does not begin as a trace'],
  ['a trace without I/O', V3, 'undefined: no I/O is in it'],
  ['a file of blktrace', Uint8Array.of(0x07, 0x74, 0x61, 0x65, 0, 0), 'undefined: it is binary'],
] as const)
  test(`${what} is refused, with its line`, async () => {
    const found = await faultOf(text);
    assert.ok(found.startsWith(fault), found);
  });

test('a trace that is not there is refused', async () => {
  await assert.rejects(
    readTrace(join(folder, 'none'), AS_RECORDED),
    (error) => error instanceof EngineError && error.code === 'TRACE_UNREADABLE' && error.kind === 'input',
  );
});
