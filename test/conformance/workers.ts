/** What worker threads do with the controller, by polling and by interrupts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pcieDrive } from '../../engine/index.js';
import { STAMP } from '../../engine/load/workload/payload.js';
import { lbasOf } from '../../engine/stats/operations.js';
import { drainEventFd, waitReadable } from '../../engine/sys/fd.js';
import { assertRefused, runJob } from './drive-jobs.js';
import { driveWorkerTests } from './drive-workers.js';
import type { Opened } from './subject.js';

export function workerTests(on: Opened): void {
  driveWorkerTests(on);

  test('a completion signals the eventfd of its own queue and no other', async (t) => {
    const { interrupts } = on.controller.device;
    if (interrupts === undefined) return t.skip('the transport has no interrupts');
    const [own, other] = interrupts.arm(2);
    const memory = await on.controller.createQueuePair(4, own.vector);
    const neighbour = await on.controller.createQueuePair(4, other.vector);
    for (const { eventFd } of [own, other]) drainEventFd(eventFd);
    const flush = { name: 'Flush', opcode: 0, nsid: on.namespace.nsid };
    await on.controller.commandQueue(memory).execute(flush, 5000);
    assert.ok(waitReadable(own.eventFd, 5000), 'its eventfd is not signalled');
    assert.equal(drainEventFd(other.eventFd), 0n);
    for (const { qid } of [memory, neighbour]) await on.controller.deleteQueuePair(qid);
    interrupts.disarm();
  });

  test('a worker that sleeps for interrupts uses little CPU time', async (t) => {
    const { slow } = on.subject;
    if (slow === undefined) return t.skip('only a controller that is slow to order shows it');
    const controller = await slow.open();
    try {
      const namespace = await controller.namespace();
      // Without the yield, one that polled would take all the CPU time that it gets.
      const part = { iodepth: 1, numberIos: 100, completion: 'interrupt', yieldWhenIdle: false } as const;
      const { results } = await runJob({ drive: pcieDrive(controller), namespace }, part);
      const [{ cpuTimeNs, completed }] = results;
      const share = cpuTimeNs / completed.read / slow.latencyNs;
      // Over the latency of the device, not over the elapsed time: a busy machine makes a poller's share of that small.
      assert.ok(share > 0 && share < 0.25, `an I/O takes ${share.toFixed(3)} of its latency in CPU time`);
    } finally {
      await controller.close();
    }
  });

  test('an I/O beyond MDTS is refused, or split where asked', async (t) => {
    if (on.controller.maxTransferBytes > 2 ** 22) return t.skip('the controller names no small limit');
    const bsBytes = on.controller.maxTransferBytes * 2 + 4096;
    const part = { bsBytes, sizeBytes: bsBytes * 4, iodepth: 2, numberIos: 20 };
    assertRefused(on, part, 'BEYOND_MDTS');
    const { results, histogramTotal } = await runJob(on, { ...part, split: true });
    assert.deepEqual([results[0].completed.read, histogramTotal, results[0].statuses], [20, 20, []]);
  });

  test('I/Os of several lengths are split each by its own', async (t) => {
    const most = on.controller.maxTransferBytes;
    if (most > 2 ** 22) return t.skip('the controller names no small limit');
    const split = [
      { bytes: 4096, percent: 40 },
      { bytes: most, percent: 30 },
      { bytes: 2 * most + 4096, percent: 30 },
    ];
    const lengths = { read: { law: { split }, alignBytes: 4096 } };
    const part = {
      bsBytes: 2 * most + 4096,
      lengths,
      sizeBytes: 8 * most,
      iodepth: 2,
      numberIos: 200,
      split: true,
    };
    const { results, counts } = await runJob(on, part);
    assert.deepEqual([results[0].completed.read, results[0].statuses], [200, []]);
    const bytes = lbasOf(counts, 'read') * on.namespace.lbaBytes;
    assert.ok(bytes > 200 * 4096 && bytes < 200 * (2 * most + 4096), `${bytes} bytes`);
  });

  test(
    'what writes of several lengths carry lies where it is to lie, and nothing beyond',
    on.onWritable,
    async () => {
      const { lbaBytes, sizeLbas } = on.namespace;
      const most = Math.min(on.transferBytes(), 2 ** 17);
      const lengths = { write: { law: { fromBytes: 4096, toBytes: most }, alignBytes: 4096 } };
      const sizeBytes = 2 ** 21;
      const lbas = sizeBytes / lbaBytes;
      assert.ok(lbas < sizeLbas);
      const one = on.controller.arena.allocate(lbaBytes, 4096);
      new Uint8Array(one.view).fill(0xa5);
      await on.channel.write(lbas, 1, one);
      const part = { random: false, readPercent: 0, lengths, bsBytes: most, sizeBytes, numberIos: 3 * lbas };
      const { results } = await runJob(on, { ...part, iodepth: 1 });
      assert.deepEqual([results[0].statuses, results[0].completed.write], [[], 3 * lbas]);
      const words = new Int32Array(one.view);
      for (let slba = 0; slba < lbas; slba++) {
        await on.channel.read(slba, 1, one);
        assert.equal(words[STAMP.SLBA_LOW], slba);
      }
      await on.channel.read(lbas, 1, one);
      assert.ok(words.every((word) => word === (0xa5a5a5a5 | 0)));
      on.controller.arena.free(one);
    },
  );

  for (const operation of ['deallocate', 'write-zeroes'] as const)
    test(
      `what ${operation} goes over reads as zeroes, and what lies beside it does not`,
      on.onWritable,
      async (t) => {
        const { lbaBytes } = on.namespace;
        const bit = operation === 'deallocate' ? 1 << 2 : 1 << 3;
        const mix = [{ operation, percent: 100 }];
        const sizeBytes = 64 * 4096;
        const part = { mix, random: false, offsetBytes: sizeBytes, sizeBytes, numberIos: 64, iodepth: 1 };
        if ((on.controller.identity.optionalNvmCommands & bit) === 0) {
          assertRefused(on, part, 'NO_SUCH_COMMAND');
          return t.skip('ONCS has no such command');
        }
        const fill = { random: false, readPercent: 0, sizeBytes: 3 * sizeBytes, numberIos: 192, iodepth: 1 };
        assert.deepEqual((await runJob(on, fill)).results[0].statuses, []);
        assert.deepEqual((await runJob(on, part)).results[0].statuses, []);
        // A drive may say that deallocated blocks read as they like; ours of software has zeroes.
        const zeroes = operation === 'write-zeroes' || on.drive.software;
        const one = on.controller.arena.allocate(lbaBytes, 4096);
        const bytes = new Uint8Array(one.view);
        const isZero = async (slba: number): Promise<boolean> => {
          bytes.fill(0xee);
          await on.channel.read(slba, 1, one);
          return bytes.every((byte) => byte === 0);
        };
        const lbas = sizeBytes / lbaBytes;
        assert.deepEqual([await isZero(lbas - 1), await isZero(2 * lbas)], [false, false]);
        if (zeroes)
          for (let slba = lbas; slba < 2 * lbas; slba++) assert.ok(await isZero(slba), `block ${slba}`);
        on.controller.arena.free(one);
      },
    );

  test('more entries or queues than the controller has never reach it', () => {
    assertRefused(on, { iodepth: on.controller.capabilities.maxQueueEntries }, 'QUEUE_TOO_DEEP');
    assertRefused(on, { numjobs: on.controller.maxIoQueues + 1 }, 'TOO_MANY_QUEUES');
  });
}
