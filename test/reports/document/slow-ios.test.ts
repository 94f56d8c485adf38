import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSlowest, type SlowIoFacts } from '../../../reports/document/slow-ios.js';

const io = (latencyNs: number, change: Partial<SlowIoFacts> = {}): SlowIoFacts => ({
  atNs: 1e9,
  latencyNs,
  operation: 'read',
  slba: 16,
  lbas: 8,
  queue: 0,
  depth: 4,
  ...change,
});

test('those of all workers are one list, the slowest first, each with its worker, and no more than asked for', () => {
  const workers = [
    { index: 0, slowest: [io(900), io(500)] },
    { index: 1, slowest: [io(700, { queue: 1 }), io(100)] },
    { index: 2 },
  ];
  const found = buildSlowest(workers, 3, 512).map(({ latencyNs, worker, queue }) => [
    latencyNs,
    worker,
    queue,
  ]);
  assert.deepEqual(found, [
    [900, 0, 0],
    [700, 1, 1],
    [500, 0, 0],
  ]);
});

test('an I/O has its first block and its bytes; a flush has neither', () => {
  const slowest = [io(2, { lbas: 3 }), io(1, { operation: 'flush', slba: 0, lbas: 0 })];
  const found = buildSlowest([{ index: 0, slowest }], 9, 4096);
  assert.deepEqual(
    found.map(({ lba, bytes }) => [lba, bytes]),
    [
      [16, 12_288],
      [undefined, 0],
    ],
  );
});
