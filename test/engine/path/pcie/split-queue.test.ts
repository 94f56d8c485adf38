import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH, SLOT } from '../../../../engine/path/path.js';
import { SplitQueue } from '../../../../engine/path/pcie/split-queue.js';
import { seededRandom } from '../../stats/random.js';
import { type LaneShape, PRP1, playedLane } from './played-lane.js';

const [WRITE, READ] = [0x01, 0x02];

function queueOf(change: Partial<LaneShape> = {}) {
  const { spec, pair } = playedLane({ iodepth: 2, parts: 3, ...change });
  const slots = new Int32Array(spec.iodepth * SLOT.WORDS);
  const queue = new SplitQueue(spec, slots);
  const post = (slot: number, slba = 0, opcode = READ, lbas = spec.parts * spec.partLbas): void => {
    slots[slot * SLOT.WORDS + SLOT.LBAS] = lbas;
    slots[slot * SLOT.WORDS + SLOT.OPCODE] = opcode;
    slots[slot * SLOT.WORDS + SLOT.SLBA_LOW] = slba | 0;
    slots[slot * SLOT.WORDS + SLOT.SLBA_HIGH] = Math.floor(slba / 2 ** 32);
    queue.post(Uint16Array.of(slot), 1);
    queue.ring();
  };
  const reap = (most = BATCH): number[] => {
    const into = new Uint16Array(BATCH);
    return [...into.subarray(0, queue.reap(into, most))];
  };
  return { spec, queue, pair, post, reap };
}

test('an I/O is its commands on consecutive blocks, of which the last may be shorter', () => {
  const { pair, post } = queueOf();
  post(1, 96, READ, 21);
  assert.deepEqual(
    pair.fetch().map(({ cid, opcode, nsid, slba, lbas }) => ({ cid, opcode, nsid, slba, lbas })),
    [
      { cid: 3, opcode: READ, nsid: 1, slba: 96, lbas: 8 },
      { cid: 4, opcode: READ, nsid: 1, slba: 104, lbas: 8 },
      { cid: 5, opcode: READ, nsid: 1, slba: 112, lbas: 5 },
    ],
  );
});

test('each command has its own piece of the buffer, that of writes where it writes', () => {
  const { pair, post } = queueOf({ readPercent: 50, secondPages: true, partLbas: 24 });
  const piecesOf = () => pair.fetch().map(({ words }) => [words[6] - PRP1, words[8] - words[6]]);
  post(1);
  assert.deepEqual(piecesOf(), [
    [3, 0x1000],
    [4, 0x1000],
    [5, 0x1000],
  ]);
  post(0, 0, WRITE);
  assert.deepEqual(piecesOf(), [
    [6, 0x1000],
    [7, 0x1000],
    [8, 0x1000],
  ]);
});

test('the commands of an I/O carry on past block 2^32', () => {
  for (const first of [2 ** 32 - 8, 2 ** 32 - 16, 2 ** 32 - 4, 2 ** 40 - 8]) {
    const { pair, post } = queueOf();
    post(0, first);
    assert.deepEqual(
      pair.fetch().map(({ slba }) => slba),
      [first, first + 8, first + 16],
    );
  }
});

test('an I/O completes with its last command, whatever the order', () => {
  const { pair, queue, post, reap } = queueOf();
  const random = seededRandom(3);
  for (let round = 0; round < 60; round++) {
    post(0);
    post(1);
    const order = pair
      .fetch()
      .map(({ cid }) => ({ cid, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ cid }) => cid);
    const left = [3, 3];
    for (const cid of order) {
      pair.complete(cid);
      const slot = cid < 3 ? 0 : 1;
      assert.deepEqual(reap(), --left[slot] === 0 ? [slot] : []);
      queue.release();
    }
  }
});

