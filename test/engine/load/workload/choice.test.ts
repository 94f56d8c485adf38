import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperationShare } from '../../../../engine/load/workload/shares.js';
import { NVM } from '../../../../engine/spec/index.js';
import { FLUSH, OPERATIONS, READ, WRITE } from '../../../../engine/stats/operations.js';
import { assertFits, draw } from './drawing.js';

const MIX: readonly OperationShare[] = [
  { operation: 'read', percent: 30 },
  { operation: 'write', percent: 25 },
  { operation: 'write-zeroes', percent: 20 },
  { operation: 'deallocate', percent: 15 },
  { operation: 'verify', percent: 10 },
];

for (const seed of [1, 2, 3])
  test(`operations have their shares, seed ${seed}`, () => {
    const drawn = draw({ mix: MIX, seed }, 100_000);
    const counts = MIX.map(
      ({ operation }) => drawn.filter((io) => OPERATIONS[io.operation] === operation).length,
    );
    assertFits(
      counts,
      MIX.map(({ percent }) => 1000 * percent),
      'the mix',
    );
  });

test('each operation has its opcode', () => {
  const opcodes = new Map(
    draw({ mix: MIX, flushEvery: 3 }, 1000).map((io) => [OPERATIONS[io.operation], io.opcode]),
  );
  assert.deepEqual(Object.fromEntries(opcodes), {
    read: NVM.READ,
    write: NVM.WRITE,
    'write-zeroes': NVM.WRITE_ZEROES,
    deallocate: NVM.DATASET_MANAGEMENT,
    verify: NVM.VERIFY,
    flush: NVM.FLUSH,
  });
});

test('a flush follows every so many that are no reads, and has neither a place nor a length', () => {
  const drawn = draw({ readPercent: 40, flushEvery: 4 }, 5000);
  let changes = 0;
  for (const { operation, slba, lbas } of drawn) {
    if (operation === FLUSH) {
      assert.deepEqual([changes, slba, lbas], [4, 0, 0]);
      changes = 0;
    } else {
      assert.equal(lbas, 8);
      if (operation === WRITE) changes++;
      assert.ok(changes <= 4);
    }
  }
  assert.ok(drawn.some(({ operation }) => operation === FLUSH));
});

test('flushes take no place: each block comes once all the same', () => {
  const drawn = draw({ readPercent: 0, flushEvery: 1 }, 2000).filter(({ operation }) => operation === WRITE);
  assert.equal(drawn.length, 1000);
  assert.equal(new Set(drawn.map(({ slba }) => slba)).size, 1000);
});

test('in sequence, what is no read goes through the region together', () => {
  const drawn = draw({ random: false, mix: MIX }, 300);
  for (const isRead of [true, false]) {
    const ios = drawn.filter(({ operation }) => (operation === READ) === isRead);
    for (const [i, { slba }] of ios.entries()) assert.equal(slba, 8 * i);
  }
});

test('the sequence is the same in any batches', () => {
  const change = { mix: MIX, flushEvery: 7 };
  assert.deepEqual(draw(change, 3000, [1, 5, 32, 2]), draw(change, 3000));
});

test('a job of one other operation has it in every record', () => {
  const drawn = draw({ mix: [{ operation: 'deallocate', percent: 100 }], readPercent: 0 }, 50);
  assert.deepEqual([...new Set(drawn.map(({ opcode }) => opcode))], [NVM.DATASET_MANAGEMENT]);
});
