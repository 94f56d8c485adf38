import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLOT } from '../../../../engine/path/path.js';
import { POINTER } from '../../../../engine/path/pcie/transfer-queue.js';
import { VariedQueue } from '../../../../engine/path/pcie/varied-queue.js';
import { SQE } from '../../../../engine/spec/index.js';
import { viewAt } from '../../../../engine/sys/mapping.js';
import { postOne } from '../posted.js';
import { type LaneShape, playedLane } from './played-lane.js';

const [WRITE, READ] = [0x01, 0x02];
const LIST = 0x7000;

/** Buffers at pages of their own, of reads and then of writes. */
function queueOf(change: Partial<LaneShape> = {}) {
  const { spec, pair } = playedLane({ iodepth: 4, entries: 64, partLbas: 64, readPercent: 50, ...change });
  for (let at = 0; at < spec.pointers.length; at += POINTER.WORDS)
    spec.pointers.set([(at + 1) << 12, 3, LIST + at, 4], at);
  const slots = new Int32Array(spec.iodepth * SLOT.WORDS);
  const queue = new VariedQueue(spec, slots);
  const sq = new Int32Array(viewAt(spec.queue.sqAddress, spec.queue.entries * SQE.WORDS * 4));
  let posted = 0;
  const post = (slot: number, lbas: number, opcode = READ, slba = 0) => {
    postOne(queue, slots, slot, opcode, slba, lbas);
    const words = sq.slice(posted * SQE.WORDS, ++posted * SQE.WORDS);
    return { words, pointer: (slot + (opcode & 1) * spec.iodepth) * POINTER.WORDS, spec };
  };
  return { post, pair, spec };
}

test('a command is as long as its slot says, and begins where it says', () => {
  const { post } = queueOf();
  const { words } = post(2, 5, READ, 2 ** 33 + 7);
  assert.equal(words[SQE.CDW12], 4);
  assert.deepEqual([words[SQE.CDW10], words[SQE.CDW11]], [7, 2]);
  assert.deepEqual([words[0] & 0xff, words[0] >>> 16], [READ, 2]);
});

for (const opcode of [READ, WRITE])
  test(`within a page of memory PRP2 is 0, in two it is the second, beyond the list, opcode ${opcode}`, () => {
    const { post } = queueOf();
    const second = (lbas: number) => {
      const { words, pointer, spec } = post(1, lbas, opcode);
      assert.equal(words[SQE.PRP1_LOW], spec.pointers[pointer]);
      return [words[SQE.PRP2_LOW], words[SQE.PRP2_HIGH], pointer] as const;
    };
    const [, , pointer] = second(1);
    const first = (pointer + 1) << 12;
    assert.deepEqual(
      [1, 8, 9, 16].map((lbas) => second(lbas).slice(0, 2)),
      [
        [0, 0],
        [0, 0],
        [first + 4096, 3],
        [first + 4096, 3],
      ],
    );
  });

test('beyond two pages PRP2 is the list, whatever went before in the entry', () => {
  const { post } = queueOf();
  for (const lbas of [8, 17, 64]) {
    const { words, pointer } = post(0, lbas);
    const list = lbas > 16 ? [LIST + pointer, 4] : [0, 0];
    assert.deepEqual([words[SQE.PRP2_LOW], words[SQE.PRP2_HIGH]], list);
  }
});

test('a second page that begins with the next 4 GiB has the upper word of that', () => {
  const { post, spec } = queueOf();
  spec.pointers.set([0xffff_f000 | 0, 3], 0);
  const { words } = post(0, 16);
  assert.deepEqual([words[SQE.PRP2_LOW], words[SQE.PRP2_HIGH]], [0, 4]);
});
