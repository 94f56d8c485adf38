/** Which latency the loop counts: its ends, its whole range, the words that times are kept in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Loop } from '../../../engine/load/loop.js';
import { TALLY } from '../../../engine/load/tally.js';
import { BATCH, SLOT } from '../../../engine/path/path.js';
import { highestLatencyOfIndex, latencyIndex, latencyOfIndex } from '../../../engine/stats/histogram.js';
import { countsOf } from '../../../engine/stats/operations.js';
import { nowNs, sleepMs } from '../../../engine/sys/clock.js';
import { seededRandom } from '../stats/random.js';
import { playedSpec } from './specs.js';

const TWO_32 = 2 ** 32;
const RECORD = SLOT.WORDS;

/** A loop whose readings of one kind are `now.ns`. */
function keepTime(loop: Loop, name: string): { ns: number } {
  const now = { ns: 0 };
  const reading = Object.defineProperty({}, 0, { get: () => now.ns, set: () => undefined });
  assert.ok(name in loop);
  Object.defineProperty(loop, name, { value: reading });
  return now;
}

function loopOf(change: Parameters<typeof playedSpec>[0] = {}) {
  const { spec, pairs, control } = playedSpec(change);
  const loop = new Loop(spec, control.activeSet());
  return { loop, pair: pairs[0] };
}

/** As if the I/O that is outstanding in a slot had been submitted then. */
function beganAt(loop: Loop, slot: number, startNs: number): void {
  const [{ slots }] = loop.lanes;
  slots[slot * RECORD + SLOT.START_LOW] = (startNs % TWO_32) | 0;
  slots[slot * RECORD + SLOT.START_HIGH] = Math.floor(startNs / TWO_32);
}

const indicesOf = (counts: Uint32Array): number[] =>
  [...counts.entries()].flatMap(([index, count]) => Array.from({ length: count }, () => index));

test('a latency is the time from submission to reaping', async () => {
  const { loop, pair } = loopOf({ iodepth: 1, numberIos: 1 });
  const beforeNs = nowNs();
  loop.prime();
  const submittedNs = nowNs();
  await sleepMs(5);
  pair.completeAll();
  const completedNs = nowNs();
  loop.run(1);
  const index = loop.histograms.indexOf(1);
  assert.ok(highestLatencyOfIndex(index) >= completedNs - submittedNs);
  assert.ok(latencyOfIndex(index) <= nowNs() - beforeNs);
});

test('a submission has its time before the device can know of it', () => {
  const { loop, pair } = loopOf({ iodepth: 2 });
  const [{ queue, slots }] = loop.lanes;
  const ring = queue.ring.bind(queue);
  let rungNs = 0;
  queue.ring = () => {
    for (const slot of [0, 1]) assert.notEqual(slots[slot * RECORD + SLOT.START_HIGH], -1);
    rungNs = nowNs();
    ring();
  };
  loop.prime();
  assert.ok(rungNs > 0 && loop.oldestNs() <= rungNs);
  assert.equal(pair.fetch().length, 2);
});

test('a completion has its time after it was found', () => {
  const { loop, pair } = loopOf({ iodepth: 2 });
  const [{ queue }] = loop.lanes;
  loop.prime();
  pair.completeAll();
  const reap = queue.reap.bind(queue);
  let foundNs = 0;
  queue.reap = (into, most) => {
    const found = reap(into, most);
    foundNs = nowNs();
    return found;
  };
  loop.run(1);
  assert.ok(foundNs > 0 && loop.reapedNs[0] >= foundNs);
});

describe('a latency is counted where it belongs', () => {
  const turns = [0, 1, 5, 2 ** 20 - 1];
  const starts = [1, 12_345, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 77, TWO_32 - 1_000_000, TWO_32 - 1];
  const latencies = [0, 1, 2047, 80_000, 999_999, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 3e9, TWO_32 - 1, TWO_32];
  const longest = [TWO_32 + 1, TWO_32 + 80_000, 6e9, 2 ** 33 + 5, 2 ** 36, 2 ** 37 - 1, 2 ** 37, 5e11];

  for (const latencyNs of [...latencies, ...longest])
    test(`${latencyNs} ns, whatever the words of its times`, () => {
      const { loop, pair } = loopOf({ iodepth: 2 });
      const reaped = keepTime(loop, 'reapedNs');
      loop.prime();
      let count = 0;
      for (const failing of [false, true])
        for (const turn of turns)
          for (const low of starts) {
            const startNs = turn * TWO_32 + low;
            beganAt(loop, 0, startNs);
            beganAt(loop, 1, startNs + 1);
            assert.equal(loop.oldestNs(), startNs);
            reaped.ns = startNs + latencyNs;
            // Beside a failure, latencies are counted another way.
            if (failing) pair.complete(1, { status: 0x80 });
            pair.complete(0);
            loop.run(1);
            count++;
          }
      assert.equal(loop.histograms[latencyIndex(latencyNs)], count);
      assert.deepEqual([indicesOf(loop.histograms).length, loop.tally[TALLY.COMPLETED]], [count, count]);
      assert.deepEqual([loop.tally[TALLY.ERRORS], loop.unexpected()], [count / 2, 0]);
    });

  test('short and long ones of one batch, of both operations, with failures and without', () => {
    const { loop, pair } = loopOf({ iodepth: BATCH, readPercent: 50 });
    const reaped = keepTime(loop, 'reapedNs');
    loop.prime();
    const random = seededRandom(9);
    const expected: { readonly read: number[]; readonly write: number[] } = { read: [], write: [] };
    let failed = 0;
    for (let round = 0; round < 300; round++) {
      reaped.ns = Math.floor(TWO_32 * (1 + random() * 200));
      // Of a third of the batches all are short, of a third some are long, in a third some fail.
      for (const { cid, opcode } of pair.fetch()) {
        const latencyNs = Math.floor(Math.min(2 ** (random() * (round % 3 === 0 ? 31 : 38)), reaped.ns));
        beganAt(loop, cid, reaped.ns - latencyNs);
        const status = round % 3 === 2 && random() < 0.2 ? 0x80 : 0;
        if (status !== 0) failed++;
        else expected[opcode === 0x01 ? 'write' : 'read'].push(latencyIndex(latencyNs));
        pair.complete(cid, { status });
      }
      loop.run(1);
    }
    for (const name of ['read', 'write'] as const)
      assert.deepEqual(
        indicesOf(countsOf(loop.histograms, name)),
        expected[name].sort((a, b) => a - b),
      );
    assert.equal(expected.read.length + expected.write.length + failed, 300 * BATCH);
    assert.deepEqual([loop.tally[TALLY.ERRORS], loop.outstanding(), loop.unexpected()], [failed, BATCH, 0]);
  });
});

test('the time of a submission is kept whole, on both sides of a turn of its lower word', () => {
  const { loop, pair } = loopOf({ iodepth: 1 });
  const submitted = keepTime(loop, 'submittedNs');
  loop.prime();
  for (const startNs of [
    0,
    1,
    2 ** 31 - 1,
    2 ** 31,
    TWO_32 - 1,
    TWO_32,
    TWO_32 + 1,
    7 * TWO_32 - 1,
    2 ** 52,
  ]) {
    submitted.ns = startNs;
    pair.completeAll();
    loop.run(1);
    assert.equal(loop.oldestNs(), startNs);
  }
});
