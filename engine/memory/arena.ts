/** One controller's DMA memory: regions mapped as they are needed, cut into buffers. Not for the I/O loop. */
import { EngineError, type EngineWarning } from '../errors.js';
import { MOST_VIEW_BYTES } from '../sys/libc.js';
import { viewAt } from '../sys/mapping.js';
import type { DmaMapper } from './dma-mapper.js';
import { FreeList } from './free-list.js';
import type { HugepagePolicy } from './hugepages.js';
import { IovaAllocator } from './iova.js';
import type { PagemapReader } from './pagemap.js';
import { mapPhysicalRegions } from './physical-region.js';
import { MAX_ALIGN_BYTES, mapRegion, type OwnedRegion, type RegionOptions } from './region.js';
import { roundUp, sizeText } from './size-text.js';

const CACHE_LINE_BYTES = 64;
const DEFAULT_GROW_BYTES = 2 * 2 ** 20;
/** Most bytes of one buffer, all of which its view shows. */
export const MOST_BUFFER_BYTES = MOST_VIEW_BYTES;

/** Memory that the device reaches at `iova` and this process at `address`. */
export interface DmaBuffer {
  readonly address: bigint;
  readonly lengthBytes: number;
  readonly iova: bigint;
  /** Aliases exactly this buffer. */
  readonly view: ArrayBuffer;
}

export interface ArenaOptions {
  dma: DmaMapper;
  /** The device, for messages. */
  target: string;
  /** The device's node; negative where it has none. */
  numaNode: number;
  /** Default `prefer`. */
  hugepages?: HugepagePolicy;
  /** Least size of a region; default 2 MiB, one hugepage. */
  growBytes?: number;
  /** In place of /proc/self/pagemap, for tests. */
  readPagemap?: PagemapReader;
}

interface Piece {
  readonly part: Part;
  readonly offset: number;
  readonly lengthBytes: number;
}

interface Part {
  readonly region: OwnedRegion;
  readonly free: FreeList;
}

/** The first gap that holds a piece, taken; undefined where none does. */
function takeFrom(parts: readonly Part[], lengthBytes: number, alignBytes: number): Piece | undefined {
  for (const part of parts) {
    const offset = part.free.take(lengthBytes, alignBytes);
    if (offset >= 0) return { part, offset, lengthBytes };
  }
  return undefined;
}

export class DmaArena {
  readonly #options: RegionOptions;
  readonly #growBytes: number;
  readonly #readPagemap: PagemapReader | undefined;
  readonly #parts: Part[] = [];
  readonly #pieces = new Map<DmaBuffer, Piece>();
  readonly #left: DmaBuffer[] = [];
  readonly #warnings = new Map<string, EngineWarning>();
  #pageSizeBytes = Number.POSITIVE_INFINITY;
  #usedBytes = 0;
  #closed = false;

