import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkerSpec } from '../../../engine/load/job.js';
import { Loop, TALLY } from '../../../engine/load/loop.js';
import { HISTOGRAM_LENGTH, highestLatencyOfIndex, latencyOfIndex } from '../../../engine/stats/histogram.js';
import { nowMs, sleepMs } from '../../../engine/sys/clock.js';
import { seededRandom } from '../stats/random.js';
import { playedSpec } from './specs.js';

function started(change: Partial<WorkerSpec> = {}, lanes = 1) {
  const { spec, pairs, control } = playedSpec(change, lanes);
  const loop = new Loop(spec, control.activeSet());
  loop.prime();
  return { loop, pairs, pair: pairs[0], spec };
}

const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);
const readsOf = (loop: Loop): number => sum(loop.histograms.subarray(0, HISTOGRAM_LENGTH));
const writesOf = (loop: Loop): number => sum(loop.histograms.subarray(HISTOGRAM_LENGTH));

test('the depth is kept: as many new I/Os as completed, in their slots', () => {
  const { loop, pair } = started({ iodepth: 8 });
  const random = seededRandom(1);
  const outstanding = new Set(pair.fetch().map(({ cid }) => cid));
  assert.equal(outstanding.size, 8);
  for (let round = 0; round < 500; round++) {
    const done = [...outstanding].filter(() => random() < 0.3);
    for (const cid of done) {
      outstanding.delete(cid);
      pair.complete(cid);
    }
    loop.run(1);
    for (const { cid } of pair.fetch()) {
      assert.ok(!outstanding.has(cid), `command ${cid} was issued again before it completed`);
      outstanding.add(cid);
    }
    assert.equal(outstanding.size, 8);
    assert.equal(loop.outstanding(), 8);
  }
});

test('every lane has the whole depth', () => {
  const { loop, pairs } = started({ iodepth: 4 }, 3);
  assert.deepEqual(
    pairs.map((pair) => pair.fetch().length),
    [4, 4, 4],
  );
  assert.equal(loop.outstanding(), 12);
});

for (const numberIos of [1, 3, 4, 5, 1000]) {
  test(`a budget of ${numberIos} I/Os at depth 4 on two lanes is spent exactly`, () => {
    const { loop, pairs } = started({ iodepth: 4, numberIos }, 2);
    let issued = 0;
    for (let round = 0; round < 2 * numberIos + 2; round++) {
      for (const pair of pairs) issued += pair.completeAll();
      loop.run(1);
    }
    assert.equal(issued, numberIos);
    assert.equal(loop.tally[TALLY.READS], numberIos);
    assert.equal(readsOf(loop), numberIos);
    assert.equal(loop.outstanding(), 0);
  });
}

test('each latency is counted once, with the direction of its command', () => {
  const workload = { ...playedSpec().spec.workload, readPercent: 30 };
  const { loop, pair } = started({ workload, numberIos: 2000 });
  const issued = { reads: 0, writes: 0 };
  for (let round = 0; round < 2000; round++) {
    for (const { cid, opcode } of pair.fetch()) {
      if (opcode === 0x01) issued.writes++;
      else if (opcode === 0x02) issued.reads++;
      pair.complete(cid);
    }
    loop.run(1);
  }
  assert.equal(issued.reads + issued.writes, 2000);
  assert.ok(issued.reads > 400 && issued.reads < 800, `${issued.reads} reads of 2000 at 30 %`);
  assert.deepEqual([readsOf(loop), writesOf(loop)], [issued.reads, issued.writes]);
  assert.deepEqual([loop.tally[TALLY.READS], loop.tally[TALLY.WRITES]], [issued.reads, issued.writes]);
});

test('a latency is the time from submission to reaping', async () => {
  const beforeMs = nowMs();
  const { loop, pair } = started({ iodepth: 1, numberIos: 1 });
  const submittedMs = nowMs();
  await sleepMs(5);
  pair.completeAll();
  const completedMs = nowMs();
  loop.run(1);
  const index = loop.histograms.indexOf(1);
  assert.ok(highestLatencyOfIndex(index) >= (completedMs - submittedMs) * 1e6);
  assert.ok(latencyOfIndex(index) <= (nowMs() - beforeMs) * 1e6);
});

