/** One I/O address space: what a container or an IOAS translates, for all devices of this process attached to it. */
import { EngineError, SystemError } from '../../../../errors.js';
import { IovaAllocator, type IovaRange } from '../../../../memory/iova.js';
import { sizeText } from '../../../../memory/size-text.js';
import type { IoctlCall } from '../../../../sys/ioctl.js';
import type { Mapping } from '../../../../sys/mapping.js';
import { mapFailure } from './map-failure.js';

export interface SpaceInfo {
  readonly iovaRanges: readonly IovaRange[];
  /** Alignment of both IOVA and length. */
  readonly pageSizeBytes: number;
  /** Mappings that may be made beside those that are; Infinity where there is no limit. */
  readonly mappingsAvailable: number;
}

/** How a kernel interface fills the IOMMU's page table. Its errors are the kernel's own. */
export interface IommuTable {
  readonly mapName: string;
  readonly unmapName: string;
  /** What to do where no further mapping is allowed. */
  readonly limitHint: string;
  map(memory: Mapping, iova: bigint, call: IoctlCall): void;
  /** The number of bytes unmapped. */
  unmap(iova: bigint, lengthBytes: number, call: IoctlCall): bigint;
  readInfo(target: string): SpaceInfo;
}

export class IommuSpace {
  /** Hands out the addresses, so that no two devices of the space take the same. */
  readonly iovas: IovaAllocator;
  readonly #table: IommuTable;
  readonly #memlockLimitBytes: () => number;
  readonly #live = new Map<bigint, number>();
  #info: SpaceInfo;
  #limit: number;

  /** `target` is the first device attached, for messages. Throws what `table.readInfo` throws. */
  constructor(table: IommuTable, memlockLimitBytes: () => number, target: string) {
    this.#table = table;
    this.#memlockLimitBytes = memlockLimitBytes;
    this.#info = table.readInfo(target);
    this.#limit = this.#info.mappingsAvailable;
    this.iovas = new IovaAllocator(this.#info.iovaRanges, target);
  }

  /** Reads the space anew, as each further device may narrow it. Throws what `readInfo` throws. */
  refresh(target: string): void {
    this.#info = this.#table.readInfo(target);
    this.#limit = this.#live.size + this.#info.mappingsAvailable;
    this.iovas.restrictTo(this.#info.iovaRanges);
  }

  get iovaRanges(): readonly IovaRange[] {
    return this.#info.iovaRanges;
  }

  get pageSizeBytes(): number {
    return this.#info.pageSizeBytes;
  }

  get mappingsAvailable(): number {
    return this.#limit - this.#live.size;
  }

  mapOp(lengthBytes: number): string {
    return `${this.#table.mapName} of ${sizeText(lengthBytes)}`;
  }

  /** Maps for every device of the space; `target` is the one that asks. Throws SystemError `DMA_MAP_FAILED`. */
  map(memory: Mapping, iova: bigint, target: string): void {
    const { lengthBytes } = memory;
    try {
      this.#table.map(memory, iova, { op: this.mapOp(lengthBytes), target });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      throw mapFailure(error, {
        iova,
        lengthBytes,
        mappings: this.#live.size,
        mappedBytes: [...this.#live.values()].reduce((sum, bytes) => sum + bytes, 0),
        memlockLimitBytes: this.#memlockLimitBytes(),
        limitHint: this.#table.limitHint,
        ...this.#info,
      });
    }
    this.#live.set(iova, lengthBytes);
  }

  /** Throws SystemError, EngineError `DMA_UNMAP_SHORT`. */
  unmap(iova: bigint, lengthBytes: number, target: string): void {
    const op = `${this.#table.unmapName} of ${sizeText(lengthBytes)} at 0x${iova.toString(16)}`;
    const unmappedBytes = this.#table.unmap(iova, lengthBytes, { op, target });
    this.#live.delete(iova);
    if (unmappedBytes === BigInt(lengthBytes)) return;
    throw new EngineError({
      code: 'DMA_UNMAP_SHORT',
      op,
      target,
      reason: `the kernel unmapped ${unmappedBytes} bytes`,
      hint: 'unmap exactly what was mapped, once',
    });
  }
}
