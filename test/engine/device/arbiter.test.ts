/** Arbitration: whose turn it is, by bursts, classes and weights, where the controller takes few commands at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arbiter } from '../../../engine/device/arbiter.js';
import type { SubmissionQueue } from '../../../engine/device/queues.js';

const [URGENT, HIGH, MEDIUM, LOW] = [0, 1, 2, 3];
const NO_LIMIT = 7;
const weights = (high: number, medium: number, low: number, burst = NO_LIMIT): number =>
  (((high - 1) << 24) | ((medium - 1) << 16) | ((low - 1) << 8) | burst) >>> 0;

/** Queues by the commands that wait in each; what was taken of each, and the order by queues. */
class Host {
  readonly taken: number[];
  readonly order: number[] = [];
  readonly arbiter: Arbiter;
  readonly waiting: number[];

  constructor(priorities: readonly number[], waiting = priorities.map(() => Number.POSITIVE_INFINITY)) {
    this.waiting = [...waiting];
    this.taken = priorities.map(() => 0);
    const queues = priorities.map((priority, qid) => ({ qid, priority }) as SubmissionQueue);
    this.arbiter = new Arbiter({
      fetchable: ({ qid }) => this.waiting[qid],
      fetch: ({ qid }, count) => {
        this.waiting[qid] -= count;
        this.taken[qid] += count;
        for (let i = 0; i < count; i++) this.order.push(qid);
        return count;
      },
    });
    this.arbiter.setQueues(queues);
  }

  /** So many passes in each of which the controller has room for `room`. */
  passes(count: number, room: number): this {
    for (let i = 0; i < count; i++) this.arbiter.serve(room);
    return this;
  }
}

test('round robin: bursts of one queue after the other, however little room each pass has', () => {
  for (const room of [1, 3, 4, 7, 64]) {
    const host = new Host([LOW, URGENT, HIGH]);
    host.arbiter.setFeature(2); // bursts of 4
    host.passes(Math.ceil(240 / room), room);
    const expected = Array.from({ length: 240 }, (_, i) => Math.floor(i / 4) % 3);
    assert.deepEqual(host.order.slice(0, 240), expected, `room for ${room}`);
  }
});

for (const room of [1, 2, 5, 32])
  test(`weights are the shares of their classes, with room for ${room} at a time`, () => {
    const host = new Host([HIGH, MEDIUM, LOW]);
    host.arbiter.setWeighted(true);
    host.arbiter.setFeature(weights(8, 4, 1, 1));
    host.passes(Math.ceil(13_000 / room), room);
    const all = host.order.slice(0, 13_000);
    assert.deepEqual(
      [0, 1, 2].map((qid) => all.filter((each) => each === qid).length),
      [8000, 4000, 1000],
    );
  });

test('queues of one class share what it has, and a class with none waiting leaves its part to the others', () => {
  const host = new Host([HIGH, HIGH, LOW, MEDIUM], [1e6, 1e6, 1e6, 0]);
  host.arbiter.setWeighted(true);
  host.arbiter.setFeature(weights(6, 100, 2, 0));
  host.passes(8000, 1);
  assert.deepEqual(host.taken, [3000, 3000, 2000, 0]);
});

test('urgent queues go before all others as long as they have commands', () => {
  const host = new Host([LOW, URGENT, HIGH], [100, 50, 100]);
  host.arbiter.setWeighted(true);
  host.arbiter.setFeature(weights(256, 1, 1));
  host.passes(50, 1);
  assert.deepEqual(host.taken, [0, 50, 0]);
  // one that comes in between is next
  host.passes(1, 1);
  host.waiting[1] = 1;
  host.passes(1, 1);
  assert.deepEqual([host.taken[1], host.order.at(-1)], [51, 1]);
});

test('it has a say with weights or bursts alone, and none after a reset', () => {
  const { arbiter } = new Host([LOW]);
  assert.equal(arbiter.hasSay, false);
  arbiter.setFeature(weights(2, 2, 2, 3));
  assert.equal(arbiter.hasSay, true);
  arbiter.reset();
  assert.equal(arbiter.hasSay, false);
  arbiter.setWeighted(true);
  assert.equal(arbiter.hasSay, true);
});
