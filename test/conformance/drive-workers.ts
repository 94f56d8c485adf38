/** What worker threads do with a namespace, whatever the path to it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Drive, type DriveNamespace, EngineError, openDrive } from '../../engine/index.js';
import {
  type JobSpec,
  type LengthsByOperation,
  planGeometry,
  prepareJob,
  WorkerPool,
} from '../../engine/load/index.js';
import { HISTOGRAM_LENGTH, latencyIndex } from '../../engine/stats/histogram.js';
import {
  byOperation,
  countsOf,
  lbasOf,
  OPERATIONS,
  type OperationName,
  READ,
  WRITE,
} from '../../engine/stats/operations.js';
import { RECORD_BYTES, recordAt } from '../../reports/io-log/records.js';
import { type Drawn, draw } from '../engine/load/workload/drawing.js';
import { verifiedWorkers } from './verified-workers.js';

const NO_IOS = byOperation(() => 0);

export interface DriveSubject {
  readonly drive: Drive;
  readonly namespace: DriveNamespace;
  readonly onWritable: { readonly skip: string | false };
  /** The tests of verified data run on another way to the same. */
  readonly verifiedElsewhere?: boolean;
  /** How many queues a job may have at once. */
  readonly mostQueues: number;
  /** Whether it signals that I/O has completed. */
  readonly interrupts: boolean;
}

/** A drive of the kernel's path: opened before the tests of the suite that calls this, closed after them. */
export function kernelDrive(target: () => string): DriveSubject {
  const opened: { drive: Drive; namespace: DriveNamespace } = {} as never;
  before(async () => {
    opened.drive = await openDrive(target());
    opened.namespace = await opened.drive.namespace();
  });
  after(() => opened.drive.close());
  return {
    get drive() {
      return opened.drive;
    },
    get namespace() {
      return opened.namespace;
    },
    onWritable: { skip: false },
    mostQueues: 8,
    interrupts: true,
  };
}

