/** Workers that verify, on a software controller with faults of data. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../../../engine/load/job.js';
import type { VerifyReport } from '../../../../engine/load/verify/report.js';
import { withPool } from '../specs.js';

const BLOCKS = 32;
const VERIFIED: Partial<JobSpec> = {
  readPercent: 0,
  sizeBytes: BLOCKS * 4096,
  numberIos: BLOCKS,
  verification: { readBack: true, fatal: false, inOrder: false },
};
const NONE = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };

async function run(faults: string, change: Partial<JobSpec> = {}): Promise<VerifyReport> {
  const reports: VerifyReport[] = [];
  await withPool(faults === '' ? '' : `&faults=${faults}`, { ...VERIFIED, ...change }, async (pool) => {
    pool.start();
    const { results } = await pool.join();
    for (const { verified } of results) if (verified !== undefined) reports.push(verified);
  });
  assert.equal(reports.length, 1);
  return reports[0];
}

test('all that a job wrote is read back and is what it wrote', async () => {
  const { goodBlocks, badBlocks, unknownBlocks, readBack } = await run('');
  assert.deepEqual([goodBlocks, unknownBlocks, badBlocks], [8 * BLOCKS, 0, NONE]);
  assert.deepEqual([readBack?.ios, readBack?.failedIos, readBack?.ended], [BLOCKS, 0, undefined]);
});

// Two passes of writes in order at depth 1; then they are read back by commands 65 to 96.
const TWICE: Partial<JobSpec> = { random: false, iodepth: 1, numberIos: 2 * BLOCKS };

for (const [what, faults, expected] of [
  ['a bit that was written wrong', 'flip(40,777)', { corrupt: 1 }],
  ['a bit that was read wrong', 'flip(70,4095)', { corrupt: 1 }],
  ['a bit of a header', 'flip(40,17)', { corrupt: 1 }],
  ['a write of the second pass that was lost', 'lose(40)', { stale: 8 }],
  ['both writes of a block that were lost', 'lose(8);lose(40)', { unwritten: 8 }],
  ['a write that ended between two blocks', 'tear(40,1024)', { torn: 6 }],
  ['a first write that ended between two blocks', 'tear(8,512);lose(40)', { stale: 1, unwritten: 7 }],
  ['a write that ended within a block', 'tear(40,1280)', { torn: 6 }],
  ['a write that went to another block', 'misplace(40,0)', { stale: 8, misdirected: 8 }],
  ['a read of another block', 'misplace(70,0)', { misdirected: 8 }],
] as const)
  test(`${what} is found and named`, async () => {
    const { badBlocks, goodBlocks } = await run(faults, TWICE);
    const wanted = { ...NONE, ...expected };
    assert.deepEqual(badBlocks, wanted);
    assert.equal(goodBlocks, 8 * BLOCKS - Object.values(wanted).reduce((sum, count) => sum + count, 0));
  });