  private constructor(options: ArenaOptions) {
    const { dma, target, numaNode } = options;
    this.#growBytes = options.growBytes ?? DEFAULT_GROW_BYTES;
    this.#readPagemap = options.readPagemap;
    this.#options = {
      dma,
      target,
      numaNode,
      hugepages: options.hugepages ?? 'prefer',
      iovas: dma.iovas ?? new IovaAllocator(dma.iovaRanges, target),
    };
  }

  /** An arena with its first region mapped. Throws EngineError (no memory, no hugepages, mapping refused). */
  static create(options: ArenaOptions): DmaArena {
    const arena = new DmaArena(options);
    arena.#grow(arena.#growBytes, 1);
    return arena;
  }

  /** Every kind of warning once. */
  get warnings(): readonly EngineWarning[] {
    return [...this.#warnings.values()];
  }

  /** The smallest page any of the memory has. */
  get pageSizeBytes(): number {
    return this.#pageSizeBytes;
  }

  get totalBytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.region.lengthBytes, 0);
  }

  /** The addresses that its regions come from; others may take theirs there too. */
  get iovas(): IovaAllocator {
    return this.#options.iovas;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * A zeroed buffer of at most `MOST_BUFFER_BYTES`, contiguous in IOVA space, whose IOVA is a multiple of `alignBytes`
   * (a power of two up to 2 MiB). Maps a further region when no gap is large enough, and gives back those that no
   * buffer uses. Throws EngineError.
   */
  allocate(lengthBytes: number, alignBytes: number): DmaBuffer {
    this.#checkOpen('allocating');
    this.#checkRequest(lengthBytes, alignBytes, MOST_BUFFER_BYTES);
    const pieceBytes = roundUp(lengthBytes, CACHE_LINE_BYTES);
    const align = Math.max(alignBytes, CACHE_LINE_BYTES);
    const piece =
      takeFrom(this.#parts, pieceBytes, align) ?? takeFrom(this.#grow(pieceBytes), pieceBytes, align);
    // A region starts on the largest alignment, so that what was made for the piece holds it.
    if (piece === undefined) throw new Error(`no room for ${pieceBytes} bytes in a region made for them`);
    return this.#cut(piece, lengthBytes);
  }

  /** Gives a buffer back. Its view must not be used again. Throws EngineError `DOUBLE_FREE`. */
  free(buffer: DmaBuffer): void {
    if (this.#closed) return;
    const piece = this.#pieces.get(buffer);
    if (piece === undefined) {
      throw new EngineError({
        code: 'DOUBLE_FREE',
        op: `freeing the DMA buffer at 0x${buffer.iova.toString(16)}`,
        target: this.#options.target,
        reason: 'it is not allocated from this arena',
        hint: 'free each buffer once',
      });
    }
    this.#pieces.delete(buffer);
    this.#usedBytes -= piece.lengthBytes;
    piece.part.free.give(piece.offset, piece.lengthBytes);
  }

  /** Keeps a buffer that nobody here uses any more, and that the device may still write to. */
  leave(buffer: DmaBuffer): void {
    this.#left.push(buffer);
  }

  /** Gives back what was left to a device that writes no more: it is disabled. */
  freeLeft(): void {
    for (const buffer of this.#left.splice(0)) this.free(buffer);
  }

  /**
   * Maps a region now unless one gap already holds `lengthBytes`, and gives back those that no buffer uses. With
   * physical addresses the memory may be in pieces, each of them large enough for the buffers that fit into a hugepage.
   * Throws EngineError.
   */
  reserve(lengthBytes: number): void {
    this.#checkOpen('reserving');
    this.#checkRequest(lengthBytes, 1, Number.MAX_SAFE_INTEGER);
    if (this.#holds(lengthBytes)) return;
    this.#grow(lengthBytes, 1);
  }

  /**
   * Closes the arena without giving anything back, for a device that may still write to the memory. The memory stays
   * the process's until it ends. Returns what was kept, to be reported. Idempotent.
   */
  abandon(reason: string): EngineError {
    this.#closed = true;
    return new EngineError({
      code: 'DMA_MEMORY_KEPT',
      op: 'release DMA memory',
      target: this.#options.target,
      reason: `${reason}; it holds physical addresses of ${sizeText(this.totalBytes)}, which stay with this process`,
      hint: 'reset the machine or remove the drive from the bus before the memory is used again',
    });
  }

  /**
   * Unmaps every region from the device in reverse order, then retires it. All steps run; the first error is
   * thrown. Idempotent. Every queue that uses the memory has been deleted before.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const errors: unknown[] = [];
    const attempt = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        errors.push(error);
      }
    };
    for (const { region } of this.#parts.toReversed()) {
      attempt(() => region.unmapFromDevice());
      attempt(() => region.release());
    }
    this.#parts.length = 0;
    this.#pieces.clear();
    this.#usedBytes = 0;
    if (errors.length > 0) throw errors[0];
  }

  #holds(lengthBytes: number): boolean {
    const gaps = this.#parts.map(({ free }) => free.largestGapBytes);
    const inPieces = this.#options.dma.iovaMode === 'pa';
    return lengthBytes <= (inPieces ? gaps.reduce((sum, gap) => sum + gap, 0) : Math.max(...gaps));
  }

  /** What an earlier job needed and no buffer uses any more; the first region stays. */
  #trim(): void {
    for (const part of this.#parts.slice(1)) {
      const { region, free } = part;
      if (free.largestGapBytes < region.lengthBytes) continue;
      region.unmapFromDevice();
      this.#parts.splice(this.#parts.indexOf(part), 1);
      region.release();
    }
  }

  /** Regions of together at least `lengthBytes`, one of them with `contiguousBytes` that the device sees in one piece. */
  #grow(lengthBytes: number, contiguousBytes = lengthBytes): Part[] {
    this.#trim();
    const regions = this.#mapRegions(Math.max(lengthBytes, this.#growBytes), contiguousBytes);
    const parts = regions.map((region) => ({ region, free: new FreeList(region.lengthBytes) }));
    for (const { warnings, pageSizeBytes } of regions) {
      for (const warning of warnings) {
        if (!this.#warnings.has(warning.code)) this.#warnings.set(warning.code, warning);
      }
      this.#pageSizeBytes = Math.min(this.#pageSizeBytes, pageSizeBytes);
    }
    this.#parts.push(...parts);
    return parts;
  }

  #mapRegions(lengthBytes: number, contiguousBytes: number): OwnedRegion[] {
    if (this.#options.dma.iovaMode !== 'pa') return [mapRegion(lengthBytes, this.#options)];
    return mapPhysicalRegions({ lengthBytes, contiguousBytes }, this.#options, this.#readPagemap);
  }

  #cut(piece: Piece, lengthBytes: number): DmaBuffer {
    const { region } = piece.part;
    const address = region.mapping.address + BigInt(piece.offset);
    const view = viewAt(address, lengthBytes);
    new Uint8Array(view).fill(0);
    const buffer: DmaBuffer = { address, lengthBytes, iova: region.iova + BigInt(piece.offset), view };
    this.#pieces.set(buffer, piece);
    this.#usedBytes += piece.lengthBytes;
    return buffer;
  }

  #checkOpen(doing: string): void {
    if (!this.#closed) return;
    throw new EngineError({
      code: 'ARENA_CLOSED',
      op: `${doing} DMA memory`,
      target: this.#options.target,
      reason: 'the arena is closed',
      hint: 'attach the device again',
    });
  }

  #checkRequest(lengthBytes: number, alignBytes: number, mostBytes: number): void {
    const lengthFits = Number.isInteger(lengthBytes) && lengthBytes > 0 && lengthBytes <= mostBytes;
    const alignFits =
      Number.isInteger(Math.log2(alignBytes)) && alignBytes >= 1 && alignBytes <= MAX_ALIGN_BYTES;
    if (lengthFits && alignFits) return;
    throw new EngineError({
      code: 'BAD_DMA_REQUEST',
      op: `allocating ${lengthBytes} bytes of DMA memory aligned to ${alignBytes}`,
      target: this.#options.target,
      reason: lengthFits
        ? `the alignment is not a power of two up to ${sizeText(MAX_ALIGN_BYTES)}`
        : `the length is not a positive integer up to ${mostBytes}`,
      hint: 'ask for at least one byte on a smaller power of two',
      kind: 'input',
    });
  }
}
