import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { JOB_KEYS } from '../../../bench/config/job-keys.js';
import { parseConfig } from '../../../bench/config/load.js';
import { workOfJob } from '../../../bench/config/workload.js';
import { ZONE_KEYS } from '../../../bench/config/zone-keys.js';
import { type OpenDevice, planRun } from '../../../bench/run/plan/plan.js';
import { withTraces } from '../../../bench/run/traces.js';
import { prepareJob } from '../../../engine/load/index.js';
import type { JobDrive } from '../../../engine/path/path.js';
import type { JobRecord } from '../../../reports/document/index.js';
import { askForTheSameIos, beganAlike } from '../../../reports/document/operations-hash.js';
import { deviceOf } from '../../bench/planned.js';

const folder = mkdtempSync(join(tmpdir(), 'nvbench-test-'));
after(() => rmSync(folder, { recursive: true }));

/** A drive whose queues are none: its jobs are prepared, and never run. */
function openable(device: OpenDevice, namespace: number): OpenDevice {
  const openQueues: JobDrive['openQueues'] = async () => ({ specs: [], release: async () => undefined });
  const drive = { ...device.drive, openQueues };
  return { ...device, drive, named: [{ target: 'sim', namespace }] };
}

/** With protection information. */
const guarded = deviceOf();
const PROTECTED = { ...guarded, namespace: { ...guarded.namespace, metadataBytes: 8, protectionType: 1 } };

const NAMESPACES = [
  openable(deviceOf(), 1),
  openable(deviceOf({ sizeLbas: 2 ** 20 }), 2),
  openable(PROTECTED, 3),
];
const HEAD = 'device: sim\nnamespace: 1\nallow_writes: true';
const BASE = { rw: 'randrw', numjobs: 2, size: '25%', runtime: '1s', randseed: 7 };

/** What a record has of a job, as it would begin. */
async function recordOf(keys: object): Promise<JobRecord> {
  const text = `${HEAD}\njobs:\n  - ${JSON.stringify({ name: 'a', ...BASE, ...keys })}\n`;
  return withTraces(parseConfig(text, 'test.yaml'), new AbortController().signal, async (known) => {
    const [{ config, device, spec }] = planRun(known, NAMESPACES);
    const { operationsHash } = await prepareJob(device.drive, device.namespace, spec, config.trace);
    return { workload: workOfJob(config), seed: spec.seed, operationsHash } as unknown as JobRecord;
  });
}

/** The path of a trace. */
function traceOf(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const TRACE = {
  ...{ rw: undefined, numjobs: undefined, size: undefined },
  read_iolog: traceOf('some.csv', '0,read,8192,4096', '1,write,1536,4096'),
};

const SEARCH = { max: 'iodepth', while: 'total.p99 <= 1ms', for: '1s' };

/** Of each key that is part of what a device is asked: what it needs beside, where that is something, and another value of it. */
const OTHERS: Readonly<Record<string, readonly [other: unknown, beside?: object]>> = {
  rw: ['rw:8k'],
  bs: ['8k'],
  bsrange: ['4k-8k'],
  bssplit: ['4k/50:8k/50'],
  blockalign: ['8k'],
  iodepth: [8],
  numjobs: [3],
  queue_pairs: [2],
  queue_entries: [64],
  sq_memory: ['cmb'],
  priority: ['high'],
  rwmixread: [70],
  ramp_time: ['1s'],
  startdelay: ['1s'],
  size: ['10%'],
  offset: ['25%'],
  offset_increment: ['1M'],
  partition: [true],
  namespace: [2],
  norandommap: [true],
  random_distribution: ['zipf:1.1'],
  percentage_random: [50],
  write_mode: ['write/50:zeroes/50'],
  num_range: [4, { rw: 'randtrim', iodepth: 8 }],
  fsync: [5],
  readfua: [true],
  writefua: [true, { rw: 'randwrite' }],
  completion: ['interrupt'],
  hybrid_spin: ['1ms', { completion: 'hybrid' }],
  rate_iops: [1000],
  rate: ['1M'],
  rate_process: ['poisson', { rate: '1M' }],
  iodepth_batch: [1],
  iodepth_batch_complete_min: [2, { iodepth: 4 }],
  iodepth_batch_complete_max: [2, { iodepth: 4 }],
  iodepth_low: [2, { iodepth: 4 }],
  flow: [2],
  thinktime: ['1ms'],
  thinktime_blocks: [2, { thinktime: '1ms' }],
  thinktime_blocks_type: ['issue', { thinktime: '1ms' }],
  search: [
    { ...SEARCH, for: '2s' },
    { search: SEARCH, runtime: undefined },
  ],
  read_iolog: [traceOf('other.csv', '0,read,0,512', '1,read,512,512'), TRACE],
  replay_time_scale: [200, TRACE],
  replay_no_stall: [true, TRACE],
  replay_align: ['4k', TRACE],
  replay_scale: [2, { ...TRACE, replay_align: '4k' }],
  replay_skip: ['write', { ...TRACE, replay_skip: 'read' }],
  random_sequence_stride: [true, { random_distribution: 'sequence:0,1' }],
  buffer_pattern: ['0xdeadbeef', { rw: 'randwrite' }],
  zero_buffers: [true, { rw: 'randwrite' }],
  refill_buffers: [true, { rw: 'randwrite' }],
  scramble_buffers: [false, { rw: 'randwrite' }],
  buffer_compress_percentage: [50, { rw: 'randwrite' }],
  buffer_compress_chunk: [4096, { rw: 'randwrite', buffer_compress_percentage: 50 }],
  dedupe_percentage: [50, { rw: 'randwrite' }],
  dedupe_mode: ['working_set', { rw: 'randwrite', dedupe_percentage: 50 }],
  dedupe_working_set_percentage: [10, { rw: 'randwrite', dedupe_percentage: 50, dedupe_mode: 'working_set' }],
  dedupe_global: [true, { rw: 'randwrite', dedupe_percentage: 50, dedupe_mode: 'working_set' }],
  purge: ['deallocate'],
  pi_act: [false, { namespace: 3 }],
  pi_chk: ['GUARD', { namespace: 3 }],
  apptag: [7],
  apptag_mask: [0xff00],
  atomic: [true, { bs: '512' }],
  fdp: [true],
  plids: ['1', { fdp: true }],
  plid_select: ['random', { fdp: true }],
  verify: ['crc32c', { partition: true }],
  verify_only: [true, { rw: 'write', verify: 'crc32c', partition: true, size: '1M', runtime: undefined }],
};

for (const [key, [other, beside]] of Object.entries(OTHERS))
  test(`of jobs that differ in ${key} it is known whether that explains other I/Os`, async () => {
    const [a, b] = [await recordOf({ ...beside }), await recordOf({ ...beside, [key]: other })];
    assert.notDeepEqual(a.workload, b.workload);
    assert.equal(askForTheSameIos(a, b), beganAlike(a, b));
  });

test('what runs beside a job explains no other I/Os', () => {
  const a = { workload: { parallel: ['b'] } } as unknown as JobRecord;
  assert.equal(askForTheSameIos(a, { ...a, workload: { parallel: ['c'] } }), true);
});

test('each key of what a device is asked is among those that are tried', () => {
  const asked = Object.entries(JOB_KEYS).filter(([, { identity }]) => identity === 'work');
  // Jobs that go by zones, or read between their writes, have no such hash.
  const none = [...Object.keys(ZONE_KEYS), 'verify_backlog', 'verify_backlog_batch'];
  const tried = [...Object.keys(OTHERS), ...none];
  assert.deepEqual(tried.sort(), asked.map(([key]) => key).sort());
});
