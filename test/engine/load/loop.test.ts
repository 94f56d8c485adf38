import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Loop } from '../../../engine/load/loop.js';
import { TALLY } from '../../../engine/load/tally.js';
import { BATCH } from '../../../engine/path/path.js';
import { countsOf } from '../../../engine/stats/operations.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import { nowNs, sleepMs } from '../../../engine/sys/clock.js';
import { seededRandom } from '../stats/random.js';
import { playedSpec } from './specs.js';

function started(change: Parameters<typeof playedSpec>[0] = {}, lanes = 1) {
  const { spec, pairs, control } = playedSpec(change, lanes);
  const loop = new Loop(spec, control.activeSet());
  loop.prime();
  return { loop, pairs, pair: pairs[0], spec };
}

const readsOf = (loop: Loop): number => totalCountOf(countsOf(loop.histograms, 'read'));
const writesOf = (loop: Loop): number => totalCountOf(countsOf(loop.histograms, 'write'));

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

for (const [iodepth, numberIos] of [
  [4, 1],
  [4, 3],
  [4, 4],
  [4, 5],
  [4, 1000],
  [150, 100],
  [150, 151],
  [150, 1000],
]) {
  test(`a budget of ${numberIos} I/Os at depth ${iodepth} on two lanes is spent exactly`, () => {
    const { loop, pairs } = started({ iodepth, numberIos }, 2);
    let issued = 0;
    for (let round = 0; round < 2 * numberIos + 2; round++) {
      for (const pair of pairs) issued += pair.completeAll();
      loop.run(3);
    }
    assert.equal(issued, numberIos);
    assert.equal(loop.tally[TALLY.COMPLETED], numberIos);
    assert.equal(readsOf(loop), numberIos);
    assert.equal(loop.outstanding(), 0);
    assert.equal(loop.pacer.spent, true);
  });
}

test('a turn takes a batch of a lane at most, and submits it again before it takes the rest', () => {
  const iodepth = 3 * BATCH + 8;
  const { loop, pair } = started({ iodepth });
  const cids = pair.fetch().map(({ cid }) => cid);
  assert.equal(cids.length, iodepth);
  for (const cid of cids) pair.complete(cid);
  const again: number[] = [];
  for (const count of [BATCH, BATCH, BATCH, 8, 0]) {
    loop.run(1);
    const fetched = pair.fetch();
    assert.equal(fetched.length, count);
    again.push(...fetched.map(({ cid }) => cid));
    assert.equal(loop.outstanding(), iodepth);
    assert.equal(loop.tally[TALLY.COMPLETED], again.length);
  }
  assert.deepEqual(again, cids);
  assert.deepEqual([loop.tally[TALLY.BATCHES], loop.tally[TALLY.EMPTY_POLLS]], [4, 1]);
});

test('a lane with much to reap does not keep the next one waiting', () => {
  const { loop, pairs } = started({ iodepth: 2 * BATCH }, 2);
  for (const pair of pairs) pair.completeAll();
  loop.run(1);
  assert.deepEqual(
    pairs.map((pair) => pair.fetch().length),
    [BATCH, BATCH],
  );
});

test('each latency is counted once, with the operation of its command', () => {
  const { loop, pair } = started({ readPercent: 30, numberIos: 2000 });
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
  assert.equal(loop.tally[TALLY.COMPLETED], 2000);
});

test('failures are counted by status and operation with their first block, and not in the histogram', () => {
  const { loop, pair } = started({ iodepth: 5, numberIos: 5, readPercent: 50, seed: 3 });
  const commands = pair.fetch();
  const reads = commands.filter(({ opcode }) => opcode === 0x02);
  const writes = commands.filter(({ opcode }) => opcode === 0x01);
  assert.ok(reads.length >= 2 && writes.length >= 2, 'another seed has two of each');
  pair.complete(reads[0].cid, { status: 0x281 });
  pair.complete(writes[0].cid, { status: 0x281 });
  pair.complete(reads[1].cid, { status: 0x281 });
  pair.complete(writes[1].cid, { status: 0x80 });
  const rest = commands.find(
    ({ cid }) => ![...reads.slice(0, 2), ...writes.slice(0, 2)].some((c) => c.cid === cid),
  );
  pair.complete(rest!.cid);
  loop.run(1);
  const [found] = loop.reapedNs;
  assert.deepEqual(loop.failures.list, [
    { status: 0x281, operation: 'read', count: 2, firstSlba: reads[0].slba, firstAtNs: found },
    { status: 0x281, operation: 'write', count: 1, firstSlba: writes[0].slba, firstAtNs: found },
    { status: 0x80, operation: 'write', count: 1, firstSlba: writes[1].slba, firstAtNs: found },
  ]);
  assert.deepEqual([loop.tally[TALLY.ERRORS], ...loop.failures.errors.slice(0, 2)], [4, 2, 2]);
  assert.equal(loop.tally[TALLY.COMPLETED], 1);
  assert.equal(readsOf(loop) + writesOf(loop), 1);
});

