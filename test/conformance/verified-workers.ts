/** That workers of any path find what they wrote, and what they did not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec, VerifyReport } from '../../engine/load/index.js';
import { runJob } from './drive-jobs.js';
import type { DriveSubject } from './drive-subject.js';

const NONE = { corrupt: 0, stale: 0, torn: 0, misdirected: 0, unwritten: 0 };
const BLOCKS = 64;
/** What other jobs of the suite write lies before. */
const OFFSET = 128 * 4096;

const WRITES: Partial<JobSpec> = {
  readPercent: 0,
  offsetBytes: OFFSET,
  sizeBytes: BLOCKS * 4096,
  numberIos: BLOCKS,
  verification: { readBack: true, fatal: false, inOrder: false },
};

export function verifiedWorkers(on: DriveSubject): void {
  const reportsOf = async (part: Partial<JobSpec>): Promise<VerifyReport[]> => {
    const { results } = await runJob(on, part);
    for (const { statuses, lostIos } of results) assert.deepEqual([statuses, lostIos], [[], 0]);
    return results.map(({ verified }) => {
      assert.ok(verified);
      return verified;
    });
  };
  const blocks = (): number => (BLOCKS * 4096) / on.namespace.lbaBytes;

  test('what was written is read back, and is what was written', on.onWritable, async () => {
    const queuePairs = on.mostQueues > 1 ? 2 : 1;
    const [report] = await reportsOf({ ...WRITES, queuePairs });
    assert.deepEqual([report.goodBlocks, report.badBlocks], [blocks(), NONE]);
    assert.deepEqual([report.readBack?.ios, report.readBack?.ended], [BLOCKS, undefined]);
  });

  test(
    'reads among writes of the same blocks find one of those that may be there',
    on.onWritable,
    async () => {
      const [report] = await reportsOf({
        ...WRITES,
        readPercent: 50,
        norandommap: true,
        sizeBytes: 8 * 4096,
        numberIos: 4000,
      });
      assert.deepEqual(report.badBlocks, NONE);
      assert.ok(report.goodBlocks > (1000 * 4096) / on.namespace.lbaBytes, `${report.goodBlocks} blocks`);
    },
  );

  test(
    'I/Os of several lengths that lie over each other are known by their blocks',
    on.onWritable,
    async () => {
      const least = Math.max(on.namespace.lbaBytes, 1024);
      const lengths = { write: { law: { fromBytes: least, toBytes: 4 * least }, alignBytes: least } };
      const [report] = await reportsOf({ ...WRITES, bsBytes: 4 * least, lengths, numberIos: 500 });
      assert.deepEqual([report.badBlocks, report.readBack?.failedIos], [NONE, 0]);
      assert.ok(report.goodBlocks >= blocks());
    },
  );

  test(
    'a job in the order of the writes finds each, and which of them somebody wrote over',
    on.onWritable,
    async () => {
      const inOrder = { readBack: false, fatal: false, inOrder: true };
      await reportsOf({ ...WRITES, verification: { readBack: false, fatal: false, inOrder: false } });
      const reads = { ...WRITES, readPercent: 100, verification: inOrder };
      const [whole] = await reportsOf(reads);
      assert.deepEqual([whole.goodBlocks, whole.badBlocks], [blocks(), NONE]);
      await runJob(on, { readPercent: 0, offsetBytes: OFFSET + 4096 * 5, sizeBytes: 4096 * 3, numberIos: 3 });
      const [holed] = await reportsOf(reads);
      const over = (3 * 4096) / on.namespace.lbaBytes;
      assert.deepEqual([holed.goodBlocks, holed.badBlocks], [blocks() - over, { ...NONE, unwritten: over }]);
      const first = Math.min(...holed.shown.map(({ lba }) => lba));
      assert.ok(first >= (OFFSET + 4096 * 5) / on.namespace.lbaBytes, `the first is LBA ${first}`);
    },
  );
}
