/** What worker threads do with a namespace, whatever the path to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../engine/index.js';
import { type LengthsByOperation, planGeometry } from '../../engine/load/index.js';
import { byOperation, lbasOf, type OperationName, READ, WRITE } from '../../engine/stats/operations.js';
import { assertRefused, drawnFor, jobOf, runJob } from './drive-jobs.js';
import { type DriveSubject, depth } from './drive-subject.js';
import { verifiedWorkers } from './verified-workers.js';
import { waitingWorkers } from './waiting-workers.js';
import { watchedWorkers } from './watched-workers.js';

const NO_IOS = byOperation(() => 0);

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
  if (on.verifiedElsewhere !== true) verifiedWorkers(on);

  test('a worker says how many instructions it took, or why nobody counted them', async () => {
    const { results } = await runJob(on, { iodepth: 1, numberIos: 100 });
    for (const { instructions, instructionsProblem } of results) {
      assert.equal((instructions === undefined) !== (instructionsProblem === undefined), true);
      assert.ok(instructions === undefined || instructions > 100, `${instructions} of 100 I/Os`);
    }
  });

  watchedWorkers(on);

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

  waitingWorkers(on);

  test('bad geometry never reaches the device', () => {
    assertRefused(on, { bsBytes: 1000 }, 'NOT_BLOCK_ALIGNED');
    assertRefused(on, { offsetBytes: on.namespace.sizeBytes, sizeBytes: 4096 }, 'OUT_OF_NAMESPACE');
    assertRefused(on, { iodepth: 65_536 }, 'QUEUE_TOO_DEEP');
  });
}