test('the first block of a failure is whole beyond 2^32', () => {
  const region = { startLba: 2 ** 33 + 2 ** 32 - 8, blockLbas: 8, blocks: 2 };
  const { loop, pair } = started({ iodepth: 1, random: false, region, sizeLbas: 2 ** 40 });
  const [{ cid, slba }] = pair.fetch();
  pair.complete(cid, { status: 0x80 });
  loop.run(1);
  assert.deepEqual([slba, loop.failures.list[0].firstSlba], [region.startLba, region.startLba]);
});

test('a slot that failed starts anew', () => {
  const { loop, pair } = started({ iodepth: 1 });
  pair.complete(pair.fetch()[0].cid, { status: 0x80 });
  loop.run(1);
  pair.completeAll();
  loop.run(1);
  assert.deepEqual([loop.tally[TALLY.ERRORS], loop.tally[TALLY.COMPLETED]], [1, 1]);
});

test('a split I/O counts once, after its last command', () => {
  const { loop, pair } = started({ iodepth: 2, parts: 3, numberIos: 2 });
  const commands = pair.fetch();
  assert.deepEqual(
    commands.map(({ cid }) => cid),
    [0, 1, 2, 3, 4, 5],
  );
  for (const first of [0, 3]) assert.equal(commands[first].slba % 24, 0);
  for (const cid of [5, 0, 3, 1]) {
    pair.complete(cid);
    loop.run(1);
    assert.equal(loop.tally[TALLY.COMPLETED], 0);
    assert.equal(loop.outstanding(), 2);
  }
  pair.complete(4);
  loop.run(1);
  assert.equal(loop.tally[TALLY.COMPLETED], 1);
  pair.complete(2);
  loop.run(1);
  assert.equal(readsOf(loop), 2);
  assert.equal(loop.outstanding(), 0);
});

test('a split I/O fails once, at its first block', () => {
  const { loop, pair } = started({ iodepth: 1, parts: 3, numberIos: 1 });
  const [first] = pair.fetch();
  pair.complete(1, { status: 0x281 });
  pair.complete(0, { status: 0x80 });
  pair.complete(2);
  loop.run(1);
  assert.deepEqual(loop.failures.list, [
    { status: 0x281, operation: 'read', count: 1, firstSlba: first.slba, firstAtNs: loop.reapedNs[0] },
  ]);
  assert.equal(readsOf(loop), 0);
});

test('a mixed job reads into other memory than it writes from', () => {
  for (const parts of [1, 2]) {
    const { loop, pair } = started({ iodepth: 2, parts, readPercent: 50, numberIos: 200 });
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

test('every address lies in the region, on a multiple of the block size', () => {
  const region = { startLba: 100, blockLbas: 8, blocks: 10 };
  const { loop, pair } = started({ region, seed: 7 });
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

for (const iodepth of [4, 150])
  test(`slots that were parked come back: the whole depth of ${iodepth} is kept again after the ramp`, () => {
    const { loop, pair } = started({ iodepth });
    loop.pacer.renew(0);
    while (loop.outstanding() > 0) {
      pair.completeAll();
      loop.run(1);
    }
    loop.reset(10 * iodepth);
    loop.prime();
    let issued = 0;
    while (issued < 9 * iodepth) {
      const cids = pair.fetch().map(({ cid }) => cid);
      issued += cids.length;
      assert.equal(new Set(cids).size, cids.length);
      assert.equal(loop.outstanding(), iodepth);
      for (const cid of cids) pair.complete(cid);
      loop.run(1 + Math.ceil(iodepth / BATCH));
    }
    while (loop.outstanding() > 0) {
      issued += pair.completeAll();
      loop.run(1);
    }
    assert.deepEqual([issued, loop.tally[TALLY.COMPLETED]], [10 * iodepth, 10 * iodepth]);
  });

test('the end of the ramp forgets counts and charges what is outstanding to the budget', () => {
  const { loop, pair } = started({ iodepth: 4 });
  for (let round = 0; round < 10; round++) {
    for (const { cid } of pair.fetch()) pair.complete(cid, { status: round === 0 ? 0x80 : 0 });
    loop.run(1);
  }
  loop.reset(10);
  assert.equal(readsOf(loop), 0);
  assert.deepEqual([loop.failures.list, ...loop.failures.errors.slice(0, 2)], [[], 0, 0]);
  for (let round = 0; round < 10; round++) {
    pair.completeAll();
    loop.run(1);
  }
  assert.equal(loop.tally[TALLY.COMPLETED], 10);
});

test('the oldest outstanding I/O is found over all lanes', async () => {
  const { loop, pairs } = started({ iodepth: 2 }, 2);
  const primedNs = nowNs();
  assert.ok(loop.oldestNs() <= primedNs);
  await sleepMs(2);
  for (const pair of pairs) pair.completeAll();
  loop.run(1);
  assert.ok(loop.oldestNs() > primedNs);
  loop.submitting = false;
  for (const pair of pairs) pair.completeAll();
  loop.run(1);
  assert.equal(loop.oldestNs(), Number.POSITIVE_INFINITY);
});
