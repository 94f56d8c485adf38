import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { IovaAllocator } from '../../../engine/memory/iova.js';

const MIB = 2 ** 20;
/** What an Intel IOMMU of 39 bits reports: all but the MSI window. */
const RANGES_39_BIT = [
  { start: 0n, last: 0xfedf_ffffn },
  { start: 0xfef0_0000n, last: 0x7f_ffff_ffffn },
];

function allocator(ranges = RANGES_39_BIT): IovaAllocator {
  return new IovaAllocator(ranges, '0000:01:00.0');
}

test('the first address is low but not 0', () => {
  const iova = allocator().allocate(4096, 4096);
  assert.ok(iova >= BigInt(MIB));
  assert.ok(iova < 0x1000_0000n);
});

test('allocations are aligned and do not overlap', () => {
  const iovas = allocator();
  const first = iovas.allocate(4096, 4096);
  const second = iovas.allocate(2 * MIB, 2 * MIB);
  const third = iovas.allocate(8192, 8192);
  assert.equal(second % BigInt(2 * MIB), 0n);
  assert.equal(third % 8192n, 0n);
  const spans = [
    [first, 4096n],
    [second, BigInt(2 * MIB)],
    [third, 8192n],
  ].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  for (let i = 1; i < spans.length; i++) assert.ok(spans[i - 1][0] + spans[i - 1][1] <= spans[i][0]);
});

test('an allocation never reaches into the gap between two ranges', () => {
  const iova = allocator().allocate(4096 * MIB, 2 * MIB);
  assert.ok(iova >= 0xfef0_0000n);
  assert.ok(iova + BigInt(4096 * MIB) - 1n <= 0x7f_ffff_ffffn);
});

test('the last byte of the highest range can be allocated', () => {
  const iovas = allocator([{ start: 0xffff_ffff_ffe0_0000n, last: 0xffff_ffff_ffff_ffffn }]);
  assert.equal(iovas.allocate(2 * MIB, 2 * MIB), 0xffff_ffff_ffe0_0000n);
});

test('freed neighbours join again into one gap', () => {
  const iovas = allocator([{ start: 0n, last: 0x4f_ffffn }]); // 3 MiB above the lowest address
  const parts = [0, 1, 2].map(() => iovas.allocate(MIB, MIB));
  assert.equal(iovas.largestGapBytes, 0n);
  for (const part of [parts[0], parts[2], parts[1]]) iovas.free(part);
  assert.equal(iovas.largestGapBytes, BigInt(3 * MIB));
  assert.equal(iovas.allocate(3 * MIB, MIB), parts[0]);
});

test('exhaustion names the need and the largest gap', () => {
  const iovas = allocator([{ start: 0n, last: 0x4f_ffffn }]);
  assert.throws(
    () => iovas.allocate(4 * MIB, 4096),
    (error: unknown) =>
      error instanceof EngineError &&
      error.code === 'IOVA_EXHAUSTED' &&
      error.op.includes(String(4 * MIB)) &&
      error.reason.includes(String(3 * MIB)),
  );
});

test('freeing twice is an error', () => {
  const iovas = allocator();
  const iova = iovas.allocate(4096, 4096);
  iovas.free(iova);
  assert.throws(() => iovas.free(iova), { code: 'IOVA_NOT_ALLOCATED' });
});

test('a narrowed space gives nothing outside, and keeps what is taken', () => {
  const iovas = new IovaAllocator([{ start: 0x1000_0000n, last: 0x4fff_ffffn }], 'x');
  const taken = iovas.allocate(0x1000, 0x1000);
  iovas.restrictTo([
    { start: 0x1000_0000n, last: 0x1000_1fffn },
    { start: 0x3000_0000n, last: 0x3000_0fffn },
  ]);
  assert.equal(iovas.allocate(0x1000, 0x1000), 0x1000_1000n);
  assert.equal(iovas.allocate(0x1000, 0x1000), 0x3000_0000n);
  assert.throws(() => iovas.allocate(0x1000, 0x1000), { code: 'IOVA_EXHAUSTED' });
  iovas.free(taken);
  assert.equal(iovas.allocate(0x1000, 0x1000), taken);
});

test('addresses that are withheld are not handed out until they are given back, unless some are taken', () => {
  const iovas = new IovaAllocator([{ start: 0x1000_0000n, last: 0x1000_3fffn }], 'x');
  // half of it lies beyond
  const kept = iovas.withhold(0x1000_1000n, 0x1000);
  assert.deepEqual(kept, [0x1000_1000n]);
  assert.deepEqual(iovas.withhold(0x1000_3000n, 0x4000), [0x1000_3000n]);
  assert.deepEqual(iovas.withhold(0x8000_0000n, 0x1000), []);
  assert.deepEqual(
    [iovas.allocate(0x1000, 0x1000), iovas.allocate(0x1000, 0x1000)],
    [0x1000_0000n, 0x1000_2000n],
  );
  assert.throws(() => iovas.allocate(0x1000, 0x1000), { code: 'IOVA_EXHAUSTED' });
  assert.equal(iovas.withhold(0x1000_2000n, 0x1000), undefined);
  iovas.free(0x1000_1000n);
  assert.equal(iovas.allocate(0x1000, 0x1000), 0x1000_1000n);
});
