/** That workers of any path learn of completions without polling, where the drive has interrupts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from './drive-jobs.js';
import type { DriveSubject } from './drive-subject.js';

export function waitingWorkers(on: DriveSubject): void {
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
}
