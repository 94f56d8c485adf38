/** Commands that would cost everybody the controller, from one secondary: refused, and nobody suffers. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type HeldController, holdController } from '../../../engine/index.js';
import { createMemfd } from '../../../engine/sys/mapping.js';
import { hex, RawSecondary } from './raw-secondary.js';

const PAGE = 4096;
const CREATE_CQ = 0x05;
const IDENTIFY = 0x06;
const DATA_TRANSFER_ERROR = 0x04;

describe('a secondary', { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-commands-'));
  const state = { env: { NVBENCH_STATE_DIR: folder }, uid: process.geteuid?.() ?? 0 };
  const memory = createMemfd(PAGE, 'memory of a secondary');
  let held: HeldController;
  let secondary: RawSecondary;
  let qid: number;

  before(async () => {
    held = await holdController('sim:?size=16MiB&latency=none&queues=4', { state, hugepages: 'never' });
  });
  after(async () => {
    await held.close();
    closeSync(memory);
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    secondary = await RawSecondary.joined(held.socketPath);
    qid = (await secondary.ask({ kind: 'take-queue' })).ok as number;
    for (const page of [0n, 1n])
      assert.equal(
        (await secondary.map(secondary.start + page * BigInt(PAGE), PAGE, memory)).error,
        undefined,
      );
  });
  afterEach(async () => {
    secondary.close();
    assert.equal(held.controller.unusable(), undefined);
    assert.notEqual((await held.controller.admin.identifyController()).modelNumber, '');
  });

  const createCq = (iova: bigint, entries = 64) =>
    secondary.admin({ opcode: CREATE_CQ, cdw10: qid | ((entries - 1) << 16), cdw11: 1, prp1: hex(iova) });

  test('creates no queue in memory that is not mapped, or not in one piece', async () => {
    const { start } = secondary;
    for (const [iova, entries] of [
      [start + 2n * BigInt(PAGE), 64],
      [start, 512],
      [0n, 64],
    ] as const)
      assert.equal((await createCq(iova, entries)).error?.statusCode, DATA_TRANSFER_ERROR);
  });

  test('has nothing written into the memory of others, or of the holder', async () => {
    const buffer = held.controller.arena.allocate(PAGE, PAGE);
    for (const iova of [buffer.iova, secondary.start - BigInt(PAGE)]) {
      const answer = await secondary.admin({ opcode: IDENTIFY, cdw10: 1, prp1: hex(iova) });
      assert.equal(answer.error?.statusCode, DATA_TRANSFER_ERROR);
    }
    assert.deepEqual(Buffer.from(buffer.view), Buffer.alloc(PAGE));
    held.controller.arena.free(buffer);
  });

  test('does not take the memory away that its queue lies in, however often it creates that', async () => {
    const { start } = secondary;
    assert.ok((await createCq(start)).ok);
    assert.equal((await createCq(start + BigInt(PAGE))).error?.code, 'NVME_STATUS');
    const unmap = (iova: bigint) => secondary.ask({ kind: 'unmap', iova: hex(iova), lengthBytes: PAGE });
    assert.equal((await unmap(start)).error?.code, 'SHARED_MAP_REFUSED');
    assert.equal((await unmap(start + BigInt(PAGE))).error, undefined);
  });
});
