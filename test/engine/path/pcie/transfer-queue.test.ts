import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BATCH, SLOT } from '../../../../engine/path/path.js';
import { NearQueue } from '../../../../engine/path/pcie/near-queue.js';
import {
  ListQueue,
  PageQueue,
  type PcieQueueSpec,
  POINTER,
  type TransferQueue,
} from '../../../../engine/path/pcie/transfer-queue.js';
import { takeRecords } from '../../../../engine/path/records.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { seededRandom } from '../../stats/random.js';
import { type LaneShape, PRP1, playedLane } from './played-lane.js';

const [WRITE, READ] = [0x01, 0x02];

type QueueClass = new (...args: ConstructorParameters<typeof PageQueue>) => TransferQueue;

function queueOf(change: Partial<LaneShape> = {}, Queue: QueueClass = NearQueue) {
  const { spec, pair } = playedLane(change);
  const slots = takeRecords(spec.iodepth);
  const queue = new Queue(spec, slots);
  const set = (slot: number, opcode: number, slba = 0): void => {
    slots[slot * SLOT.WORDS + SLOT.OPCODE] = opcode;
    slots[slot * SLOT.WORDS + SLOT.SLBA_LOW] = slba | 0;
    slots[slot * SLOT.WORDS + SLOT.SLBA_HIGH] = Math.floor(slba / 2 ** 32);
  };
  for (let slot = 0; slot < spec.iodepth; slot++) set(slot, READ);
  const post = (...cids: number[]): void => {
    queue.post(Uint16Array.from(cids), cids.length);
    queue.ring();
  };
  const reap = (most = BATCH): number[] => {
    const into = new Uint16Array(BATCH);
    return [...into.subarray(0, queue.reap(into, most))];
  };
  return { spec, queue, pair, set, post, reap };
}

/** The bytes of a submission entry, as a controller reads them. */
function entryBytes({ queue: { sqAddress } }: PcieQueueSpec, entry: number): string {
  return Buffer.from(viewAt(sqAddress, (entry + 1) * 64))
    .subarray(entry * 64)
    .toString('hex');
}

/** Fields in their order in memory: NVMe base 2.0, 4.1; NVM command set 1.0, 3.2.4 (Read) and 3.2.6 (Write). */
const golden = (fields: { cdw0: string; prp1: string; prp2: string; slba: string; nlb: string }): string =>
  [
    fields.cdw0, // opcode, no fuse, PRP, CID
    '01000000', // NSID 1
    '0000000000000000', // CDW2, CDW3
    '0000000000000000', // MPTR
    fields.prp1,
    fields.prp2,
    fields.slba,
    fields.nlb, // zero-based; no flags
    '000000000000000000000000', // CDW13 to CDW15
  ].join('');

/** Each class, and what its commands have that those of others need not. */
const CLASSES = [
  { Queue: NearQueue, second: false, far: false },
  { Queue: PageQueue, second: false, far: true },
  { Queue: ListQueue, second: true, far: true },
];

/** A queue of eight slots whose pointers have all the words that it writes. */
function wideQueue({ Queue, second }: (typeof CLASSES)[number]) {
  const { spec, pair } = playedLane({ iodepth: 8, partLbas: 0x1235, readPercent: 50, secondPages: second });
  for (let at = 0; at < spec.pointers.length; at += POINTER.WORDS) {
    spec.pointers[at + POINTER.PRP1_HIGH] = 0x89abcdef | 0;
    spec.pointers[at + POINTER.PRP2_HIGH] = second ? 0x7f : 0;
  }
  const slots = takeRecords(8);
  // What lay there before is of no meaning.
  new Uint8Array(viewAt(spec.queue.sqAddress, 9 * 64)).fill(0xee);
  return { spec, pair, slots, queue: new Queue(spec, slots) };
}

describe('commands are laid out as the specification has them', () => {
  for (const kind of CLASSES) {
    for (const { name, opcode, cdw0, prp1, prp2 } of [
      { name: 'read', opcode: READ, cdw0: '02000300', prp1: '03100000efcdab89', prp2: '032000007f000000' },
      { name: 'write', opcode: WRITE, cdw0: '01000300', prp1: '0b100000efcdab89', prp2: '0b2000007f000000' },
    ]) {
      test(`${kind.Queue.name}: a ${name}`, () => {
        const { spec, slots, queue } = wideQueue(kind);
        const record = 3 * SLOT.WORDS;
        slots[record + SLOT.OPCODE] = opcode;
        slots.set([0x89abcdef | 0, kind.far ? 0x11 : 0], record + SLOT.SLBA_LOW);
        queue.post(Uint16Array.of(3), 1);
        const expected = golden({
          cdw0,
          prp1,
          prp2: kind.second ? prp2 : '0000000000000000',
          slba: kind.far ? 'efcdab8911000000' : 'efcdab8900000000',
          nlb: '34120000',
        });
        assert.equal(entryBytes(spec, 0), expected);
      });
    }
  }
});

