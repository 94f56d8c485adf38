import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryDevice } from '../../../bench/micro/memory-device.js';
import { QueuePair } from '../../../engine/index.js';

const DEPTH = 5;
const EXPECTED = { nsid: 1, blockLbas: 8, blocks: 100 };

const hostOf = (device: MemoryDevice): QueuePair => new QueuePair(device.memory);

/** Reads of 8 blocks (CDW12: NLB 7) to PRP1 4096. */
function post(pair: QueuePair, cids: readonly number[], slba = 8): void {
  for (const cid of cids)
    pair.post(Int32Array.of(2 | (cid << 16), EXPECTED.nsid, 0, 0, 0, 0, 4096, 0, 0, 0, slba, 0, 7, 0, 0, 0));
  pair.ring();
}

function reapAll(pair: QueuePair): number[] {
  const cids: number[] = [];
  for (let cid = pair.reap(); cid >= 0; cid = pair.reap()) cids.push(cid);
  pair.release();
  return cids;
}

test('every posted command completes once, in changing orders, over many wraps of the queue', () => {
  const device = new MemoryDevice(DEPTH + 1, DEPTH);
  const pair = hostOf(device);
  const orders = new Set<string>();
  for (let round = 0; round < 50; round++) {
    const cids = Array.from({ length: DEPTH }, (_, i) => (round * DEPTH + i) % 1000);
    post(pair, cids);
    assert.equal(device.posted(), DEPTH);
    device.play();
    assert.equal(device.posted(), 0);
    const found = reapAll(pair);
    orders.add(found.map((cid) => cids.indexOf(cid)).join());
    assert.deepEqual(
      found.sort((a, b) => a - b),
      cids.sort((a, b) => a - b),
    );
  }
  assert.ok(orders.size > 4);
});

test('the check refuses what a loop must not post', () => {
  const wrong: readonly [RegExp, (pair: QueuePair) => void][] = [
    [/4 commands are posted where 5/, (pair) => post(pair, [0, 1, 2, 3])],
    [/one identifier/, (pair) => post(pair, [0, 1, 2, 3, 3])],
    [/is wrong/, (pair) => post(pair, [0, 1, 2, 3, 4], 9)],
    [/is wrong/, (pair) => post(pair, [0, 1, 2, 3, 4], 800)],
  ];
  for (const [message, act] of wrong) {
    const device = new MemoryDevice(DEPTH + 1, DEPTH);
    act(hostOf(device));
    assert.throws(() => device.check(EXPECTED), message);
  }
  const device = new MemoryDevice(DEPTH + 1, DEPTH);
  post(hostOf(device), [0, 1, 2, 3, 4]);
  device.check(EXPECTED);
});
