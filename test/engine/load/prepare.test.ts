import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvmeStatusError } from '../../../engine/errors.js';
import { attachTransport, Controller, IoChannel } from '../../../engine/index.js';
import { ControlBlock } from '../../../engine/load/control-block.js';
import { prepareJob } from '../../../engine/load/prepare.js';
import { Session } from '../../../engine/load/session.js';
import { JOB, withSimJob } from './specs.js';

test('a prepared job needs no more memory than was planned, and gives all of it back', async () => {
  const device = await attachTransport('sim:?size=16MiB&latency=none&mdts=64KiB');
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const namespace = await controller.namespace();
    const before = controller.arena.usedBytes;
    const job = { ...JOB, bsBytes: 160 * 1024, split: true, numjobs: 2, queuePairs: 2, iodepth: 5 };
    const prepared = await prepareJob(controller, namespace, job);
    const used = controller.arena.usedBytes - before;
    assert.ok(used <= prepared.geometry.memoryBytes, `${used} of ${prepared.geometry.memoryBytes} planned`);
    await prepared.release();
    assert.equal(controller.arena.usedBytes, before);
  } finally {
    await controller.close();
  }
});

test('the words of a command describe its own piece of the slot', async () => {
  await withSimJob(
    '&mdts=16KiB',
    { bsBytes: 24 * 1024, split: true, iodepth: 2, numberIos: 1 },
    ({ prepared }) => {
      const { words } = prepared.workers[0].lanes[0];
      const command = (at: number) => {
        const [prp1Low, prp1High, prp2Low, prp2High, cdw12] = words.subarray(at * 5, at * 5 + 5);
        const wide = (low: number, high: number): number => (low >>> 0) + (high >>> 0) * 2 ** 32;
        return { prp1: wide(prp1Low, prp1High), prp2: wide(prp2Low, prp2High), nlb: cdw12 };
      };
      const [first, second, other] = [command(0), command(1), command(2)];
      // 16 KiB and 8 KiB of blocks of 512 bytes, zero-based.
      assert.deepEqual([first.nlb, second.nlb], [31, 15]);
      assert.equal(second.prp1, first.prp1 + 16 * 1024);
      // Two pages need no list: PRP2 is the second page.
      assert.equal(second.prp2, second.prp1 + 4096);
      assert.ok(Math.abs(other.prp1 - first.prp1) >= 24 * 1024);
    },
  );
});

test('what is written is neither zero nor the same in two slots', async () => {
  const change = { readPercent: 0, random: false, iodepth: 4, numberIos: 4 };
  await withSimJob('', change, async ({ prepared, controller, namespace }) => {
    const [spec] = prepared.workers;
    new Session(spec, new ControlBlock(spec.control)).run(() => undefined);
    const channel = await IoChannel.open(controller, namespace);
    const buffer = controller.arena.allocate(4 * 4096, 4096);
    await channel.read(0, 32, buffer);
    const blocks = [0, 1, 2, 3].map((i) => Buffer.from(buffer.view.slice(i * 4096, (i + 1) * 4096)));
    assert.equal(new Set(blocks.map((block) => block.toString('hex'))).size, 4);
    for (const block of blocks) assert.ok(new Set(block).size > 200);
    await channel.close();
    controller.arena.free(buffer);
  });
});

test('every worker has a seed of its own', async () => {
  await withSimJob('', { numjobs: 3, seed: 40, numberIos: 1 }, ({ prepared }) => {
    assert.deepEqual(
      prepared.workers.map(({ workload }) => workload.seed),
      [40, 41, 42],
    );
  });
});

test('a set-up that fails half way leaves no queue pair and no memory behind', async () => {
  const device = await attachTransport('sim:?size=16MiB&latency=none&queues=4');
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const namespace = await controller.namespace();
    const held = await controller.createQueuePair(2);
    const before = controller.arena.usedBytes;
    // Planned for four queue pairs; one of them is taken.
    await assert.rejects(prepareJob(controller, namespace, { ...JOB, numjobs: 4, numberIos: 1 }), {
      code: 'NO_QUEUE_LEFT',
    });
    assert.equal(controller.arena.usedBytes, before);
    await controller.deleteQueuePair(held.qid);
    const prepared = await prepareJob(controller, namespace, { ...JOB, numjobs: 4, numberIos: 1 });
    await prepared.release();
  } finally {
    await controller.close();
  }
});

test('slots of a queue that could not be deleted stay allocated', async () => {
  const device = await attachTransport('sim:?size=16MiB&latency=none');
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const prepared = await prepareJob(controller, await controller.namespace(), { ...JOB, numberIos: 1 });
    const used = controller.arena.usedBytes;
    // Behind its back: the controller then refuses the deletion that release asks for.
    await controller.admin.deleteSubmissionQueue(1);
    await assert.rejects(prepared.release(), NvmeStatusError);
    assert.equal(controller.arena.usedBytes, used);
  } finally {
    await controller.close().catch(() => undefined);
  }
});