test('failures are counted by status and direction with their first block, and not in the histogram', () => {
  const { loop, pair } = started({ iodepth: 4, numberIos: 4 });
  const [a, b, c, d] = pair.fetch();
  pair.complete(a.cid, { status: 0x281 });
  pair.complete(b.cid, { status: 0x80 });
  pair.complete(c.cid, { status: 0x281 });
  pair.complete(d.cid);
  loop.run(1);
  assert.deepEqual(loop.failures, [
    { status: 0x281, write: false, count: 2, firstSlba: a.slba },
    { status: 0x80, write: false, count: 1, firstSlba: b.slba },
  ]);
  assert.equal(loop.tally[TALLY.ERRORS], 3);
  assert.equal(loop.tally[TALLY.READS], 1);
  assert.equal(readsOf(loop), 1);
});

test('a slot that failed starts anew', () => {
  const { loop, pair } = started({ iodepth: 1 });
  pair.complete(pair.fetch()[0].cid, { status: 0x80 });
  loop.run(1);
  pair.completeAll();
  loop.run(1);
  assert.deepEqual([loop.tally[TALLY.ERRORS], loop.tally[TALLY.READS]], [1, 1]);
});

test('a split I/O covers consecutive blocks and counts once, after its last part', () => {
  const { loop, pair } = started({ iodepth: 2, parts: 3, partLbas: 8, numberIos: 2 });
  const commands = pair.fetch();
  assert.deepEqual(
    commands.map(({ cid }) => cid),
    [0, 1, 2, 3, 4, 5],
  );
  for (const first of [0, 3]) {
    const { slba } = commands[first];
    assert.equal(slba % 24, 0);
    assert.deepEqual(
      commands.slice(first, first + 3).map((command) => command.slba),
      [slba, slba + 8, slba + 16],
    );
  }
  for (const cid of [5, 0, 3, 1]) {
    pair.complete(cid);
    loop.run(1);
    assert.equal(loop.tally[TALLY.READS], 0);
    assert.equal(loop.outstanding(), 2);
  }
  pair.complete(4);
  loop.run(1);
  assert.equal(loop.tally[TALLY.READS], 1);
  pair.complete(2);
  loop.run(1);
  assert.equal(readsOf(loop), 2);
  assert.equal(loop.outstanding(), 0);
});

test('a part that completes twice is unexpected, and its I/O waits for the others', () => {
  const { loop, pair } = started({ iodepth: 1, parts: 2, numberIos: 1 });
  pair.fetch();
  pair.complete(0);
  pair.complete(0);
  loop.run(1);
  assert.deepEqual([loop.tally[TALLY.UNEXPECTED], loop.tally[TALLY.READS], loop.outstanding()], [1, 0, 1]);
  pair.complete(1);
  loop.run(1);
  assert.deepEqual([loop.tally[TALLY.READS], loop.outstanding()], [1, 0]);
});

test('a mixed job reads into other memory than it writes from', () => {
  for (const parts of [1, 2]) {
    const workload = { ...playedSpec().spec.workload, readPercent: 50 };
    const { loop, pair } = started({ iodepth: 2, parts, partLbas: 8, workload, numberIos: 200 });
    const seen = { 1: new Set<number>(), 2: new Set<number>() };
    for (let round = 0; round < 200; round++) {
      for (const { cid, opcode, words } of pair.fetch()) {
        seen[opcode as 1 | 2].add(words[6]);
        pair.complete(cid);
      }
      loop.run(1);
    }
    const commands = Array.from({ length: 2 * parts }, (_, cid) => 0x1000 + cid);
    assert.deepEqual([...seen[2]].sort(), commands);
    assert.deepEqual(
      [...seen[1]].sort(),
      commands.map((word) => word + 2 * parts),
    );
  }
});

test('a split I/O fails once, with the status of the part that failed first', () => {
  const { loop, pair } = started({ iodepth: 1, parts: 3, numberIos: 1 });
  const [first] = pair.fetch();
  pair.complete(1, { status: 0x281 });
  pair.complete(0, { status: 0x80 });
  pair.complete(2);
  loop.run(1);
  assert.deepEqual(loop.failures, [{ status: 0x281, write: false, count: 1, firstSlba: first.slba }]);
  assert.equal(readsOf(loop), 0);
});

