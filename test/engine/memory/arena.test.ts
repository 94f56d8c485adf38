import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { DmaArena } from '../../../engine/memory/arena.js';
import type { DmaMapper } from '../../../engine/memory/dma-mapper.js';
import { type Mapping, viewAt } from '../../../engine/sys/mapping.js';

const MIB = 2 ** 20;

/** Keeps a list of what was mapped; refuses what it is told to. */
class RecordingMapper implements DmaMapper {
  readonly iovaRanges = [{ start: 0n, last: 0x7f_ffff_ffffn }];
  readonly pageSizeBytes = 4096;
  readonly mappingsAvailable = Number.POSITIVE_INFINITY;
  readonly calls: string[] = [];
  readonly live = new Map<bigint, Mapping>();
  refuseMap = false;
  refuseUnmapAt: bigint | undefined;

  map(memory: Mapping, iova: bigint): void {
    if (this.refuseMap) throw new Error('map refused');
    this.calls.push(`map ${iova}`);
    this.live.set(iova, memory);
  }

  unmap(memory: Mapping, iova: bigint): void {
    this.calls.push(`unmap ${iova}`);
    if (iova === this.refuseUnmapAt) throw new Error('unmap refused');
    assert.equal(this.live.get(iova), memory);
    this.live.delete(iova);
  }
}

function arenaOver(dma: DmaMapper, growBytes?: number): DmaArena {
  return DmaArena.create({ dma, target: '0000:01:00.0', numaNode: -1, hugepages: 'never', growBytes });
}

test('a buffer is one span of memory, of IOVA space and of its view', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma);
  const buffer = arena.allocate(10_000, 4096);
  assert.equal(buffer.view.byteLength, 10_000);
  assert.equal(buffer.iova % 4096n, 0n);
  const [[base, region]] = [...dma.live];
  assert.equal(buffer.address - region.address, buffer.iova - base);
  new Uint8Array(buffer.view)[9_999] = 42;
  assert.equal(new Uint8Array(viewAt(region.address + buffer.iova - base, 10_000))[9_999], 42);
  arena.close();
});

test('buffers do not overlap and keep their alignment', () => {
  const arena = arenaOver(new RecordingMapper(), 16 * MIB);
  const sizes = [100, 4096, 64, 2 * MIB, 5000, 16_384, 1];
  const aligns = [4, 4096, 64, 2 * MIB, 4096, 16_384, 1];
  const buffers = sizes.map((size, at) => arena.allocate(size, aligns[at]));
  buffers.forEach((buffer, at) => {
    assert.equal(buffer.iova % BigInt(aligns[at]), 0n);
  });
  const sorted = buffers.toSorted((a, b) => (a.iova < b.iova ? -1 : 1));
  for (let at = 1; at < sorted.length; at++)
    assert.ok(sorted[at - 1].iova + BigInt(sorted[at - 1].lengthBytes) <= sorted[at].iova);
  arena.close();
});

test('a region that no buffer uses is unmapped before another is mapped', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  const kept = arena.allocate(64, 64);
  const gone = arena.allocate(4 * MIB, 4096);
  arena.free(gone);
  assert.equal(arena.totalBytes, 6 * MIB);
  const larger = arena.allocate(8 * MIB, 4096);
  assert.equal(arena.totalBytes, 10 * MIB);
  assert.deepEqual(
    dma.calls.slice(2).map((call) => call.split(' ')[0]),
    ['unmap', 'map'],
  );
  assert.equal(dma.calls[2], `unmap ${gone.iova}`);
  new Uint8Array(gone.view).fill(1);
  assert.equal(new Uint8Array(larger.view)[0], 0);
  assert.equal(new Uint8Array(kept.view)[0], 0);
  arena.close();
});

test('a region stays mapped while one buffer is left in it', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  arena.allocate(2 * MIB, 4096);
  arena.reserve(4 * MIB);
  const [first, second] = [arena.allocate(3 * MIB, 4096), arena.allocate(MIB, 4096)];
  arena.free(first);
  arena.allocate(8 * MIB, 4096);
  assert.equal(arena.totalBytes, 14 * MIB);
  assert.ok(second.iova > 0n);
  arena.close();
});

test('what the device does not let go is kept', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  const gone = arena.allocate(4 * MIB, 4096);
  arena.free(gone);
  dma.refuseUnmapAt = gone.iova;
  assert.throws(() => arena.allocate(8 * MIB, 4096), /unmap refused/);
  assert.equal(arena.totalBytes, 6 * MIB);
  dma.refuseUnmapAt = undefined;
  arena.close();
  assert.equal(dma.live.size, 0);
});

