/**
 * What every transport's controller must do, whatever is behind it. Runs on the software controller in `npm test`
 * and on QEMU's NVMe device through vfio-pci in the guest of `npm run test:vm`.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type ActiveNamespace,
  Controller,
  EngineError,
  IoChannel,
  NvmeStatusError,
  type TransportDevice,
} from '../../engine/index.js';
import { drainEventFd, waitReadable } from '../../engine/sys/fd.js';
import { type JobSpec, planGeometry, prepareJob, WorkerPool } from '../../engine/worker/index.js';

export interface ConformanceSubject {
  readonly name: string;
  /** A controller that is up; `started` makes one of a device. */
  open(): Promise<Controller>;
  /** The data of the namespace may be destroyed. */
  readonly writable: boolean;
  /** Where the controller is known not to do what the specification asks; those tests are skipped by name. */
  readonly departures?: readonly Departure[];
}

/** `no-temperature`: SMART is all zeroes. `mdts-not-enforced`: transfers beyond MDTS succeed. */
export const DEPARTURES = ['no-temperature', 'mdts-not-enforced'] as const;
export type Departure = (typeof DEPARTURES)[number];

/** The usual way to a controller: attach its device and start it. */
export async function started(device: Promise<TransportDevice>): Promise<Controller> {
  return Controller.start(await device);
}

const GENERIC = 0;

function hasStatus(statusCodeType: number, statusCode: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NvmeStatusError, String(error));
    assert.deepEqual([error.statusCodeType, error.statusCode], [statusCodeType, statusCode], error.message);
    return true;
  };
}

function pattern(bytes: Uint8Array, seed: number): void {
  let x = Math.imul(seed, 0x9e3779b1) | 1;
  for (let i = 0; i < bytes.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x;
  }
}