export function jobOf(part: Partial<JobSpec>): JobSpec {
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

export async function runJob(
  { drive, namespace }: Pick<DriveSubject, 'drive' | 'namespace'>,
  part: Partial<JobSpec>,
) {
  const prepared = await prepareJob(drive, namespace, jobOf(part));
  const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
  pool.start();
  const joined = await pool.join();
  await pool.terminate();
  await prepared.release();
  return {
    ...joined,
    rings: prepared.logRings,
    histogramTotal: joined.counts.reduce((sum, n) => sum + n, 0),
  };
}

/** Reads of one or four blocks of 4 KiB, writes of one to three. */
function lengthsOf(lbaBytes: number): LengthsByOperation {
  const split = [
    { bytes: 4096, percent: 70 },
    { bytes: 4 * 4096, percent: 30 },
  ];
  const least = Math.max(lbaBytes, 4096);
  return {
    read: { law: { split }, alignBytes: 4096 },
    write: { law: { fromBytes: least, toBytes: 3 * least }, alignBytes: 2 * 4096 },
  };
}

/** The I/Os of a job's one worker, from a source of its own. */
function drawnFor({ namespace: { lbaBytes } }: DriveSubject, part: Partial<JobSpec>): Drawn[] {
  const job = jobOf(part);
  return draw({ ...job, lbaBytes, blockLbas: 4096 / lbaBytes, blocks: 64 }, job.numberIos);
}

/** Whether the path does such I/O: it refuses what it does not. */
function has({ drive, namespace }: DriveSubject, operation: OperationName): boolean {
  try {
    planGeometry(drive, namespace, jobOf({ mix: [{ operation, percent: 100 }] }));
    return true;
  } catch (error) {
    assert.ok(
      error instanceof EngineError && error.code === 'NO_SUCH_COMMAND' && error.hint !== '',
      String(error),
    );
    return false;
  }
}

/** A depth, or the largest that the drive's queues have room for. */
function depth({ drive }: DriveSubject, wanted: number): number {
  return Math.min(wanted, (drive.limits.maxQueueEntries ?? Number.POSITIVE_INFINITY) - 1);
}

/** Of workers, what shows that queues are driven right. */
export function readingWorkers(on: DriveSubject): void {
  test('a worker does exactly the I/Os asked and counts each once', async (t) => {
    if (on.mostQueues < 1) return t.skip('too few queues');
    const { results, histogramTotal } = await runJob(on, { iodepth: depth(on, 16), numberIos: 5000 });
    assert.deepEqual([results[0].completed, results[0].statuses], [{ ...NO_IOS, read: 5000 }, []]);
    assert.deepEqual([results[0].stopReason, results[0].lostIos], ['number_ios', 0]);
    assert.equal(histogramTotal, 5000);
  });

  test('several workers with several queue pairs each run at once', async (t) => {
    if (on.mostQueues < 4) return t.skip('too few queues');
    const { results, histogramTotal } = await runJob(on, {
      iodepth: depth(on, 8),
      numjobs: 2,
      queuePairs: 2,
      numberIos: 2000,
    });
    assert.deepEqual(
      results.map((r) => r.completed.read),
      [2000, 2000],
    );
    assert.equal(histogramTotal, 4000);
  });
}

export function driveWorkerTests(on: DriveSubject): void {
  readingWorkers(on);
  if (on.verifiedElsewhere !== true) verifiedWorkers(on, runJob);

  test('a worker says how many instructions it took, or why nobody counted them', async () => {
    const { results } = await runJob(on, { iodepth: 1, numberIos: 100 });
    for (const { instructions, instructionsProblem } of results) {
      assert.equal((instructions === undefined) !== (instructionsProblem === undefined), true);
      assert.ok(instructions === undefined || instructions > 100, `${instructions} of 100 I/Os`);
    }
  });

  test('the slowest I/Os, with room for all, are all I/Os with the latencies of the histogram', async () => {
    const part = { iodepth: depth(on, 4), numberIos: 400, slowest: 500 };
    const { results, counts } = await runJob(on, part);
    const { slowest = [] } = results[0];
    const latencies = new Float64Array(HISTOGRAM_LENGTH);
    for (const { latencyNs } of slowest) latencies[latencyIndex(latencyNs)]++;
    assert.deepEqual(latencies, countsOf(counts, 'read'));
    const slbas = (ios: readonly { readonly slba: number }[]): number[] =>
      ios.map(({ slba }) => slba).sort((a, b) => a - b);
    assert.deepEqual(slbas(slowest), slbas(drawnFor(on, part)));
    for (const { operation, depth: atOnce, atNs, lbas } of slowest) {
      assert.deepEqual([operation, lbas * on.namespace.lbaBytes], ['read', 4096]);
      assert.ok(atOnce >= 1 && atOnce <= part.iodepth && atNs >= 0 && atNs <= results[0].elapsedNs);
    }
  });

  test('a log has every I/O with its latency, failed ones and late ones apart', async () => {
    const part = { iodepth: depth(on, 4), numjobs: Math.min(2, on.mostQueues), numberIos: 700, logged: true };
    const { rings, counts } = await runJob(on, part);
    const latencies = new Float64Array(HISTOGRAM_LENGTH);
    for (const [worker, ring] of rings.entries()) {
      const bytes = ring.ready().slice();
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
        const io = recordAt(view, at, { operations: OPERATIONS });
        assert.deepEqual(
          [io.operation, io.status, io.late, io.worker, io.lbas * on.namespace.lbaBytes],
          ['read', 0, false, worker, 4096],
        );
        latencies[latencyIndex(io.latencyNs)]++;
      }
      assert.equal(ring.dropped, 0);
    }
    assert.deepEqual(latencies, countsOf(counts, 'read'));
  });

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

  test(
    'I/Os of several lengths move as many blocks as their source says, whatever the path',
    on.onWritable,
    async () => {
      const { lbaBytes } = on.namespace;
      const lengths = lengthsOf(lbaBytes);
      const part = { readPercent: 60, lengths, bsBytes: 4 * 4096, numberIos: 3000, iodepth: depth(on, 16) };
      const { results, counts } = await runJob(on, part);
      assert.deepEqual([results[0].statuses, results[0].stopReason], [[], 'number_ios']);
      const drawn = drawnFor(on, part);
      const lbasDrawn = (operation: number): number =>
        drawn.reduce((sum, io) => sum + (io.operation === operation ? io.lbas : 0), 0);
      const [reads, writes] = [lbasDrawn(READ), lbasDrawn(WRITE)];
      assert.deepEqual([lbasOf(counts, 'read'), lbasOf(counts, 'write')], [reads, writes]);
      assert.ok(reads > 3000 * 0.5 * (4096 / lbaBytes));
    },
  );

  test(
    'each operation of a job is done as often as it was drawn, and a flush after every so many changes',
    on.onWritable,
    async (t) => {
      const mix = (
        [
          { operation: 'read', percent: 20 },
          { operation: 'write', percent: 40 },
          { operation: 'write-zeroes', percent: 25 },
          { operation: 'deallocate', percent: 10 },
          { operation: 'verify', percent: 5 },
        ] as const
      ).filter(({ operation }) => has(on, operation));
      if (mix.length < 2) return t.skip('the path has no others than reads and writes');
      const whole = mix.reduce((sum, { percent }) => sum + percent, 0);
      const shares = mix.map(({ operation, percent }) => ({ operation, percent: (100 * percent) / whole }));
      const part = {
        mix: shares,
        flushEvery: has(on, 'flush') ? 5 : 0,
        numberIos: 3000,
        iodepth: depth(on, 16),
      };
      const { results } = await runJob(on, part);
      assert.deepEqual([results[0].statuses, results[0].lostIos], [[], 0]);
      const drawn = drawnFor(on, part);
      const expected = byOperation((_, index) => drawn.filter(({ operation }) => operation === index).length);
      assert.deepEqual(results[0].completed, expected);
      assert.ok(expected.flush === 0 || expected.flush > 200);
    },
  );

  for (const completion of ['interrupt', 'hybrid'] as const) {
    for (const queuePairs of [1, 2]) {
      test(`completions are learned of by ${completion} on ${queuePairs} queue(s) of a worker`, async (t) => {
        if (!on.interrupts) return t.skip('the drive has no interrupts');
        if (on.mostQueues < 2 * queuePairs) return t.skip('too few queues');
        const waiting = { completion, hybridSpinMs: 0.05, queuePairs };
        const { results, histogramTotal } = await runJob(on, {
          ...waiting,
          numjobs: 2,
          iodepth: 4,
          numberIos: 1000,
        });
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
  }

  for (const queuePairs of [1, 2])
    test(`a worker that waits for interrupts of ${queuePairs} queue(s) sleeps, and is woken by them`, async (t) => {
      if (!on.interrupts) return t.skip('the drive has no interrupts');
      const waiting = { completion: 'interrupt', queuePairs } as const;
      const { results } = await runJob(on, { ...waiting, iodepth: 1, numberIos: 1000 });
      const [{ sleeps, emptyPolls, elapsedNs, lostInterrupts }] = results;
      assert.ok(sleeps > 0);
      // One may have come in the moment in which a sleep ended.
      assert.ok(lostInterrupts <= 1, `${lostInterrupts} interrupts were lost`);
      assert.ok(emptyPolls > 0);
      // A sleep that nothing ends takes 20 ms; where a slow machine finds I/O before it sleeps, the few sleeps tell nothing.
      if (sleeps < 200) return t.skip(`it slept ${sleeps} times`);
      assert.ok(elapsedNs / sleeps < 15e6, `a sleep takes ${elapsedNs / sleeps} ns`);
    });

  test('bad geometry never reaches the device', () => {
    const refused = (part: Partial<JobSpec>, code: string): void =>
      assert.throws(
        () => planGeometry(on.drive, on.namespace, jobOf(part)),
        (error) =>
          error instanceof EngineError && error.code === code && error.kind === 'input' && error.hint !== '',
      );
    refused({ bsBytes: 1000 }, 'NOT_BLOCK_ALIGNED');
    refused({ offsetBytes: on.namespace.sizeBytes, sizeBytes: 4096 }, 'OUT_OF_NAMESPACE');
    refused({ iodepth: 65_536 }, 'QUEUE_TOO_DEEP');
  });
}