for (const kind of CLASSES) {
  test(`${kind.Queue.name}: an entry keeps nothing of the command that it had before`, () => {
    const [used, fresh] = [wideQueue(kind), wideQueue(kind)];
    for (let slot = 0; slot < 8; slot++) {
      const record = slot * SLOT.WORDS;
      used.slots[record + SLOT.OPCODE] = WRITE;
      used.slots.set([-1, kind.far ? -1 : 0], record + SLOT.SLBA_LOW);
    }
    for (const { slots } of [used, fresh]) {
      slots[SLOT.OPCODE] = READ;
      slots.set([7, 0], SLOT.SLBA_LOW);
    }
    // Nine entries: the tenth command lies where the first, a write to the last blocks, lay.
    used.queue.post(Uint16Array.of(7, 6, 5, 4, 3, 2, 1, 7, 6, 0), 10);
    fresh.queue.post(Uint16Array.of(0), 1);
    assert.equal(entryBytes(used.spec, 0), entryBytes(fresh.spec, 0));
  });
}

test('of a job that only writes, the pointers of writes come first', () => {
  const { pair, set, post } = queueOf({ readPercent: 0 });
  set(2, WRITE);
  post(2);
  assert.equal(pair.fetch()[0].words[6], PRP1 + 2);
});

test('the data of a slot is the memory that its writes send', () => {
  const { spec, queue } = queueOf({ readPercent: 50 });
  assert.equal(queue.writeData.length, 4);
  for (const [slot, words] of queue.writeData.entries()) {
    assert.equal(words.byteLength, spec.bsBytes);
    words[0] = 0x1111 * slot;
    assert.equal(new Int32Array(viewAt(spec.writeBuffers[slot], 4))[0], 0x1111 * slot);
  }
  assert.deepEqual(queueOf({ readPercent: 100 }).queue.writeData, []);
});

test('posted commands are told only by the doorbell, and the tail wraps', () => {
  const { queue, pair } = queueOf({ iodepth: 2 });
  queue.post(Uint16Array.of(0, 1), 2);
  assert.equal(pair.doorbellValues().sqTail, 0);
  queue.ring();
  assert.equal(pair.doorbellValues().sqTail, 2);
  assert.deepEqual(
    pair.fetch().map(({ cid }) => cid),
    [0, 1],
  );
  queue.post(Uint16Array.of(1, 0), 2);
  queue.ring();
  assert.equal(pair.doorbellValues().sqTail, 1);
  assert.deepEqual(
    pair.fetch().map(({ cid }) => cid),
    [1, 0],
  );
});

test('a batch carries what it says, not what its array has beyond', () => {
  const { queue, pair } = queueOf();
  queue.post(Uint16Array.of(2, 3, 1, 0), 2);
  queue.ring();
  assert.deepEqual(
    pair.fetch().map(({ cid }) => cid),
    [2, 3],
  );
});

test('completions are reaped once, in their order, over many turns of the ring', () => {
  const { pair, queue, reap } = queueOf({ iodepth: 3, entries: 5 });
  for (let round = 0; round < 40; round++) {
    const cids = [round % 3, (round + 1) % 3, (round + 2) % 3];
    assert.deepEqual(reap(), []);
    for (const cid of cids) pair.complete(cid);
    assert.deepEqual(reap(), cids);
    queue.releaseAll();
  }
});

test('a reap takes no more than it is told, and the next one the rest', () => {
  const { pair, reap } = queueOf({ iodepth: 6 });
  for (let cid = 0; cid < 6; cid++) pair.complete(cid);
  assert.deepEqual([reap(4), reap(4), reap(4)], [[0, 1, 2, 3], [4, 5], []]);
});

