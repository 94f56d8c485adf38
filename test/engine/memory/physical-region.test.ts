/** Physical addresses of real hugepages, told by a pagemap of the test's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { DmaArena, type DmaBuffer } from '../../../engine/memory/arena.js';
import type { DmaMapper } from '../../../engine/memory/dma-mapper.js';
import { hugepagePools } from '../../../engine/memory/hugepage-pools.js';
import { type PagemapReader, physicalRuns } from '../../../engine/memory/pagemap.js';
import { type Mapping, mapAnonymous } from '../../../engine/sys/mapping.js';

const HUGE = 2 * 2 ** 20;
const free = hugepagePools().find((pool) => pool.pageSizeBytes === HUGE)?.availablePages ?? 0;
const skip = free < 8 ? `${free} free hugepages of 2 MiB, 8 needed` : false;

/** Why this process cannot see physical addresses; false where it can. */
function hidden(): string | false {
  const memory = mapAnonymous(4096);
  new Uint8Array(memory.buffer)[0] = 1;
  try {
    physicalRuns(memory, 4096, 'x');
    return false;
  } catch (error) {
    return error instanceof EngineError ? error.reason : String(error);
  }
}

class RecordingMapper implements DmaMapper {
  readonly iovaMode = 'pa';
  readonly iovaRanges = [{ start: 0n, last: 0xffff_ffff_ffff_ffffn }];
  readonly pageSizeBytes = 4096;
  readonly mappingsAvailable = Number.POSITIVE_INFINITY;
  readonly live = new Map<bigint, number>();

  map(memory: Mapping, iova: bigint): void {
    this.live.set(iova, memory.lengthBytes);
  }

  unmap(memory: Mapping, iova: bigint): void {
    assert.equal(this.live.get(iova), memory.lengthBytes);
    this.live.delete(iova);
  }
}

/** Each page it is asked for is physically two pages behind the one before: no two are contiguous. */
function scattered(): PagemapReader {
  const known = new Map<number, bigint>();
  return (position) => {
    const frame = known.get(position) ?? BigInt(known.size + 1) * 0x400n;
    known.set(position, frame);
    return (1n << 63n) | frame;
  };
}

/** The first pages it is asked for are scattered, those after them contiguous. */
function scatteredAtFirst(count: number): PagemapReader {
  const known = new Map<number, bigint>();
  let frame = 0n;
  return (position) => {
    if (!known.has(position)) {
      frame += known.size <= count ? 0x400n : 0x200n;
      known.set(position, frame);
    }
    return (1n << 63n) | (known.get(position) ?? 0n);
  };
}

/** All pages in the order in which they are asked for, one after the other. */
function contiguous(): PagemapReader {
  let next = 0x200n;
  return () => {
    next += 0x200n;
    return (1n << 63n) | next;
  };
}

function arenaOver(dma: DmaMapper, readPagemap: PagemapReader, growBytes = HUGE): DmaArena {
  return DmaArena.create({ dma, target: 'x', numaNode: -1, growBytes, readPagemap });
}

const page = ({ iova }: DmaBuffer): bigint => iova / BigInt(HUGE);

test('without hugepages there are no physical addresses', () => {
  const dma = new RecordingMapper();
  const create = () => DmaArena.create({ dma, target: 'x', numaNode: -1, hugepages: 'never' });
  assert.throws(create, { code: 'HUGEPAGES_REQUIRED', hint: /hugepages: prefer/ });
});

test('each hugepage is mapped at its physical address', { skip }, () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, scattered(), 3 * HUGE);
  assert.deepEqual(
    [...dma.live],
    [0x40_0000n, 0x80_0000n, 0xc0_0000n].map((physical) => [physical, HUGE]),
  );
  arena.close();
  assert.equal(dma.live.size, 0);
});

test('no buffer crosses from one hugepage to another that is elsewhere', { skip }, () => {
  const arena = arenaOver(new RecordingMapper(), scattered(), 4 * HUGE);
  const buffers = Array.from({ length: 5 }, () => arena.allocate(1_500_000, 4096));
  for (const buffer of buffers) {
    assert.equal(page(buffer), (buffer.iova + 1_499_999n) / BigInt(HUGE));
    new Uint8Array(buffer.view).fill(1);
  }
  assert.equal(new Set(buffers.map(page)).size, 5);
  arena.close();
});

test('address and physical address advance together', { skip }, () => {
  const arena = arenaOver(new RecordingMapper(), scattered(), 2 * HUGE);
  const [first, second] = [arena.allocate(4096, 4096), arena.allocate(4096, 4096)];
  assert.equal(second.address - first.address, 4096n);
  assert.equal(second.iova - first.iova, 4096n);
  arena.close();
});

test('a buffer that no contiguous piece holds is refused, and its memory given back', { skip }, () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, scattered());
  const before = dma.live.size;
  assert.throws(() => arena.allocate(HUGE + 1, 4096), {
    code: 'DMA_NOT_CONTIGUOUS',
    reason: /largest piece of the hugepages is 2 MiB/,
  });
  assert.equal(dma.live.size, before);
  arena.close();
});

test('a larger buffer is fine where the hugepages happen to be contiguous', { skip }, () => {
  const arena = arenaOver(new RecordingMapper(), contiguous());
  assert.equal(arena.allocate(2 * HUGE, HUGE).iova % BigInt(HUGE), 0n);
  arena.close();
});

test('more pages are searched for a contiguous piece, and those not needed go back', { skip }, () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, scatteredAtFirst(1 + 3));
  const buffer = arena.allocate(3 * HUGE, 4096);
  new Uint8Array(buffer.view).fill(0x5a);
  assert.equal(arena.totalBytes, (1 + 3) * HUGE);
  assert.equal(dma.live.get(buffer.iova), 3 * HUGE);
  arena.close();
});

test('the kernel itself confirms every address, in ascending order', { skip: skip || hidden() }, () => {
  const dma = new RecordingMapper();
  const arena = DmaArena.create({ dma, target: 'x', numaNode: -1, growBytes: 8 * HUGE });
  const physical = [...dma.live.keys()];
  assert.deepEqual(
    physical,
    physical.toSorted((a, b) => (a < b ? -1 : 1)),
  );
  const buffers = Array.from({ length: 8 }, () => arena.allocate(HUGE, HUGE));
  for (const { address, iova } of buffers) {
    const [run] = physicalRuns({ address, lengthBytes: HUGE }, HUGE, 'x');
    assert.equal(run.physicalAddress, iova);
  }
  arena.close();
});

test('reserving takes pieces, as a job has buffers that fit into them', { skip }, () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, scattered());
  arena.reserve(3 * HUGE);
  assert.equal(dma.live.size, 4);
  arena.close();
});

test('an arena that is abandoned keeps everything mapped and hands nothing out', { skip }, () => {
  const dma = new RecordingMapper();
  const arena = arenaOver(dma, scattered());
  const error = arena.abandon('it does not answer');
  assert.equal(error.code, 'DMA_MEMORY_KEPT');
  assert.match(error.reason, /^it does not answer.*2 MiB/);
  arena.close();
  assert.equal(dma.live.size, 1);
  assert.throws(() => arena.allocate(64, 64), { code: 'ARENA_CLOSED' });
});
