import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PagemapReader, physicalRuns } from '../../../engine/memory/pagemap.js';

const HUGE = 2 * 2 ** 20;
const mapping = { address: 0x7f00_0000_0000n, lengthBytes: 4 * HUGE };

/** A pagemap whose hugepages have these frame numbers, present; bit 61 says that they are file pages. */
function pagemap(...frames: bigint[]): PagemapReader {
  const first = 0x7f00_0000_0000 / 4096;
  return (position) => {
    assert.equal(position % 8, 0);
    const index = (position / 8 - first) / 512;
    assert.ok(Number.isInteger(index) && index >= 0 && index < frames.length, `entry ${index}`);
    return (1n << 63n) | (1n << 61n) | frames[index];
  };
}

test('pages that follow each other physically are one run', () => {
  assert.deepEqual(
    physicalRuns(mapping, HUGE, 'x', pagemap(0x10_0000n, 0x10_0200n, 0x10_0400n, 0x10_0600n)),
    [{ offsetBytes: 0, lengthBytes: 4 * HUGE, physicalAddress: 0x1_0000_0000n }],
  );
});

test('a run ends where the next page is elsewhere, also just before it', () => {
  assert.deepEqual(physicalRuns(mapping, HUGE, 'x', pagemap(0x1000n, 0xe00n, 0x2000n, 0x2200n)), [
    { offsetBytes: 0, lengthBytes: HUGE, physicalAddress: 0x100_0000n },
    { offsetBytes: HUGE, lengthBytes: HUGE, physicalAddress: 0xe0_0000n },
    { offsetBytes: 2 * HUGE, lengthBytes: 2 * HUGE, physicalAddress: 0x200_0000n },
  ]);
});

test('frame numbers of zero are what a process without CAP_SYS_ADMIN reads', () => {
  assert.throws(() => physicalRuns(mapping, HUGE, '0000:01:00.0', pagemap(0n, 0n, 0n, 0n)), {
    code: 'PHYSICAL_ADDRESSES_HIDDEN',
    target: '0000:01:00.0',
    hint: /CAP_SYS_ADMIN/,
  });
});

test('a page that is not in memory has no address', () => {
  assert.throws(() => physicalRuns(mapping, HUGE, 'x', () => 0x1000n), { code: 'PAGE_NOT_PRESENT' });
});