test('the parts of an I/O carry on past block 2^32', () => {
  const workload = {
    random: false,
    readPercent: 100,
    blockLbas: 24,
    startLba: 2 ** 32 - 8,
    blocks: 2,
    seed: 1,
  };
  const { pair } = started({ iodepth: 1, parts: 3, partLbas: 8, workload });
  assert.deepEqual(
    pair.fetch().map(({ slba }) => slba),
    [2 ** 32 - 8, 2 ** 32, 2 ** 32 + 8],
  );
});

test('every address lies in the region, on a multiple of the block size', () => {
  const workload = { random: true, readPercent: 100, blockLbas: 8, startLba: 100, blocks: 10, seed: 7 };
  const { loop, pair } = started({ workload });
  const seen = new Set<number>();
  for (let round = 0; round < 200; round++) {
    for (const { cid, slba, lbas, nsid } of pair.fetch()) {
      assert.ok(slba >= 100 && slba + lbas <= 180 && (slba - 100) % 8 === 0, `block ${slba}`);
      assert.equal(nsid, 1);
      seen.add(slba);
      pair.complete(cid);
    }
    loop.run(1);
  }
  assert.equal(seen.size, 10);
});

test('after the stop time nothing is submitted, and what is outstanding still counts', () => {
  const { loop, pair } = started();
  loop.stopAtMs = nowMs();
  const [first, ...others] = pair.fetch();
  pair.complete(first.cid);
  loop.run(1);
  assert.equal(loop.submitting, false);
  assert.equal(pair.fetch().length, 0);
  for (const { cid } of others) pair.complete(cid);
  loop.run(1);
  assert.equal(loop.tally[TALLY.READS], 4);
  assert.equal(loop.outstanding(), 0);
});

test('a completion that names no outstanding command is told apart and changes nothing else', () => {
  const { loop, pair } = started({ iodepth: 2, numberIos: 2 });
  pair.fetch();
  pair.complete(77);
  pair.complete(0);
  pair.complete(0);
  loop.run(1);
  assert.equal(loop.tally[TALLY.UNEXPECTED], 2);
  assert.equal(loop.tally[TALLY.READS], 1);
  assert.equal(loop.outstanding(), 1);
});

test('empty polls and batches are counted', () => {
  const { loop, pair } = started();
  loop.run(3);
  pair.completeAll();
  loop.run(2);
  assert.equal(loop.tally[TALLY.EMPTY_POLLS], 4);
  assert.equal(loop.tally[TALLY.BATCHES], 1);
});

test('one doorbell of each queue is written for a batch, at its end', () => {
  const { loop, pair } = started({ iodepth: 4 });
  const doorbells = pair.doorbellValues;
  pair.completeAll();
  assert.deepEqual(doorbells(), { sqTail: 4, cqHead: 0 });
  loop.run(1);
  // Queues of five entries: eight submissions, four completions.
  assert.deepEqual(doorbells(), { sqTail: 3, cqHead: 4 });
});

test('the end of the ramp forgets counts and charges what is outstanding to the budget', () => {
  const { loop, pair } = started({ iodepth: 4 });
  for (let round = 0; round < 10; round++) {
    for (const { cid } of pair.fetch()) pair.complete(cid, { status: round === 0 ? 0x80 : 0 });
    loop.run(1);
  }
  loop.reset(10);
  assert.equal(readsOf(loop), 0);
  assert.deepEqual(loop.failures, []);
  assert.equal(loop.budget[0], 6);
  for (let round = 0; round < 10; round++) {
    pair.completeAll();
    loop.run(1);
  }
  assert.equal(loop.tally[TALLY.READS], 10);
});

test('the oldest outstanding I/O is found over all lanes', async () => {
  const { loop, pairs } = started({ iodepth: 2 }, 2);
  const primedMs = nowMs();
  assert.ok(loop.oldestMs() <= primedMs);
  await sleepMs(2);
  for (const pair of pairs) pair.completeAll();
  loop.run(1);
  assert.ok(loop.oldestMs() > primedMs);
  loop.submitting = false;
  for (const pair of pairs) pair.completeAll();
  loop.run(1);
  assert.equal(loop.oldestMs(), Number.POSITIVE_INFINITY);
});