test('the status of each I/O of a batch is its own, wherever in it the failures are', () => {
  const { pair, queue, reap } = queueOf({ iodepth: 5 });
  const statusesOf = (...statuses: number[]): number[] => {
    for (const [cid, status] of statuses.entries()) pair.complete(cid, { status });
    const count = reap().length;
    queue.releaseAll();
    return [...queue.statuses.subarray(0, count)];
  };
  assert.deepEqual(statusesOf(0x281, 0x80, 0x7fff, 0x4080, 1), [0x281, 0x80, 0x7fff, 0x4080, 1]);
  assert.equal(queue.failures, 5);
  assert.deepEqual(statusesOf(0, 0, 0x80, 0, 0x281), [0, 0, 0x80, 0, 0x281]);
  assert.equal(queue.failures, 2);
  for (let cid = 0; cid < 5; cid++) pair.complete(cid);
  reap();
  assert.equal(queue.failures, 0);
});

test('identifiers beyond those of the queue are counted, and no slot comes of them', () => {
  const { pair, queue, reap } = queueOf({ iodepth: 3, entries: 16 });
  for (const [turn, status] of [0, 0x80].entries()) {
    for (const cid of [3, 0, 0xffff, 2, 3, 100]) pair.complete(cid, { status: cid > 2 ? status : 0 });
    assert.deepEqual(reap(), [0, 2]);
    assert.deepEqual([queue.unexpected, queue.failures], [4 * (turn + 1), 0]);
    queue.releaseAll();
  }
});

test('the completion doorbell waits for more than a quarter of a large ring', () => {
  const { pair, queue, reap } = queueOf({ iodepth: 8, entries: 64 });
  for (let count = 1; count <= 40; count++) {
    pair.complete(count % 8);
    reap();
    queue.release();
    assert.equal(pair.doorbellValues().cqHead, count < 17 ? 0 : count < 34 ? 17 : 34);
  }
});

test('all room is given back when asked for, once', () => {
  const { pair, queue, reap } = queueOf({ iodepth: 8, entries: 64 });
  queue.releaseAll();
  assert.equal(pair.doorbellValues().cqHead, 0);
  for (let cid = 0; cid < 3; cid++) pair.complete(cid);
  reap(2);
  queue.releaseAll();
  assert.equal(pair.doorbellValues().cqHead, 2);
});

for (const [iodepth, entries] of [
  [1, 2],
  [1, 3],
  [3, 4],
  [4, 6],
  [7, 16],
  [32, 33],
  [32, 48],
  [100, 128],
  [32, 256],
  [200, 1024],
])
  test(`depth ${iodepth} in rings of ${entries}: no more wait for the doorbell than a quarter, nor than there is room`, () => {
    const { pair, queue, post, reap } = queueOf({ iodepth, entries });
    const random = seededRandom(iodepth * 1000 + entries);
    const posted: number[] = [];
    const completed: { readonly cid: number; readonly status: number }[] = [];
    let free = Array.from({ length: iodepth }, (_, slot) => slot);
    let most = 0;
    for (let round = 0; round < 600; round++) {
      for (const { cid } of pair.fetch()) posted.push(cid);
      // The played queue throws where a completion has no room.
      for (let count = Math.ceil(random() * posted.length); count > 0; count--) {
        const [cid] = posted.splice(Math.floor(random() * posted.length), 1);
        completed.push({ cid, status: round % 2 === 1 && random() < 0.2 ? 0x80 + cid : 0 });
        pair.complete(cid, completed.at(-1));
      }
      const taken = reap(Math.ceil(random() * BATCH));
      const expected = completed.splice(0, taken.length);
      assert.deepEqual(
        taken.map((cid, i) => ({ cid, status: queue.failures === 0 ? 0 : queue.statuses[i] })),
        expected,
      );
      assert.equal(queue.failures, expected.filter(({ status }) => status !== 0).length);
      queue.release();
      const ready = pair.unreleased();
      const outstanding = iodepth - free.length - taken.length;
      free = [...free, ...taken];
      const waiting = ready - (outstanding - posted.length);
      most = Math.max(most, waiting);
      assert.ok(waiting <= entries / 4, `${waiting} of ${entries} wait`);
      assert.ok(waiting + outstanding < entries, `${waiting} wait and ${outstanding} are to come`);
      const count = Math.min(free.length, BATCH, Math.ceil(random() * iodepth));
      post(...free.splice(0, count));
      assert.ok(waiting + iodepth - free.length < entries);
    }
    assert.ok(most <= Math.max(0, Math.min(entries >> 2, entries - 1 - iodepth)));
    if (entries >= 2 * iodepth + 2) assert.ok(most > 0, 'the doorbell never waited');
  });