test('memory that was used before comes back zeroed', () => {
  const arena = arenaOver(new RecordingMapper());
  const first = arena.allocate(4096, 4096);
  new Uint8Array(first.view).fill(0xaa);
  arena.free(first);
  const second = arena.allocate(4096, 4096);
  assert.equal(second.iova, first.iova);
  assert.ok(new Uint8Array(second.view).every((byte) => byte === 0));
  arena.close();
});

test('freed space is used again before the arena grows', () => {
  const arena = arenaOver(new RecordingMapper(), 2 * MIB);
  for (let round = 0; round < 10; round++) {
    const buffers = [1, 2, 3, 4].map(() => arena.allocate(MIB / 2, 4096));
    for (const buffer of [buffers[2], buffers[0], buffers[3], buffers[1]]) arena.free(buffer);
  }
  assert.equal(arena.totalBytes, 2 * MIB);
  assert.equal(arena.usedBytes, 0);
  arena.close();
});

test('a full arena maps a further region, and the old buffers stay as they are', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  const old = arena.allocate(2 * MIB, 4096);
  new Uint8Array(old.view)[0] = 9;
  const large = arena.allocate(5 * MIB, 2 * MIB);
  assert.equal(dma.live.size, 2);
  assert.equal(arena.totalBytes, 7 * MIB);
  assert.equal(large.view.byteLength, 5 * MIB);
  assert.equal(new Uint8Array(old.view)[0], 9);
  arena.close();
});

test('reserved space is one piece and needs no growth later', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  arena.reserve(10 * MIB);
  assert.equal(dma.live.size, 2);
  arena.reserve(10 * MIB);
  arena.allocate(10 * MIB, 4096);
  assert.equal(dma.live.size, 2);
  arena.close();
});

test('freeing twice is an error', () => {
  const arena = arenaOver(new RecordingMapper());
  const buffer = arena.allocate(64, 64);
  arena.free(buffer);
  assert.throws(() => arena.free(buffer), { code: 'DOUBLE_FREE' });
  arena.close();
});

test('sizes and alignments that make no sense are refused', () => {
  const arena = arenaOver(new RecordingMapper());
  for (const [length, align] of [
    [0, 64],
    [-1, 64],
    [1.5, 64],
    [2 ** 30 + 1, 64],
    [2 ** 53, 64],
    [64, 0],
    [64, 48],
    [64, 4 * MIB],
  ])
    assert.throws(() => arena.allocate(length, align), { code: 'BAD_DMA_REQUEST', kind: 'input' });
  arena.close();
});

test('a mapping that is refused leaves nothing behind', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  dma.refuseMap = true;
  assert.throws(() => arena.allocate(4 * MIB, 64), /map refused/);
  assert.equal(arena.totalBytes, 2 * MIB);
  dma.refuseMap = false;
  arena.allocate(4 * MIB, 64);
  assert.equal(arena.totalBytes, 6 * MIB);
  arena.close();
});

test('close unmaps the regions in reverse order, once', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  arena.reserve(4 * MIB);
  arena.allocate(4 * MIB, 4096);
  arena.reserve(8 * MIB);
  const mapped = dma.calls.map((call) => call.slice('map '.length));
  arena.close();
  arena.close();
  assert.deepEqual(
    dma.calls.slice(mapped.length),
    mapped.toReversed().map((iova) => `unmap ${iova}`),
  );
});

test('close goes on past a failure and reports it', () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, 2 * MIB);
  const first = [...dma.live.keys()][0];
  arena.reserve(4 * MIB);
  dma.refuseUnmapAt = [...dma.live.keys()][1];
  assert.throws(() => arena.close(), /unmap refused/);
  assert.equal(dma.live.has(first), false);
});

test('views of a closed arena can still be touched', () => {
  const arena = arenaOver(new RecordingMapper());
  const bytes = new Uint8Array(arena.allocate(4096, 4096).view);
  bytes[0] = 1;
  arena.close();
  bytes[4095] = 1;
  assert.equal(bytes[4095], 1);
});

test('a closed arena allocates nothing', () => {
  const arena = arenaOver(new RecordingMapper());
  arena.close();
  assert.throws(
    () => arena.allocate(64, 64),
    (error: unknown) => error instanceof EngineError && error.code === 'ARENA_CLOSED',
  );
});

test('a warning that every region repeats is reported once', () => {
  const options = { dma: new RecordingMapper(), target: '0000:01:00.0', numaNode: 1000 };
  const arena = DmaArena.create({ ...options, hugepages: 'never' });
  arena.reserve(4 * MIB);
  assert.deepEqual(
    arena.warnings.map((warning) => warning.code),
    ['numa-placement-failed'],
  );
  arena.close();
});
