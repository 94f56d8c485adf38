import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RegionSource } from '../../../../engine/load/workload/source.js';
import { SLOT } from '../../../../engine/path/path.js';
import { baseOf, takeRecords } from '../../../../engine/path/records.js';
import { addresses, assertFits, draw, optionsOf, SLOTS, tally } from './drawing.js';

const [WRITE, READ] = [0x01, 0x02];

describe('the operation', () => {
  test('and the opcode go together', () => {
    for (const readPercent of [0, 37, 100])
      for (const { opcode, operation } of draw({ readPercent }, 2000))
        assert.equal(operation, opcode === READ ? 0 : 1);
  });

  for (const random of [true, false])
    test(`is always the same in a job of one, ${random ? 'random' : 'sequential'}`, () => {
      const opcodes = (readPercent: number) =>
        new Set(draw({ readPercent, random }, 5000).map(({ opcode }) => opcode));
      assert.deepEqual([...opcodes(100)], [READ]);
      assert.deepEqual([...opcodes(0)], [WRITE]);
    });

  for (const readPercent of [1, 10, 30, 50, 67, 99])
    test(`is a read in ${readPercent} % of the I/Os, within what chance allows`, () => {
      const count = 200_000;
      for (const seed of [1, 2, 0xdead_beef]) {
        const reads = draw({ readPercent, seed }, count).filter(({ opcode }) => opcode === READ).length;
        const share = readPercent / 100;
        const deviation = Math.sqrt(count * share * (1 - share));
        assert.ok(
          Math.abs(reads - count * share) < 5 * deviation,
          `${reads} reads of ${count}, seed ${seed}`,
        );
      }
    });

  test('depends neither on the addresses before and after nor on the operation before', () => {
    for (const sizes of [[1], [SLOTS]]) {
      const drawn = draw({ norandommap: true, readPercent: 50, blocks: 8 }, 200_000, sizes);
      const indices = Array.from(drawn.keys()).slice(1, -1);
      const block = (i: number): number => drawn[i].slba / 8;
      const isRead = (i: number): number => drawn[i].opcode - 1;
      const binOf = (i: number): number =>
        ((block(i) * 8 + block(i + 1)) * 2 + isRead(i)) * 2 + isRead(i - 1);
      const expected = Array.from({ length: 256 }, () => indices.length / 256);
      assertFits(tally(indices, 256, binOf), expected, `in batches of ${sizes[0]}`);
    }
  });

  test('is the same in each place of the sequence, whatever the batches', () => {
    const whole = draw({ readPercent: 30 }, 3000, [SLOTS]);
    for (const sizes of [[1], [3, 2], [SLOTS - 1, 1, 5]])
      assert.deepEqual(draw({ readPercent: 30 }, 3000, sizes), whole, `batches of ${sizes}`);
  });

  test('is drawn apart: the mix leaves the addresses as they are', () => {
    assert.deepEqual(addresses({ readPercent: 30 }, 5000), addresses({ readPercent: 100 }, 5000));
  });
});

describe('the slots that write', () => {
  for (const random of [true, false])
    for (const readPercent of [0, 40, 100])
      test(`are told after each batch: ${readPercent} % reads, ${random ? 'random' : 'sequential'}`, () => {
        const source = new RegionSource(optionsOf({ readPercent, random }));
        // Lanes, one after the other.
        const lanes = [new Int32Array(SLOTS * SLOT.WORDS), takeRecords(SLOTS), takeRecords(SLOTS)];
        for (const slots of lanes) source.prepare(slots);
        for (const [turn, size] of [SLOTS, 1, 0, 17, SLOTS, SLOTS, 3, SLOTS, SLOTS].entries()) {
          const slots = lanes[turn % 3];
          const batch = Uint16Array.from({ length: SLOTS }, (_, i) => (i * 37 + size) % SLOTS);
          const writing = source.fill(slots, batch, size, baseOf(slots));
          const expected = batch
            .subarray(0, size)
            .filter((slot) => slots[slot * SLOT.WORDS + SLOT.OPCODE] === WRITE);
          assert.deepEqual(source.writing(batch).subarray(0, writing), expected);
        }
      });
});

test('what is not in the batch is left alone, and so are the times', () => {
  for (const change of [{}, { blocks: 2 ** 40 }, { random: false }, { readPercent: 50 }]) {
    const source = new RegionSource(optionsOf(change));
    const slots = new Int32Array(4 * SLOT.WORDS).fill(0x5a5a);
    source.prepare(slots);
    const before = slots.slice();
    source.fill(slots, Uint16Array.of(2, 0, 1, 3), 2);
    for (const slot of [1, 3])
      assert.deepEqual(
        slots.subarray(slot * SLOT.WORDS, (slot + 1) * SLOT.WORDS),
        before.subarray(slot * SLOT.WORDS, (slot + 1) * SLOT.WORDS),
      );
    for (let record = 0; record < slots.length; record += SLOT.WORDS)
      for (const word of [SLOT.START_LOW, SLOT.START_HIGH]) assert.equal(slots[record + word], 0x5a5a);
  }
});
