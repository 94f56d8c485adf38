/** One seed asks every path for the same I/Os in the same order: the hash of a result, and what lies in a file afterwards. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ConfigData, JobData } from '../../bench/config/config-data.js';
import { run } from '../../bench/run/run.js';
import { FIRST_SEQUENCE, STAMP } from '../../engine/load/workload/payload.js';
import { NVM } from '../../engine/spec/index.js';
import type { JobRecord } from '../../reports/index.js';
import { hashOfIos } from '../fixtures/hashed-ios.js';

const folder = mkdtempSync('/var/tmp/nvbench-same-');
after(() => rmSync(folder, { recursive: true }));
process.env.NVBENCH_STATE_DIR = join(folder, 'state');

const MIB = 2 ** 20;
const FILE = join(folder, 'file');
const TARGETS = [`uring:${FILE}?lba=512`, 'sim:?size=8MiB&latency=none', 'null:?size=8MiB&lba=512'];
const JOB = { name: 'a', rw: 'randread', bs: '4k', iodepth: 4, number_ios: 1500 } as const;

async function recordOf(target: string, change: Partial<JobData>): Promise<JobRecord> {
  if (target.startsWith('uring:')) writeFileSync(FILE, Buffer.alloc(8 * MIB, 0xa5));
  const config = { device: target, allow_writes: true, serial_number: FILE, jobs: [{ ...JOB, ...change }] };
  const { result, failure } = await run(config as ConfigData);
  if (failure !== undefined) throw failure;
  return result.jobs[0];
}

const CHANGES: Readonly<Record<string, Partial<JobData>>> = {
  'random reads': {},
  'a mix at another depth': { rw: 'randrw', rwmixread: 30, iodepth: 32 },
  'several workers with several queues': { numjobs: 2, queue_pairs: 2 },
  'several sizes of reads and of writes': {
    rw: 'randrw',
    bs: undefined,
    bssplit: '512/10:4k/60:16k/30,4k/50:8k/50',
    blockalign: '1k,8k',
  },
  'a range of sizes in sequence': { rw: 'read', bs: undefined, bsrange: '512-16k', iodepth: 16 },
  'I/Os at a rate after a ramp': { rate_iops: 20_000, ramp_time: '20ms' },
};

for (const [name, change] of Object.entries(CHANGES))
  test(`${name}: one hash on a file, the software controller and no device`, async () => {
    const hashes = [];
    for (const target of TARGETS) hashes.push((await recordOf(target, change)).operationsHash);
    assert.match(hashes[0]?.value ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(hashes, [hashes[0], hashes[0], hashes[0]]);
  });

test('neither depth nor queues nor the number of I/Os changes the hash, and another seed does', async () => {
  const value = async (change: Partial<JobData>) =>
    (await recordOf(TARGETS[1], change)).operationsHash?.value;
  const own = await value({});
  assert.equal(await value({ iodepth: 64, queue_pairs: 2, number_ios: 4000 }), own);
  assert.notEqual(await value({ randseed: 9 }), own);
});

test('the order in which a file was written is the one that was hashed', async () => {
  const { operationsHash } = await recordOf(TARGETS[0], { rw: 'randwrite', iodepth: 16, number_ios: 2048 });
  const bytes = readFileSync(FILE);
  const offsets: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += 4096) {
    if (bytes.readUInt32LE(offset) === 0xa5a5a5a5) continue;
    assert.equal(bytes.readUInt32LE(offset + 4 * STAMP.SLBA_LOW) * 512, offset);
    offsets[bytes.readUInt32LE(offset + 4 * STAMP.SEQUENCE) - FIRST_SEQUENCE] = offset;
  }
  assert.equal(offsets.filter((offset) => offset !== undefined).length, 2048);
  const hashed = offsets.slice(0, operationsHash?.iosPerWorker);
  const hash = hashOfIos(
    hashed.map((offsetBytes) => ({ opcode: NVM.WRITE, lengthBytes: 4096, offsetBytes })),
  );
  assert.equal(hash, operationsHash?.value);
});

test('a job that was over before its workers came so far has no hash', async () => {
  const timed = { number_ios: undefined, runtime: '30ms', rate_iops: 1000 };
  assert.equal((await recordOf(TARGETS[1], timed)).operationsHash, undefined);
});
