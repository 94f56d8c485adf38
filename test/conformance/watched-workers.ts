/** That workers of any path note single I/Os as they were: the slowest, and a log of all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf } from '../../engine/stats/operations.js';
import { latenciesOf, takeAll } from '../engine/load/watch/logged.js';
import { drawnFor, runJob } from './drive-jobs.js';
import { type DriveSubject, depth } from './drive-subject.js';

export function watchedWorkers(on: DriveSubject): void {
  test('the slowest I/Os, with room for all, are all I/Os with the latencies of the histogram', async () => {
    const part = { iodepth: depth(on, 4), numberIos: 400, slowest: 500 };
    const { results, counts } = await runJob(on, part);
    const { slowest = [] } = results[0];
    assert.deepEqual(latenciesOf(slowest), countsOf(counts, 'read'));
    const slbas = (ios: readonly { readonly slba: number }[]): number[] =>
      ios.map(({ slba }) => slba).sort((a, b) => a - b);
    assert.deepEqual(slbas(slowest), slbas(drawnFor(on, part)));
    for (const { operation, depth: atOnce, atNs, lbas } of slowest) {
      assert.deepEqual([operation, lbas * on.namespace.lbaBytes], ['read', 4096]);
      assert.ok(atOnce >= 1 && atOnce <= part.iodepth && atNs >= 0 && atNs <= results[0].elapsedNs);
    }
  });

  test('a log has every I/O with its latency and its worker', async () => {
    const part = { iodepth: depth(on, 4), numjobs: Math.min(2, on.mostQueues), numberIos: 700, logged: true };
    const { rings, counts } = await runJob(on, part);
    const all = rings.flatMap((ring, worker) => {
      const ios = takeAll(ring);
      for (const io of ios)
        assert.deepEqual(
          [io.operation, io.status, io.late, io.worker, io.lbas * on.namespace.lbaBytes],
          ['read', 0, false, worker, 4096],
        );
      assert.equal(ring.dropped, 0);
      return ios;
    });
    assert.deepEqual(latenciesOf(all), countsOf(counts, 'read'));
  });
}
