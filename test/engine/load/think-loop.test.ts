/** Pauses between I/Os, on a queue that the test completes and by a clock that it moves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkerSpec } from '../../../engine/load/job.js';
import { TALLY } from '../../../engine/load/tally.js';
import { ThinkLoop } from '../../../engine/load/think-loop.js';
import { playedSpec } from './specs.js';

const START_NS = 1e9;
const PAUSE_NS = 2e6;

function thinking(change: Partial<WorkerSpec> & { iodepth?: number } = {}, lanes = 1) {
  const { spec, pairs, control } = playedSpec({ iodepth: 1, ...change }, lanes);
  const loop = new ThinkLoop(spec, PAUSE_NS / 1e6, control.activeSet());
  const clock = { ns: START_NS };
  const reading = Object.defineProperty({}, 0, { get: () => clock.ns, set: () => undefined });
  for (const name of ['nowNs', 'submittedNs']) {
    assert.ok(name in loop);
    Object.defineProperty(loop, name, { value: reading });
  }
  loop.reapedNs[0] = Number.NEGATIVE_INFINITY;
  loop.prime();
  const complete = (): void => {
    for (const pair of pairs) pair.completeAll();
  };
  /** One turn at that time after the start; what is outstanding then. */
  const at = (ns: number): number => {
    clock.ns = START_NS + ns;
    loop.run(1);
    return loop.outstanding();
  };
  return { loop, complete, at };
}

test('the next I/O goes when the time has passed since the one before completed, and not earlier', () => {
  const { complete, at } = thinking();
  assert.equal(at(0), 1);
  complete();
  assert.equal(at(100_000), 0);
  assert.equal(at(100_000 + PAUSE_NS - 1), 0);
  assert.equal(at(100_000 + PAUSE_NS), 1);
});

test('an I/O that takes longer than the pause is waited for all the same', () => {
  const { complete, at } = thinking();
  assert.deepEqual([at(0), at(10 * PAUSE_NS)], [1, 1]);
  complete();
  assert.deepEqual([at(11 * PAUSE_NS), at(12 * PAUSE_NS)], [0, 1]);
});

test('so many I/Os go one after the other between two pauses', () => {
  const { loop, complete, at } = thinking({ thinkTimeBlocks: 3 });
  for (let i = 0; i < 3; i++) {
    assert.equal(at(i * 1000), 1);
    complete();
  }
  assert.equal(at(3000), 0);
  assert.equal(loop.tally[TALLY.COMPLETED], 3);
  assert.deepEqual([at(3000 + PAUSE_NS - 1), at(3000 + PAUSE_NS)], [0, 1]);
});

test('with several in flight, those that go with the ones that complete are waited for too', () => {
  const first = (type: 'complete' | 'issue'): number => {
    const { loop, complete, at } = thinking({ iodepth: 4, thinkTimeBlocks: 6, thinkTimeBlocksType: type });
    for (let i = 0; i < 20; i++) {
      at(i * 1000);
      complete();
    }
    at(20_000);
    assert.equal(loop.outstanding(), 0);
    return loop.tally[TALLY.COMPLETED];
  };
  assert.deepEqual([first('complete'), first('issue')], [9, 6]);
});

test('all queues of a worker pause together', () => {
  const { loop, complete, at } = thinking({ thinkTimeBlocks: 2, thinkTimeBlocksType: 'issue' }, 2);
  assert.equal(at(0), 2);
  complete();
  assert.equal(at(1000), 0);
  assert.equal(at(1000 + PAUSE_NS), 2);
  assert.equal(loop.tally[TALLY.COMPLETED], 2);
});

test('a number of I/Os is begun exactly, and then none any more', () => {
  const { loop, complete, at } = thinking({ thinkTimeBlocks: 3, numberIos: 5 });
  for (let i = 0; i < 30; i++) {
    at(i * PAUSE_NS);
    complete();
  }
  at(31 * PAUSE_NS);
  assert.equal(loop.tally[TALLY.COMPLETED], 5);
  assert.ok(loop.pacer.spent);
});
