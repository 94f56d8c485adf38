/** Jobs that play a trace, from their keys to their record. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseConfig } from '../../../bench/config/load.js';
import { proofOf } from '../../../bench/run/as-asked/as-asked.js';
import { runConfig } from '../../../bench/run/attached-run.js';
import { jobDoubts } from '../../../bench/run/doubts/job.js';
import { type PlannedJob, planRun } from '../../../bench/run/plan/plan.js';
import { planOf, planText } from '../../../bench/run/plan/plan-views.js';
import { withTraces } from '../../../bench/run/traces.js';
import { AS_RECORDED } from '../../../bench/trace/builder.js';
import { traceOfResult } from '../../../bench/trace/from-result.js';
import { readTrace } from '../../../bench/trace/read-trace.js';
import { EngineError } from '../../../engine/index.js';
import { longestBytes, traceHash } from '../../../engine/load/index.js';
import { formatJson } from '../../../reports/document/index.js';
import { headerBytesOf, readLogHeader } from '../../../reports/io-log/header.js';
import { RECORD_BYTES, recordAt } from '../../../reports/io-log/records.js';
import { type DeviceFacts, deviceOf } from '../planned.js';
import { idleWorker } from './idle-worker.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-test-'));
after(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;
const hooks = { onTick: () => undefined, signal: never, abandonSignal: never };

const MIXED = [
  'fio version 3 iolog',
  '0 /dev/nvme0n1 open',
  '100 /dev/nvme0n1 read 0 4096',
  '300 /dev/nvme0n1 write 8192 8192',
  '10300 /dev/nvme0n1 trim 65536 4096',
  '20300 /dev/nvme0n1 sync 0 0',
  '30300 /dev/nvme0n1 read 524288 16384',
  '30300 /dev/nvme0n1 write 0 512',
];
/** Offsets and lengths, and ns from the first I/O. */
const MIXED_IOS = [
  [0, 'read', 0, 4096],
  [200_000, 'write', 8192, 8192],
  [10_200_000, 'deallocate', 65_536, 4096],
  [20_200_000, 'flush', 0, 0],
  [30_200_000, 'read', 524_288, 16_384],
  [30_200_000, 'write', 0, 512],
] as const;

function configOf(lines: readonly string[], keys = '', head = 'allow_writes: true') {
  const path = join(folder, 'trace');
  writeFileSync(path, lines.join('\n'));
  return parseConfig(
    [
      'device: "sim:?size=1MiB&latency=none"',
      head,
      'jobs:',
      `  - { name: a, read_iolog: ${path}, iodepth: 8${keys} }`,
    ].join('\n'),
    'config',
  );
}

const planned = (lines: readonly string[], keys = '', facts: DeviceFacts = {}): Promise<PlannedJob> =>
  withTraces(configOf(lines, keys), never, async (config) => planRun(config, [deviceOf(facts)])[0]);

async function refusal(lines: readonly string[], keys = '', facts: DeviceFacts = {}): Promise<EngineError> {
  try {
    await planned(lines, keys, facts);
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'input') return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a replay issues the trace and nothing else, twice as fast as recorded where that is asked', async () => {
  const log = join(folder, 'log');
  const config = configOf(MIXED, `, replay_time_scale: 200, log: ${log}, slowest: 3`);
  const { result, failure } = await runConfig(config, hooks);
  assert.equal(failure, undefined);
  const [job] = result.jobs;
  assert.deepEqual([job.rw, job.bsBytes, job.response?.ios, job.figures?.unsentIos], ['rw', 16_384, 6, 0]);
  assert.equal(job.stopReason, 'number_ios');
  const trace = await readTrace(join(folder, 'trace'), AS_RECORDED);
  assert.deepEqual(job.operationsHash, traceHash(trace, trace.ios));
  assert.deepEqual(
    job.proof?.checks.map(({ check, holds }) => [check, holds]),
    ['sequence', 'operations', 'lengths', 'arrivals', 'amount'].map((name) => [name, true]),
  );
  const bytes = readFileSync(log);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const about = readLogHeader(bytes);
  const ios = [];
  for (let at = headerBytesOf(bytes); at < bytes.length; at += RECORD_BYTES)
    ios.push(recordAt(view, at, about));
  const due = ios
    .map(({ atNs, latencyNs, waitedNs, ...io }) => ({ ...io, dueNs: atNs - latencyNs - waitedNs }))
    .sort((a, b) => a.dueNs - b.dueNs || a.operation.localeCompare(b.operation));
  for (const [i, [ns, operation, offset, length]] of MIXED_IOS.entries()) {
    const { dueNs, slba, lbas } = due[i];
    assert.deepEqual([due[i].operation, slba * 512, lbas * 512], [operation, offset, length]);
    // Three times of the clock, each a double.
    assert.ok(Math.abs(dueNs - due[0].dueNs - ns / 2) <= 3, `${dueNs - due[0].dueNs}`);
  }
});