export function conformance(subject: ConformanceSubject): void {
  describe(`conformance of ${subject.name}`, { concurrency: false }, () => {
    let controller: Controller;
    let namespace: ActiveNamespace;
    let channel: IoChannel;

    before(async () => {
      controller = await subject.open();
      namespace = await controller.namespace();
      channel = await IoChannel.open(controller, namespace);
    });

    after(async () => {
      await channel?.close();
      await controller?.close();
    });

    const onWritable = { skip: subject.writable ? false : 'the device is read-only here' };
    const departs = (departure: Departure): boolean => subject.departures?.includes(departure) ?? false;
    const transferBytes = (): number => Math.min(controller.maxTransferBytes, 2 ** 20);

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

    async function runJob(part: Partial<JobSpec>) {
      const prepared = await prepareJob(controller, namespace, jobOf(part));
      const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
      pool.start();
      const joined = await pool.join();
      await pool.terminate();
      await prepared.release();
      return { ...joined, histogramTotal: joined.counts.reduce((sum, n) => sum + n, 0) };
    }

    test('the controller says who it is', () => {
      const { identity } = controller;
      assert.notEqual(identity.serialNumber, '');
      assert.notEqual(identity.modelNumber, '');
      assert.match(controller.version, /^[12]\.\d+\.\d+$/);
      assert.ok(controller.capabilities.maxQueueEntries >= 2);
      assert.ok(controller.maxIoQueues >= 1);
    });

    test('the namespace has a size and a block size', () => {
      assert.ok(namespace.sizeLbas > 0);
      assert.ok([512, 4096].includes(namespace.lbaBytes));
    });

    test('the namespace can be chosen by its name', async (t) => {
      const names = await controller.admin.namespaceNames(namespace.nsid);
      const [kind, digits] = Object.entries(names)[0] ?? [];
      if (kind === undefined) return t.skip('it has none');
      assert.equal((await controller.namespace(`${kind}:${digits}`)).nsid, namespace.nsid);
      const other = `${kind}:${'f'.repeat(digits.length)}`;
      await assert.rejects(controller.namespace(other), { code: 'NO_SUCH_NAMESPACE', kind: 'input' });
      await assert.rejects(controller.namespace('nguid:12'), { code: 'BAD_NAMESPACE', kind: 'input' });
    });

    test('DMA memory lies within the ranges that the transport reports', () => {
      const buffer = controller.arena.allocate(4096, 4096);
      const last = buffer.iova + 4095n;
      assert.ok(controller.device.dma.iovaRanges.some((r) => r.start <= buffer.iova && last <= r.last));
      controller.arena.free(buffer);
    });

    test('SMART is readable and its temperature is plausible', async (t) => {
      if (departs('no-temperature')) return t.skip('the controller is known to report no temperature');
      const smart = await controller.admin.smart();
      assert.ok(
        smart.temperatureKelvin > 230 && smart.temperatureKelvin < 400,
        `${smart.temperatureKelvin} K`,
      );
    });

    test('an identifier of a deleted queue pair is used again', async () => {
      const first = await controller.createQueuePair(4);
      await controller.deleteQueuePair(first.qid);
      const second = await controller.createQueuePair(4);
      assert.equal(second.qid, first.qid);
      await controller.deleteQueuePair(second.qid);
    });

    test('a queue beyond MQES is refused before it reaches the device', async () => {
      const entries = controller.capabilities.maxQueueEntries + 1;
      await assert.rejects(controller.createQueuePair(entries), { code: 'QUEUE_TOO_DEEP', kind: 'input' });
    });

    test('deleting a queue that does not exist is Invalid Queue Identifier', async () => {
      await assert.rejects(
        controller.admin.deleteSubmissionQueue(controller.maxIoQueues),
        hasStatus(1, 0x01),
      );
    });

    test('an unknown admin opcode is Invalid Command Opcode', async () => {
      await assert.rejects(
        controller.admin.execute({ name: 'opcode 7Fh', opcode: 0x7f }),
        hasStatus(GENERIC, 0x01),
      );
    });

    test('aborting a command that does not exist aborts nothing', async () => {
      assert.equal(await controller.admin.abort(channel.memory.qid, 0x7fff).catch(isRefused), false);
    });

    function isRefused(error: unknown): boolean {
      assert.ok(error instanceof NvmeStatusError, String(error));
      return false;
    }

    test('a read past the namespace is LBA Out of Range', async () => {
      const buffer = controller.arena.allocate(namespace.lbaBytes, 4096);
      await assert.rejects(channel.read(namespace.sizeLbas, 1, buffer), hasStatus(GENERIC, 0x80));
      controller.arena.free(buffer);
    });

    test('a namespace that is not there is Invalid Namespace or Format', async () => {
      const memory = await controller.createQueuePair(4);
      const queue = controller.commandQueue(memory);
      const flush = { name: 'Flush', opcode: 0, nsid: 0xfffe };
      await assert.rejects(queue.execute(flush, 5000), hasStatus(GENERIC, 0x0b));
      await controller.deleteQueuePair(memory.qid);
    });

    test('a transfer beyond MDTS is Invalid Field in Command', async (t) => {
      if (departs('mdts-not-enforced')) return t.skip('the controller is known not to enforce MDTS');
      if (controller.maxTransferBytes > 2 ** 22) return t.skip('the controller names no small limit');
      const lbas = controller.maxTransferBytes / namespace.lbaBytes + 1;
      const buffer = controller.arena.allocate(lbas * namespace.lbaBytes, 4096);
      await assert.rejects(channel.read(0, lbas, buffer), hasStatus(GENERIC, 0x02));
      controller.arena.free(buffer);
    });

    test('many more commands than entries go through one queue pair', async () => {
      const buffer = controller.arena.allocate(namespace.lbaBytes, 4096);
      for (let i = 0; i < 100; i++) await channel.read(i % namespace.sizeLbas, 1, buffer);
      controller.arena.free(buffer);
    });

    test('what is written is read back, from one block to the largest transfer', onWritable, async () => {
      const most = transferBytes();
      const out = controller.arena.allocate(most, 4096);
      const back = controller.arena.allocate(most, 4096);
      for (let bytes = namespace.lbaBytes, slba = 0; bytes <= most; bytes *= 2) {
        const lbas = bytes / namespace.lbaBytes;
        pattern(new Uint8Array(out.view, 0, bytes), bytes);
        new Uint8Array(back.view).fill(0xee);
        await channel.write(slba, lbas, out);
        await channel.read(slba, lbas, back);
        assert.deepEqual(
          Buffer.from(back.view, 0, bytes),
          Buffer.from(out.view, 0, bytes),
          `${bytes} bytes at ${slba}`,
        );
        assert.ok(
          bytes === most || new Uint8Array(back.view)[bytes] === 0xee,
          'no byte past the transfer changes',
        );
        slba += lbas + 1;
      }
      controller.arena.free(out);
      controller.arena.free(back);
    });

    test('buffers may begin anywhere in a page at a multiple of 4', onWritable, async () => {
      const room = 5 * 4096;
      const out = controller.arena.allocate(room, 4096);
      const back = controller.arena.allocate(room, 4096);
      const bytes = Math.min(3 * 4096, transferBytes());
      for (const offset of [4, 512, 1020, 4092]) {
        pattern(new Uint8Array(out.view), offset);
        await channel.write(0, bytes / namespace.lbaBytes, out, offset);
        new Uint8Array(back.view).fill(0);
        await channel.read(0, bytes / namespace.lbaBytes, back, offset);
        assert.deepEqual(
          Buffer.from(back.view, offset, bytes),
          Buffer.from(out.view, offset, bytes),
          `offset ${offset}`,
        );
        assert.equal(new Uint8Array(back.view)[offset - 1], 0);
      }
      controller.arena.free(out);
      controller.arena.free(back);
    });

    test('the last block of the namespace can be written and read', onWritable, async () => {
      const buffer = controller.arena.allocate(namespace.lbaBytes, 4096);
      pattern(new Uint8Array(buffer.view), 77);
      const expected = Buffer.from(buffer.view.slice(0));
      await channel.write(namespace.sizeLbas - 1, 1, buffer);
      new Uint8Array(buffer.view).fill(0);
      await channel.read(namespace.sizeLbas - 1, 1, buffer);
      assert.deepEqual(Buffer.from(buffer.view), expected);
      controller.arena.free(buffer);
    });

    test('Write Zeroes reads back as zeroes', onWritable, async (t) => {
      if ((controller.identity.optionalNvmCommands & 8) === 0) return t.skip('ONCS has no Write Zeroes');
      const buffer = controller.arena.allocate(4 * namespace.lbaBytes, 4096);
      pattern(new Uint8Array(buffer.view), 5);
      await channel.write(0, 4, buffer);
      await channel.writeZeroes(1, 2);
      await channel.flush();
      await channel.read(0, 4, buffer);
      const words = new Uint8Array(buffer.view);
      const sum = (from: number, lbas: number): number =>
        words
          .subarray(from * namespace.lbaBytes, (from + lbas) * namespace.lbaBytes)
          .reduce((a, b) => a + b, 0);
      assert.equal(sum(1, 2), 0);
      assert.notEqual(sum(0, 1), 0);
      assert.notEqual(sum(3, 1), 0);
      controller.arena.free(buffer);
    });

    test('memory that the arena maps while queues exist is usable', async () => {
      const before = controller.arena.totalBytes;
      const buffer = controller.arena.allocate(8 * 2 ** 20, 4096);
      assert.ok(controller.arena.totalBytes > before);
      await channel.read(0, 1, buffer);
      controller.arena.free(buffer);
    });

    test('memory that nothing uses any more is unmapped while queues exist', async () => {
      const first = controller.arena.allocate(4 * 2 ** 20, 4096);
      const withFirst = controller.arena.totalBytes;
      controller.arena.free(first);
      const second = controller.arena.allocate(withFirst, 4096);
      assert.ok(controller.arena.totalBytes < withFirst + second.lengthBytes);
      await channel.read(0, 1, second);
      controller.arena.free(second);
    });

    test('a worker does exactly the I/Os asked and counts each once', async () => {
      const { results, histogramTotal } = await runJob({ iodepth: 16, numberIos: 5000 });
      assert.deepEqual([results[0].reads, results[0].writes, results[0].statuses], [5000, 0, []]);
      assert.deepEqual([results[0].stopReason, results[0].lostIos], ['number_ios', 0]);
      assert.equal(histogramTotal, 5000);
    });

    test('several workers with several queue pairs each run at once', async (t) => {
      if (controller.maxIoQueues < 5) return t.skip('too few queues');
      const { results, histogramTotal } = await runJob({ numjobs: 2, queuePairs: 2, numberIos: 2000 });
      assert.deepEqual(
        results.map((r) => r.reads),
        [2000, 2000],
      );
      assert.equal(histogramTotal, 4000);
    });

    test('a timed job ends by time and leaves nothing outstanding', async () => {
      const { results } = await runJob({
        rampTimeMs: 100,
        runtimeMs: 300,
        numberIos: Number.POSITIVE_INFINITY,
      });
      assert.equal(results[0].stopReason, 'runtime');
      assert.equal(results[0].lostIos, 0);
      assert.ok(results[0].elapsedNs >= 300e6);
      assert.ok(results[0].reads > 0);
    });

    test('a mixed job reads and writes in about the share asked', onWritable, async () => {
      const { results } = await runJob({ readPercent: 70, numberIos: 4000 });
      const { reads, writes } = results[0];
      assert.equal(reads + writes, 4000);
      assert.ok(Math.abs(reads / 4000 - 0.7) < 0.05, `${reads} of 4000`);
    });

    for (const completion of ['interrupt', 'hybrid'] as const) {
      test(`completions are learned of by ${completion}`, async (t) => {
        if (controller.device.interrupts === undefined) return t.skip('the transport has no interrupts');
        const part = { completion, hybridSpinMs: 0.05, numjobs: 2, iodepth: 4, numberIos: 1000 };
        const { results, histogramTotal } = await runJob(part);
        assert.deepEqual(
          results.map((r) => [r.reads, r.stopReason]),
          [
            [1000, 'number_ios'],
            [1000, 'number_ios'],
          ],
        );
        assert.equal(histogramTotal, 2000);
      });
    }

    test('a completion signals the eventfd of its own queue and no other', async (t) => {
      const { interrupts } = controller.device;
      if (interrupts === undefined) return t.skip('the transport has no interrupts');
      const [own, other] = interrupts.arm(2);
      const memory = await controller.createQueuePair(4, own.vector);
      const neighbour = await controller.createQueuePair(4, other.vector);
      for (const { eventFd } of [own, other]) drainEventFd(eventFd);
      const flush = { name: 'Flush', opcode: 0, nsid: namespace.nsid };
      await controller.commandQueue(memory).execute(flush, 5000);
      assert.ok(waitReadable(own.eventFd, 5000), 'its eventfd is not signalled');
      assert.equal(drainEventFd(other.eventFd), 0n);
      for (const { qid } of [memory, neighbour]) await controller.deleteQueuePair(qid);
      interrupts.disarm();
    });

    test('a worker that sleeps for interrupts uses little CPU time', async (t) => {
      if (controller.device.interrupts === undefined) return t.skip('the transport has no interrupts');
      const part = { iodepth: 1, numberIos: Number.POSITIVE_INFINITY, runtimeMs: 300 };
      const { results } = await runJob({ ...part, completion: 'interrupt' });
      assert.ok(results[0].sleeps > 0);
      assert.ok(results[0].reads > 0);
    });

    test('an I/O beyond MDTS is refused, or split where asked', async (t) => {
      if (controller.maxTransferBytes > 2 ** 22) return t.skip('the controller names no small limit');
      const bsBytes = controller.maxTransferBytes * 2 + 4096;
      const part = { bsBytes, sizeBytes: bsBytes * 4, iodepth: 2, numberIos: 20 };
      assert.throws(() => planGeometry(controller, namespace, jobOf(part)), {
        code: 'BEYOND_MDTS',
        kind: 'input',
      });
      const { results, histogramTotal } = await runJob({ ...part, split: true });
      assert.deepEqual([results[0].reads, histogramTotal, results[0].statuses], [20, 20, []]);
    });

    test('bad geometry never reaches the device', () => {
      const refused = (part: Partial<JobSpec>, code: string): void =>
        assert.throws(
          () => planGeometry(controller, namespace, jobOf(part)),
          (error) =>
            error instanceof EngineError &&
            error.code === code &&
            error.kind === 'input' &&
            error.hint !== '',
        );
      refused({ bsBytes: 1000 }, 'NOT_BLOCK_ALIGNED');
      refused({ offsetBytes: namespace.sizeBytes, sizeBytes: 4096 }, 'OUT_OF_NAMESPACE');
      refused({ iodepth: controller.capabilities.maxQueueEntries }, 'QUEUE_TOO_DEEP');
      refused({ numjobs: controller.maxIoQueues + 1 }, 'TOO_MANY_QUEUES');
    });

    test('after a shutdown the same device can be attached again', async () => {
      await channel.close();
      await controller.close();
      controller = await subject.open();
      namespace = await controller.namespace();
      channel = await IoChannel.open(controller, namespace);
      const buffer = controller.arena.allocate(namespace.lbaBytes, 4096);
      await channel.read(0, 1, buffer);
      controller.arena.free(buffer);
    });
  });
}
