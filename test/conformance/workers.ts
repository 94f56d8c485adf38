/** What worker threads do with the controller, by polling and by interrupts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError, pcieDrive } from '../../engine/index.js';
import { type JobSpec, planGeometry, prepareJob, WorkerPool } from '../../engine/load/index.js';
import { drainEventFd, waitReadable } from '../../engine/sys/fd.js';
import type { Opened } from './subject.js';

function jobOf(part: Partial<JobSpec>): JobSpec {
  return {
    bsBytes: 4096,
    iodepth: 8,
    numjobs: 1,
    queuePairs: 1,
    random: true,
    readPercent: 100,
    offsetBytes: 0,
    sizeBytes: 64 * 4096,
    rampTimeMs: 0,
    runtimeMs: Number.POSITIVE_INFINITY,
    numberIos: 1000,
    ioTimeoutMs: 20_000,
    maxErrors: 100,
    seed: 1,
    split: false,
    cpus: [],
    yieldWhenIdle: true,
    ...part,
  };
}

async function runJob(on: Pick<Opened, 'controller' | 'namespace'>, part: Partial<JobSpec>) {
  const prepared = await prepareJob(pcieDrive(on.controller), on.namespace, jobOf(part));
  const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
  pool.start();
  const joined = await pool.join();
  await pool.terminate();
  await prepared.release();
  return { ...joined, histogramTotal: joined.counts.reduce((sum, n) => sum + n, 0) };
}

/** Of workers, what shows that the controller's queues are driven right. */
export function readingWorkers(on: Opened): void {
  test('a worker does exactly the I/Os asked and counts each once', async () => {
    const { results, histogramTotal } = await runJob(on, { iodepth: 16, numberIos: 5000 });
    assert.deepEqual([results[0].completed, results[0].statuses], [{ read: 5000, write: 0 }, []]);
    assert.deepEqual([results[0].stopReason, results[0].lostIos], ['number_ios', 0]);
    assert.equal(histogramTotal, 5000);
  });

  test('several workers with several queue pairs each run at once', async (t) => {
    if (on.controller.maxIoQueues < 5) return t.skip('too few queues');
    const { results, histogramTotal } = await runJob(on, { numjobs: 2, queuePairs: 2, numberIos: 2000 });
    assert.deepEqual(
      results.map((r) => r.completed.read),
      [2000, 2000],
    );
    assert.equal(histogramTotal, 4000);
  });
}

export function workerTests(on: Opened): void {
  readingWorkers(on);

  test('a timed job ends by time and leaves nothing outstanding', async () => {
    const { results } = await runJob(on, {
      rampTimeMs: 100,
      runtimeMs: 300,
      numberIos: Number.POSITIVE_INFINITY,
    });
    assert.equal(results[0].stopReason, 'runtime');
    assert.equal(results[0].lostIos, 0);
    assert.equal(results[0].elapsedNs, 300e6);
    assert.ok(results[0].completed.read > 0);
  });

  test('a mixed job reads and writes in about the share asked', on.onWritable, async () => {
    const { results } = await runJob(on, { readPercent: 70, numberIos: 4000 });
    const { read, write } = results[0].completed;
    assert.equal(read + write, 4000);
    assert.ok(Math.abs(read / 4000 - 0.7) < 0.05, `${read} of 4000`);
  });

  for (const completion of ['interrupt', 'hybrid'] as const) {
    test(`completions are learned of by ${completion}`, async (t) => {
      if (on.controller.device.interrupts === undefined) return t.skip('the transport has no interrupts');
      const part = { completion, hybridSpinMs: 0.05, numjobs: 2, iodepth: 4, numberIos: 1000 };
      const { results, histogramTotal } = await runJob(on, part);
      assert.deepEqual(
        results.map((r) => [r.completed.read, r.stopReason]),
        [
          [1000, 'number_ios'],
          [1000, 'number_ios'],
        ],
      );
      assert.equal(histogramTotal, 2000);
    });
  }

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

  test('a worker that waits for interrupts sleeps', async (t) => {
    if (on.controller.device.interrupts === undefined) return t.skip('the transport has no interrupts');
    const { results } = await runJob(on, { iodepth: 1, numberIos: 1000, completion: 'interrupt' });
    assert.ok(results[0].sleeps > 0);
    assert.ok(results[0].emptyPolls > 0);
  });

  test('a worker that sleeps for interrupts uses little CPU time', async (t) => {
    const { slow } = on.subject;
    if (slow === undefined) return t.skip('only a controller that is slow to order shows it');
    const controller = await slow.open();
    try {
      const namespace = await controller.namespace();
      // Without the yield, one that polled would take all the CPU time that it gets.
      const part = { iodepth: 1, numberIos: 100, completion: 'interrupt', yieldWhenIdle: false } as const;
      const { results } = await runJob({ controller, namespace }, part);
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
    assert.throws(() => planGeometry(pcieDrive(on.controller), on.namespace, jobOf(part)), {
      code: 'BEYOND_MDTS',
      kind: 'input',
    });
    const { results, histogramTotal } = await runJob(on, { ...part, split: true });
    assert.deepEqual([results[0].completed.read, histogramTotal, results[0].statuses], [20, 20, []]);
  });

  test('bad geometry never reaches the device', () => {
    const refused = (part: Partial<JobSpec>, code: string): void =>
      assert.throws(
        () => planGeometry(pcieDrive(on.controller), on.namespace, jobOf(part)),
        (error) =>
          error instanceof EngineError && error.code === code && error.kind === 'input' && error.hint !== '',
      );
    refused({ bsBytes: 1000 }, 'NOT_BLOCK_ALIGNED');
    refused({ offsetBytes: on.namespace.sizeBytes, sizeBytes: 4096 }, 'OUT_OF_NAMESPACE');
    refused({ iodepth: on.controller.capabilities.maxQueueEntries }, 'QUEUE_TOO_DEEP');
    refused({ numjobs: on.controller.maxIoQueues + 1 }, 'TOO_MANY_QUEUES');
  });
}