test('the log of a job, and its slowest I/Os, are traces', async () => {
  const [log, file] = [join(folder, 'again'), join(folder, 'result.json')];
  const { result } = await runConfig(configOf(MIXED, `, log: ${log}, slowest: 3`), hooks);
  const { format, ios, operations, spanNs } = await readTrace(log, AS_RECORDED);
  assert.deepEqual([format, ios, Math.round(spanNs / 1000)], ['log of single I/Os', 6, 30_200]);
  assert.deepEqual(
    operations.map(({ name, ios, bytes }) => [name, ios, bytes]),
    [
      ['read', 2, 20_480],
      ['write', 2, 8704],
      ['deallocate', 1, 4096],
      ['flush', 1, 0],
    ],
  );
  writeFileSync(file, formatJson(result));
  const slow = traceOfResult(file, 'a');
  assert.deepEqual([slow.ios, slow.format], [3, 'slowest I/Os of job a']);
  assert.throws(() => traceOfResult(file, 'b'), { code: 'BAD_TRACE', kind: 'input' });
});

test('a job takes from its trace what it does, how long its I/Os are and where they end', async () => {
  const { spec, config, geometry } = await planned(MIXED);
  assert.deepEqual([config.rw, config.rwmixread, spec.bsBytes], ['rw', 33, 16_384]);
  assert.deepEqual([spec.numberIos, spec.sizeBytes, geometry.region.blocks], [6, 540_672, 1056]);
  assert.deepEqual([spec.replay?.spanNs, spec.replay?.writtenBytes], [30_200_000, 8704]);
  assert.match(planText(planOf([await planned(MIXED)])), /after 6 I\/Os of each worker, due over 30 ms\n/);
});

test('a trace that only reads needs no allow_writes; one that writes does, before a device is touched', async () => {
  const reads = configOf(MIXED, ', replay_skip: "write,trim,sync"', '');
  assert.equal(await withTraces(reads, never, async ({ jobs: [{ rw }] }) => rw), 'read');
  await assert.rejects(
    withTraces(configOf(MIXED, '', ''), never, async () => 'touched'),
    (error) => error instanceof EngineError && error.code === 'WRITES_NOT_ALLOWED' && error.kind === 'input',
  );
});

test('writes of a trace need the serial number of a drive that holds data', async () => {
  const error = await refusal(MIXED, '', { holdsData: true });
  assert.equal(error.code, 'WRITES_NOT_ALLOWED');
});

test('an I/O that is not of whole blocks is refused with its line, unless it is rounded', async () => {
  const big = { lbaBytes: 4096 };
  const { code, target, hint } = await refusal(MIXED, '', big);
  assert.deepEqual([code, /line \d+$/.exec(target)?.[0]], ['NOT_BLOCK_ALIGNED', 'line 8']);
  assert.match(hint ?? '', /replay_align: 4k/);
  const { spec } = await planned(MIXED, ', replay_align: 4k', big);
  assert.deepEqual(
    [spec.lengths?.write?.law, spec.replay?.writtenBytes],
    [{ fromBytes: 4096, toBytes: 8192 }, 12_288],
  );
});

