import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTransport, Controller, pcieDrive } from '../../../../engine/index.js';
import type { QueueShape } from '../../../../engine/path/path.js';
import { type PcieQueueSpec, POINTER } from '../../../../engine/path/pcie/transfer-queue.js';

const PAGE = 4096;

interface Opened {
  readonly specs: readonly PcieQueueSpec[];
  readonly controller: Controller;
  readonly shape: QueueShape;
}

/** Opens the queues of a job of reads of 4 KiB at depth 2 unless changed, on a software controller with an MDTS of 16 KiB. */
async function withQueues(
  change: Partial<QueueShape>,
  body: (opened: Opened) => Promise<void> | void,
): Promise<void> {
  const device = await attachTransport('sim:?size=16MiB&latency=none&mdts=16KiB');
  const controller = await Controller.start(device, { hugepages: 'never' });
  try {
    const shape: QueueShape = {
      namespace: await controller.namespace(),
      bsBytes: PAGE,
      operations: ['read'],
      iodepth: 2,
      queues: 1,
      split: true,
      completion: 'poll',
      ...change,
    };
    const { specs, release } = await pcieDrive(controller).openQueues(shape);
    await body({ specs: specs as readonly PcieQueueSpec[], controller, shape });
    await release();
  } finally {
    await controller.close();
  }
}

const wide = (low: number, high: number): number => (low >>> 0) + (high >>> 0) * 2 ** 32;

function commandOf({ pointers }: PcieQueueSpec, command: number) {
  const [prp1Low, prp1High, prp2Low, prp2High, cdw12] = pointers.subarray(command * POINTER.WORDS);
  return { prp1: wide(prp1Low, prp1High), prp2: wide(prp2Low, prp2High), nlb: cdw12 };
}

test('the pointers of a command describe its own piece of the buffer', async () => {
  await withQueues({ bsBytes: 24 * 1024 }, ({ specs: [spec] }) => {
    assert.deepEqual([spec.parts, spec.partLbas, spec.sizeLbas], [2, 32, 2 ** 15]);
    const [first, second, other] = [0, 1, 2].map((command) => commandOf(spec, command));
    // 16 KiB and 8 KiB of blocks of 512 bytes, zero-based.
    assert.deepEqual([first.nlb, second.nlb], [31, 15]);
    assert.equal(second.prp1, first.prp1 + 16 * 1024);
    // Two pages need no list: PRP2 is the second page.
    assert.equal(second.prp2, second.prp1 + PAGE);
    assert.ok(Math.abs(other.prp1 - first.prp1) >= 24 * 1024);
  });
});

test('no two slots share memory, and neither do what is read and what is written', async () => {
  const change = { operations: ['read', 'write'], iodepth: 5, queues: 2 } as const;
  await withQueues(change, ({ specs }) => {
    const pages = specs.flatMap((spec) => {
      assert.equal(spec.pointers.length, 2 * 5 * POINTER.WORDS);
      return Array.from({ length: 10 }, (_, command) => commandOf(spec, command).prp1);
    });
    assert.equal(new Set(pages.map((iova) => Math.floor(iova / PAGE))).size, 20);
    assert.ok(pages.every((iova) => iova % PAGE === 0));
  });
});

for (const [operations, commands, written] of [
  [['read'], 3, 0],
  [['write'], 3, 3],
  [['read', 'write'], 6, 3],
] as const)
  test(`a job of ${operations.join(' and ')} has ${commands} buffers at depth 3, of which ${written} are written from`, async () => {
    await withQueues({ operations, iodepth: 3 }, ({ specs: [spec], shape }) => {
      assert.equal(spec.pointers.length, commands * POINTER.WORDS);
      assert.deepEqual([spec.writeBuffers.length, spec.bsBytes], [written, shape.bsBytes]);
      assert.equal(new Set(spec.writeBuffers).size, written);
    });
  });

test('the buffers to write from are those that the pointers of writes name', async () => {
  const change = { operations: ['read', 'write'], iodepth: 3, bsBytes: 2 * PAGE } as const;
  await withQueues(change, ({ specs: [spec] }) => {
    const [first] = spec.writeBuffers;
    const firstIova = commandOf(spec, 3).prp1;
    // Between two buffers the distance is the same by either kind of address.
    for (const [slot, address] of spec.writeBuffers.entries())
      assert.equal(Number(address - first), commandOf(spec, 3 + slot).prp1 - firstIova);
  });
});

test('what was opened is given back: queues and memory', async () => {
  await withQueues(
    { operations: ['read', 'write'], queues: 3, bsBytes: 40 * 1024 },
    async ({ controller, shape }) => {
      const before = controller.arena.usedBytes;
      const again = await pcieDrive(controller).openQueues(shape);
      assert.ok(controller.arena.usedBytes > before);
      await again.release();
      assert.equal(controller.arena.usedBytes, before);
    },
  );
});

test('each queue of a job that sleeps has an eventfd of its own; one that polls has none', async () => {
  await withQueues({ queues: 3, completion: 'interrupt' }, ({ specs }) => {
    const fds = specs.map(({ eventFd }) => eventFd);
    assert.ok(fds.every((fd) => fd !== undefined));
    assert.equal(new Set(fds).size, 3);
  });
  await withQueues({}, ({ specs: [spec] }) => assert.equal(spec.eventFd, undefined));
});
