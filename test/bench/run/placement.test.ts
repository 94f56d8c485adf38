/** Workers beside threads that the kernel keeps busy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlacedJob, placeWorkers } from '../../../bench/run/placement.js';
import { allowedCpus } from '../../../engine/index.js';

const cpus = allowedCpus();
const onePerCpu = { skip: cpus.length < 2 && 'one CPU has no room for two' };

function placed(
  submitters: PlacedJob['device']['drive']['submitters'],
  job: Partial<PlacedJob['job']> = {},
): PlacedJob {
  const drive = { numaNode: -1, hostThreads: 0, ...(submitters === undefined ? {} : { submitters }) };
  return { job: { numjobs: 1, queuePairs: 1, ...job }, device: { drive } };
}

for (const cpu of cpus.slice(0, 2))
  test(`a worker stays away from CPU ${cpu}, to which the kernel's thread is bound`, onePerCpu, () => {
    const [{ cpus: chosen, yieldWhenIdle }] = placeWorkers([placed({ cpu })]);
    assert.notEqual(chosen[0][0], cpu);
    assert.equal(yieldWhenIdle, false);
  });

test('one that is told to run there gives the CPU away between polls', () => {
  const [{ cpus: chosen, yieldWhenIdle }] = placeWorkers([
    placed({ cpu: cpus[0] }, { cpusAllowed: [cpus[0]] }),
  ]);
  assert.deepEqual([chosen, yieldWhenIdle], [[[cpus[0]]], true]);
});

test('the kernel has a thread for each queue, not for each drive', () => {
  const queues = (count: number): boolean =>
    placeWorkers([placed({ cpu: undefined }, { queuePairs: count })])[0].yieldWhenIdle;
  assert.deepEqual([queues(cpus.length - 1), queues(cpus.length)], [false, true]);
  assert.equal(placeWorkers([placed(undefined, { queuePairs: cpus.length })])[0].yieldWhenIdle, false);
});