test('a deallocate may be longer than 32 bits of bytes', async () => {
  const lines = ['0,trim,0,17179869184', '1,read,0,512'];
  const big = deviceOf({ sizeLbas: 2 ** 36 });
  const spec = await withTraces(configOf(lines), never, async (config) => {
    const [{ spec, config: job }] = planRun(config, [big]);
    assert.equal(traceHash(job.trace!, 2).iosPerWorker, 2);
    return spec;
  });
  assert.equal(spec.lengths?.deallocate?.law && longestBytes(spec.lengths.deallocate.law), 2 ** 34);
});

test('an I/O that the drive does in no one command is refused, and it is said what splits it', async () => {
  const { code, hint } = await refusal(['0,read,0,4194304', '1,trim,0,512']);
  assert.equal(code, 'BEYOND_MDTS');
  assert.match(hint ?? '', /split: true, and replay_skip: trim,sync/);
});

test('an I/O beyond the namespace is refused with its line, unless offsets are scaled', async () => {
  const small = { sizeLbas: 512 };
  const { code, target, hint } = await refusal(MIXED, '', small);
  assert.deepEqual([code, /line \d+$/.exec(target)?.[0]], ['OUT_OF_NAMESPACE', 'line 7']);
  const scale = /replay_scale: (\d+)/.exec(hint ?? '')?.[1];
  const { spec } = await planned(MIXED, `, replay_align: 4k, replay_scale: ${scale}`, small);
  assert.ok(spec.sizeBytes <= 512 * 512);
});

test('what a replay left out, moved or shifted is found by name', async () => {
  await withTraces(configOf(MIXED), never, async (config) => {
    const [job] = planRun(config, [deviceOf()]);
    const completed = { ...idleWorker.completed, read: 2, write: 2, deallocate: 1, flush: 1 };
    const dueNs = Float64Array.from(MIXED_IOS, ([ns]) => 5e9 + ns);
    const issued = {
      operations: new Uint8Array(6),
      slbas: new Float64Array(6),
      lbas: new Int32Array(6),
      dueNs,
    };
    const worker = { ...idleWorker, stopReason: 'number_ios' as const, completed, issued };
    const failing = (change: Partial<typeof worker>): string[] =>
      proofOf({ planned: job, workers: [{ ...worker, ...change }] })
        .checks.filter(({ holds }) => !holds)
        .map(({ check }) => check);
    assert.deepEqual(failing({}), []);
    assert.deepEqual(failing({ completed: { ...completed, read: 3, write: 1 } }), ['operations']);
    assert.deepEqual(failing({ completed: { ...completed, read: 1 } }), ['operations', 'amount']);
    const late = dueNs.map((ns, i) => (i > 3 ? ns + 1000 : ns));
    assert.deepEqual(failing({ issued: { ...issued, dueNs: late } }), ['arrivals']);
  });
});

test('a replay that falls behind its schedule is suspect, and it is told by how much', async () => {
  const job = await planned(MIXED);
  const told = (ios: number, dryLooks: number): string[] =>
    jobDoubts(
      {
        planned: job,
        startedAt: new Date(),
        counts: new Float64Array(1e6),
        intervals: [],
        intervalNs: 1e9,
        operationsHash: { version: 1, value: '', iosPerWorker: 1 },
        recovery: [],
        cpuLimit: { quotaCpus: Number.POSITIVE_INFINITY, throttledNs: 0 },
        workers: [
          {
            ...idleWorker,
            completed: { ...idleWorker.completed, read: 1000 },
            behind: { ios, mostNs: 2e9, dryLooks },
          },
        ],
      },
      { unsentIos: 0 },
    )
      .filter(({ code }) => code === 'replay-behind')
      .map(({ message, advice }) => `${message}; ${advice}`);
  assert.deepEqual(told(10, 0), []);
  assert.match(told(11, 0).join(), /^11 of 1,000 I\/Os .* the latest by 2\.00? s; the device is slower/);
  assert.match(told(11, 5).join(), /could not be read as fast/);
});
