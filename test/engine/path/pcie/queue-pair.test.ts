import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueuePair } from '../../../../engine/path/pcie/queue-pair.js';
import { mapAnonymous } from '../../../../engine/sys/mapping.js';

const SQ = 0;
const CQ = 4096;
const DOORBELLS = 8192;

function pairOf(entries: number) {
  const memory = mapAnonymous(3 * 4096);
  const pair = new QueuePair({
    qid: 1,
    entries,
    sqAddress: memory.address,
    cqAddress: memory.address + BigInt(CQ),
    sqTailDoorbell: memory.address + BigInt(DOORBELLS),
    cqHeadDoorbell: memory.address + BigInt(DOORBELLS + 4),
  });
  const bytes = new DataView(memory.buffer);
  const complete = (entry: number, cid: number, status: number, phase: number, sqHead = 0): void => {
    bytes.setUint32(CQ + entry * 16, 0xdead, true);
    bytes.setUint16(CQ + entry * 16 + 8, sqHead, true);
    bytes.setUint16(CQ + entry * 16 + 12, cid, true);
    bytes.setUint16(CQ + entry * 16 + 14, (status << 1) | phase, true);
  };
  return { pair, bytes, complete };
}

test('posted entries are told only by the doorbell', () => {
  const { pair, bytes } = pairOf(4);
  pair.post(new Int32Array(16).fill(1));
  pair.post(new Int32Array(16).fill(2));
  assert.equal(bytes.getUint32(DOORBELLS, true), 0);
  pair.ring();
  assert.equal(bytes.getUint32(DOORBELLS, true), 2);
});

test('the tail wraps at the number of entries', () => {
  const { pair, bytes } = pairOf(3);
  for (let i = 0; i < 4; i++) pair.post(new Int32Array(16).fill(i));
  pair.ring();
  assert.equal(bytes.getUint32(DOORBELLS, true), 1);
  assert.equal(bytes.getUint32(SQ, true), 3);
});

test('nothing is reaped before the phase tag turns', () => {
  const { pair, complete } = pairOf(4);
  assert.equal(pair.reap(), -1);
  complete(0, 9, 0, 0);
  assert.equal(pair.reap(), -1);
  complete(0, 9, 0, 1);
  assert.equal(pair.reap(), 9);
  assert.equal(pair.result, 0xdead);
});

test('the phase tag is expected inverted after each turn of the ring', () => {
  const { pair, complete } = pairOf(2);
  complete(0, 1, 0, 1);
  complete(1, 2, 0, 1);
  assert.deepEqual([pair.reap(), pair.reap(), pair.reap()], [1, 2, -1]);
  complete(0, 3, 0, 0);
  complete(1, 4, 0, 0);
  assert.deepEqual([pair.reap(), pair.reap(), pair.reap()], [3, 4, -1]);
  complete(0, 5, 0, 1);
  assert.equal(pair.reap(), 5);
});

test('the status field of a completion is its upper 15 bits', () => {
  const { pair, complete } = pairOf(2);
  complete(0, 1, 0x4080, 1);
  pair.reap();
  assert.equal(pair.status, 0x4080);
});

test('release tells the head once for all that was reaped', () => {
  const { pair, bytes, complete } = pairOf(4);
  for (let i = 0; i < 3; i++) complete(i, i, 0, 1);
  while (pair.reap() >= 0);
  assert.equal(bytes.getUint32(DOORBELLS + 4, true), 0);
  pair.release();
  assert.equal(bytes.getUint32(DOORBELLS + 4, true), 3);
});

test('an SQ head past the tail is told of, wherever in the ring, and one that stays or follows is not', () => {
  for (const posted of [0, 1, 3, 5]) {
    const { pair, complete } = pairOf(4);
    let completed = 0;
    const reap = (sqHead: number): void => {
      complete(completed % 4, 0, 0, Math.floor(completed / 4) % 2 === 0 ? 1 : 0, sqHead);
      completed++;
      pair.reap();
    };
    for (let i = 0; i < posted; i++) {
      pair.post(new Int32Array(16));
      reap(i % 4); // that of the one before: it may lag
    }
    reap(posted % 4);
    assert.equal(pair.astray, false, `${posted} posted`);
    reap((posted + 1) % 4);
    assert.equal(pair.astray, true, `${posted} posted`);
  }
});

test('a queue is in step however far both sides are, also while completions wait', () => {
  const { pair, complete } = pairOf(4);
  for (let posted = 0; posted < 10; posted++) {
    assert.ok(pair.inStep(), `${posted} posted`);
    complete(posted % 4, 0, 0, Math.floor(posted / 4) % 2 === 0 ? 1 : 0);
    assert.ok(pair.inStep(), `${posted} posted, one waits`);
    pair.reap();
  }
});

test('a queue that was posted over is out of step, however far', () => {
  for (const taken of [0, 1, 3, 6])
    for (const over of [1, 2, 3]) {
      const { pair, complete } = pairOf(4);
      const post = (posted: number): void =>
        complete(posted % 4, 0, 0, Math.floor(posted / 4) % 2 === 0 ? 1 : 0);
      for (let posted = 0; posted < taken; posted++) {
        post(posted);
        pair.reap();
      }
      for (let posted = taken; posted < taken + 4 + over; posted++) post(posted);
      assert.equal(pair.reap(), -1, `${taken} taken, ${over} too many`);
      assert.equal(pair.inStep(), false, `${taken} taken, ${over} too many`);
    }
});

test('room follows the SQ head that completions report', () => {
  const { pair, complete } = pairOf(4);
  assert.equal(pair.room(), 3);
  for (let i = 0; i < 3; i++) pair.post(new Int32Array(16));
  assert.equal(pair.room(), 0);
  complete(0, 0, 0, 1, 2);
  pair.reap();
  assert.equal(pair.room(), 2);
});
