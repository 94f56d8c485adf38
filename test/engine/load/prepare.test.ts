import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvmeStatusError } from '../../../engine/errors.js';
import { attachTransport, Controller, pcieDrive } from '../../../engine/index.js';
import { prepareJob } from '../../../engine/load/prepare.js';
import { type PcieQueueSpec, POINTER } from '../../../engine/path/pcie/transfer-queue.js';
import { JOB, withSimJob } from './specs.js';

test('a prepared job needs no more memory than was planned, and gives all of it back', async () => {
  const device = await attachTransport('sim:?size=16MiB&latency=none&mdts=64KiB');
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const namespace = await controller.namespace();
    const before = controller.arena.usedBytes;
    const job = { ...JOB, bsBytes: 160 * 1024, split: true, numjobs: 2, queuePairs: 2, iodepth: 5 };
    const prepared = await prepareJob(pcieDrive(controller), namespace, job);
    const used = controller.arena.usedBytes - before;
    assert.ok(used <= prepared.geometry.memoryBytes, `${used} of ${prepared.geometry.memoryBytes} planned`);
    await prepared.release();
    assert.equal(controller.arena.usedBytes, before);
  } finally {
    await controller.close();
  }
});

test('every worker has a seed, a control block and queues of its own', async () => {
  await withSimJob('', { numjobs: 3, queuePairs: 2, seed: 40, numberIos: 1 }, ({ prepared }) => {
    const { workers, controls } = prepared;
    assert.deepEqual(
      workers.map(({ index, seed }) => [index, seed]),
      [
        [0, 40],
        [1, 41],
        [2, 42],
      ],
    );
    assert.deepEqual(
      workers.map(({ control }) => control),
      controls.map(({ memory }) => memory),
    );
    const lanes = workers.flatMap((worker) => worker.lanes) as PcieQueueSpec[];
    assert.equal(new Set(lanes.map(({ queue }) => queue.qid)).size, 6);
    const firsts = lanes.map(({ pointers }) => pointers.subarray(POINTER.PRP1_LOW, POINTER.PRP2_LOW).join());
    assert.equal(new Set(firsts).size, 6);
  });
});

test('every worker is told of the whole job, and of the CPUs that are its own', async () => {
  const change = { numjobs: 2, cpus: [[0], [1, 2]], offsetBytes: 8192, sizeBytes: 81_920, numberIos: 7 };
  await withSimJob('&lba=4096', change, ({ prepared }) => {
    for (const [index, worker] of prepared.workers.entries()) {
      assert.deepEqual(worker.cpus, change.cpus[index]);
      assert.deepEqual(worker.region, { startLba: 2, blockLbas: 1, blocks: 20 });
      assert.deepEqual([worker.lbaBytes, worker.numberIos, worker.iodepth], [4096, 7, 4]);
    }
    assert.deepEqual(prepared.geometry.region, prepared.workers[0].region);
  });
});

test('parts that follow each other hold every block once over all workers', async () => {
  const change = {
    random: false,
    readPercent: 0,
    numjobs: 4,
    sizeBytes: 2 ** 18,
    offsetIncrementBytes: 2 ** 18,
  };
  await withSimJob('', { ...change, numberIos: 64 }, ({ prepared }) => {
    const blocks = prepared.workers.flatMap(({ region: { startLba, blockLbas, blocks } }) =>
      Array.from({ length: blocks }, (_, i) => startLba + i * blockLbas),
    );
    assert.deepEqual(
      blocks,
      Array.from({ length: 256 }, (_, i) => 8 * i),
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
    await assert.rejects(prepareJob(pcieDrive(controller), namespace, { ...JOB, numjobs: 4, numberIos: 1 }), {
      code: 'NO_QUEUE_LEFT',
    });
    assert.equal(controller.arena.usedBytes, before);
    await controller.deleteQueuePair(held.qid);
    const prepared = await prepareJob(pcieDrive(controller), namespace, { ...JOB, numjobs: 4, numberIos: 1 });
    await prepared.release();
  } finally {
    await controller.close();
  }
});

test('slots of a queue that could not be deleted stay allocated', async () => {
  const device = await attachTransport('sim:?size=16MiB&latency=none');
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const prepared = await prepareJob(pcieDrive(controller), await controller.namespace(), {
      ...JOB,
      numberIos: 1,
    });
    const used = controller.arena.usedBytes;
    // Behind its back: the controller then refuses the deletion that release asks for.
    await controller.admin.deleteSubmissionQueue(1);
    await assert.rejects(prepared.release(), NvmeStatusError);
    assert.equal(controller.arena.usedBytes, used);
  } finally {
    await controller.close().catch(() => undefined);
  }
});
