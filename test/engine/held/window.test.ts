import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeWindow } from '../../../engine/held/window.js';
import { IovaAllocator } from '../../../engine/memory/iova.js';

const MIB = 2n ** 20n;
const GIB = 2n ** 30n;
/** As the kernel reports it on x86: the MSI window is left out. */
const X86 = [
  { start: 0n, last: 0xfedf_ffffn },
  { start: 0xfef0_0000n, last: 2n ** 39n - 1n },
];

test('windows are disjoint, aligned to 2 MiB, and stay within what the IOMMU translates', () => {
  const iovas = new IovaAllocator(X86, 'test');
  iovas.allocate(2 * 2 ** 20, 2 * 2 ** 20);
  const windows = Array.from({ length: 12 }, () => takeWindow(iovas));
  const sorted = windows.toSorted((a, b) => (a.start < b.start ? -1 : 1));
  for (const [i, { start, last }] of sorted.entries()) {
    assert.equal(start % (2n * MIB), 0n);
    assert.ok(last - start + 1n >= GIB, `${last - start + 1n} bytes`);
    assert.ok(X86.some((range) => range.start <= start && last <= range.last));
    if (i > 0) assert.ok(sorted[i - 1].last < start);
  }
});

test('a small space is shared in sixteenths', () => {
  const iovas = new IovaAllocator([{ start: 0n, last: 4n * GIB - 1n }], 'test');
  const { start, last } = takeWindow(iovas);
  assert.equal(last - start + 1n, 254n * MIB); // of 4094 MiB: the lowest two are never given
});

test('no window is larger than 64 GiB', () => {
  const { start, last } = takeWindow(new IovaAllocator([{ start: 0n, last: 2n ** 57n - 1n }], 'test'));
  assert.equal(last - start + 1n, 64n * GIB);
});

test('a window that was given back is taken again', () => {
  const iovas = new IovaAllocator([{ start: 0n, last: 4n * GIB - 1n }], 'test');
  const before = iovas.largestGapBytes;
  const { start } = takeWindow(iovas);
  iovas.free(start);
  assert.equal(iovas.largestGapBytes, before);
});

test('a space that is used up says so', () => {
  const iovas = new IovaAllocator([{ start: 0n, last: 4n * MIB - 1n }], 'test');
  takeWindow(iovas);
  assert.throws(() => takeWindow(iovas), { code: 'IOVA_EXHAUSTED' });
});