test('an I/O fails once, with the status of the command that failed first', () => {
  const { pair, queue, post, reap } = queueOf();
  post(0);
  post(1);
  pair.complete(3);
  pair.complete(1, { status: 0x281 });
  pair.complete(4);
  pair.complete(0, { status: 0x80 });
  pair.complete(5);
  pair.complete(2);
  assert.deepEqual(reap(), [1, 0]);
  assert.deepEqual([queue.failures, ...queue.statuses.subarray(0, 2)], [1, 0, 0x281]);
});

test('a slot whose I/O failed starts without its status', () => {
  const { pair, queue, post, reap } = queueOf({ iodepth: 1, entries: 8 });
  for (const status of [0x281, 0]) {
    post(0);
    for (const cid of [0, 1, 2]) pair.complete(cid, { status: cid === 0 ? status : 0 });
    assert.deepEqual(reap(), [0]);
    assert.equal(queue.failures, status === 0 ? 0 : 1);
    queue.releaseAll();
  }
});

test('commands that are not outstanding are counted, and the I/O waits for its own', () => {
  const { pair, queue, post, reap } = queueOf({ entries: 32 });
  post(0);
  for (const cid of [0, 0, 3, 5, 6, 0xffff, 1, 1]) pair.complete(cid, { status: cid === 0 ? 0 : 0x80 });
  assert.deepEqual(reap(), []);
  assert.equal(queue.unexpected, 6);
  pair.complete(2);
  assert.deepEqual(reap(), [0]);
  pair.complete(2);
  assert.deepEqual(reap(), []);
  assert.equal(queue.unexpected, 7);
});

test('a failure of a command that nobody awaits is not the next I/O’s', () => {
  const { pair, queue, post, reap } = queueOf({ iodepth: 1, entries: 16 });
  pair.complete(1, { status: 0x80 });
  assert.deepEqual(reap(), []);
  post(0);
  for (const cid of [0, 1, 2]) pair.complete(cid);
  assert.deepEqual(reap(), [0]);
  assert.equal(queue.failures, 0);
});

test('a reap is bounded in I/Os, and takes the rest of them later', () => {
  const { pair, post, reap } = queueOf({ iodepth: 5, parts: 2 });
  for (let slot = 0; slot < 5; slot++) post(slot);
  for (let cid = 0; cid < 10; cid++) pair.complete(cid);
  assert.deepEqual([reap(2), reap(2), reap(2), reap(2)], [[0, 1], [2, 3], [4], []]);
});

for (const [iodepth, parts, entries] of [
  [1, 2, 3],
  [4, 3, 13],
  [4, 3, 16],
  [8, 4, 128],
])
  test(`depth ${iodepth} of ${parts} commands in rings of ${entries}: the ring holds what waits and what is to come`, () => {
    const { pair, queue, post, reap } = queueOf({ iodepth, parts, entries });
    const random = seededRandom(entries);
    let free = Array.from({ length: iodepth }, (_, slot) => slot);
    const posted: number[] = [];
    let ios = 0;
    for (let round = 0; round < 500; round++) {
      for (const slot of free) post(slot);
      free = [];
      for (const { cid } of pair.fetch()) posted.push(cid);
      // The played queue throws where a completion has no room.
      for (let count = Math.ceil(random() * posted.length); count > 0; count--)
        pair.complete(posted.splice(Math.floor(random() * posted.length), 1)[0]);
      free = reap();
      queue.release();
      ios += free.length;
    }
    assert.ok(ios >= 100, `${ios} I/Os`);
    assert.equal(queue.unexpected, 0);
  });

test('an I/O that is shorter than others is fewer commands, the last as long as what is left', () => {
  const { post, pair, reap } = queueOf();
  post(1, 100, READ, 12);
  assert.deepEqual(
    pair.fetch().map(({ cid, slba, lbas }) => [cid, slba, lbas]),
    [
      [3, 100, 8],
      [4, 108, 4],
    ],
  );
  pair.complete(3);
  assert.deepEqual(reap(), []);
  pair.complete(4);
  assert.deepEqual(reap(), [1]);
});
