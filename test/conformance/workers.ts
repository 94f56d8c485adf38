/** What worker threads do with the controller, by polling and by interrupts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError, pcieDrive } from '../../engine/index.js';
import { type JobSpec, planGeometry } from '../../engine/load/index.js';
import { drainEventFd, waitReadable } from '../../engine/sys/fd.js';
import { driveWorkerTests, jobOf, runJob } from './drive-workers.js';
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
    assert.throws(() => planGeometry(on.drive, on.namespace, jobOf(part)), {
      code: 'BEYOND_MDTS',
      kind: 'input',
    });
    const { results, histogramTotal } = await runJob(on, { ...part, split: true });
    assert.deepEqual([results[0].completed.read, histogramTotal, results[0].statuses], [20, 20, []]);
  });

  test('more entries or queues than the controller has never reach it', () => {
    const refused = (part: Partial<JobSpec>, code: string): void =>
      assert.throws(
        () => planGeometry(on.drive, on.namespace, jobOf(part)),
        (error) =>
          error instanceof EngineError && error.code === code && error.kind === 'input' && error.hint !== '',
      );
    refused({ iodepth: on.controller.capabilities.maxQueueEntries }, 'QUEUE_TOO_DEEP');
    refused({ numjobs: on.controller.maxIoQueues + 1 }, 'TOO_MANY_QUEUES');
  });
}
