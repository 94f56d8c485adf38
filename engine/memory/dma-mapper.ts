import type { Mapping } from '../sys/mapping.js';

/** An inclusive range of I/O virtual addresses that a device may be given. */
export interface IovaRange {
  readonly start: bigint;
  readonly last: bigint;
}

/** Makes process memory reachable by one device. Each transport brings its own. */
export interface DmaMapper {
  /** What the IOMMU (or its stand-in) can translate, ascending, not overlapping. */
  readonly iovaRanges: readonly IovaRange[];
  /** Alignment of both IOVA and length. */
  readonly pageSizeBytes: number;
  /** How many further mappings the transport takes; Infinity where it has no limit. */
  readonly mappingsAvailable: number;
  /** Maps all of `memory` at `iova`, readable and writable by the device. Throws EngineError. */
  map(memory: Mapping, iova: bigint): void;
  /** Undoes `map`, exactly as mapped. After it returns the device cannot reach the memory. */
  unmap(memory: Mapping, iova: bigint): void;
}
