/** What a trace holds, and traces written, sorted and taken from elsewhere. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AS_RECORDED, type Trace } from '../../../bench/trace/builder.js';
import { holdingsOf } from '../../../bench/trace/holdings.js';
import { readTrace } from '../../../bench/trace/read-trace.js';
import { TimeOrder } from '../../../bench/trace/time-order.js';
import { traceText } from '../../../bench/trace/trace-text.js';
import { traceLines } from '../../../bench/trace/write-trace.js';
import { traceHash } from '../../../engine/load/index.js';
import { TRACE_RECORD } from '../../../engine/stats/trace-record.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-test-'));
after(() => rmSync(folder, { recursive: true }));

async function traceOf(text: string, of?: string): Promise<Trace> {
  const path = join(folder, 'trace');
  writeFileSync(path, text);
  return readTrace(path, { ...AS_RECORDED, of });
}

/** Times, offsets, lengths and operations, without the lines. */
function ioOf(trace: Trace): number[][] {
  const records = new Float64Array(trace.ios * TRACE_RECORD.WORDS);
  trace.read(0, records);
  return Array.from({ length: trace.ios }, (_, i) => {
    const [ns, offset, length, packed] = records.subarray(i * TRACE_RECORD.WORDS);
    return [ns, offset, length, packed % TRACE_RECORD.LINE];
  });
}

const KINDS = ['read', 'write', 'trim', 'flush'];
const SOME = Array.from(
  { length: 40 },
  (_, i) => `${i / 8},${KINDS[i % 4]},${(i * 12_288) % 65_536},${(i % 3) * 4096 + 4096}`,
).join('\n');

for (const to of ['csv', 'iolog'] as const)
  test(`a trace that was written as ${to} is the same trace`, async () => {
    const trace = await traceOf(SOME);
    const again = await traceOf([...traceLines(trace, to)].join(''));
    assert.deepEqual(ioOf(again), ioOf(trace));
  });

test('what an iolog has no action for is refused', async () => {
  const trace = await traceOf('0,write-zeroes,0,4096\n');
  assert.throws(() => [...traceLines(trace, 'iolog')], /an iolog of fio has no write-zeroes/);
});

test('of a trace of several devices one can be taken', async () => {
  const of = (device: string, sector: number): string =>
    `  ${device}    0        1     0.00000000${sector}     1  Q   R ${sector} + 8 [a]\n`;
  const trace = await traceOf(`${of('8,0', 1)}${of('8,16', 2)}${of('8,0', 3)}`, '8,16');
  assert.deepEqual(ioOf(trace), [[0, 1024, 4096, 0]]);
});

test('I/Os, sizes, span, rate, footprint and sequentiality of a trace', async () => {
  const reads = [0, 4096, 100 * 4096, 8192, 101 * 4096].map((offset, i) => `${i / 2},read,${offset},4096`);
  const trace = await traceOf(`${[...reads, '2,write,4096,8192', '2,flush,0,0'].join('\n')}\n`);
  const { operations, ...held } = holdingsOf(trace);
  assert.deepEqual(held, {
    ios: 7,
    spanNs: 2e9,
    iops: 3,
    busiestIops: 3,
    footprintBytes: 5 * 4096,
    footprintBlockBytes: 4096,
    firstByte: 0,
    endBytes: 102 * 4096,
    outOfOrderIos: 0,
  });
  assert.deepEqual(
    operations.map(({ name, sequential, lengths }) => [name, sequential, lengths]),
    [
      ['read', 3 / 5, [{ bytes: 4096, ios: 5 }]],
      ['write', 0, [{ bytes: 8192, ios: 1 }]],
      ['flush', 0, []],
    ],
  );
  const text = traceText(trace, { ...holdingsOf(trace), operationsHash: traceHash(trace, 7) }, 100);
  assert.match(text, /trace: CSV, 7 I\/Os\n/);
  assert.match(text, /read +5 +71\.4 % +20 KiB +60 % +4 KiB 100 %\n/);
});

test('the footprint of what has many blocks is counted in larger ones, and never too small', async () => {
  const blocks = 2 ** 20;
  const trace = await traceOf(`0,read,0,${blocks * 4096}\n1,read,${2 * blocks * 4096},8192\n`);
  const { footprintBytes, footprintBlockBytes } = holdingsOf(trace);
  assert.equal(footprintBlockBytes, 8192);
  assert.equal(footprintBytes, blocks * 4096 + 8192);
});

test('records are put into the order of their times, in runs that are merged', () => {
  const order = new TimeOrder(16);
  const times = Array.from({ length: 1000 }, (_, i) => (i * 617) % 1009);
  for (const [i, time] of times.entries()) order.add(time, i, 512, TRACE_RECORD.LINE);
  const found = [...order.records()];
  order.close();
  assert.deepEqual(
    found.map(([time]) => time),
    times.toSorted((a, b) => a - b),
  );
  assert.ok(found.every(([time, i]) => times[i] === time));
});
