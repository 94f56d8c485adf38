import type { Mapping } from '../sys/mapping.js';
import type { IovaAllocator, IovaRange } from './iova.js';

/** Makes process memory reachable by one device. Each transport brings its own. */
export interface DmaMapper {
  /** What the IOMMU (or its stand-in) can translate, ascending, not overlapping. */
  readonly iovaRanges: readonly IovaRange[];
  /** Alignment of both IOVA and length. */
  readonly pageSizeBytes: number;
  /** How many further mappings the transport takes; Infinity where it has no limit. */
  readonly mappingsAvailable: number;
  /**
   * `pa`: a mapping's IOVA is the physical address of its memory, so that memory comes from hugepages in pieces that
   * are physically contiguous. `va`, the default: any address within `iovaRanges`.
   */
  readonly iovaMode?: 'va' | 'pa';
  /** Addresses of the space, where other devices share it; absent where the mapper has a space of its own. */
  readonly iovas?: IovaAllocator;
  /** Maps all of `memory` at `iova`, readable and writable by the device. Throws EngineError. */
  map(memory: Mapping, iova: bigint): void;
  /** Undoes `map`, exactly as mapped. After it returns the device cannot reach the memory. */
  unmap(memory: Mapping, iova: bigint): void;
}
