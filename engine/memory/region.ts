import type { EngineWarning } from '../errors.js';
import type { Mapping } from '../sys/mapping.js';
import type { DmaMapper } from './dma-mapper.js';
import { allocateBacking, type HugepagePolicy } from './hugepages.js';
import type { IovaAllocator } from './iova.js';

/** Buffers may ask for this alignment, so every region starts on it. */
export const MAX_ALIGN_BYTES = 2 * 2 ** 20;

/** Memory that one device reaches at `iova`, in one piece. */
export interface DmaRegion {
  readonly mapping: Mapping;
  readonly iova: bigint;
  readonly lengthBytes: number;
  readonly pageSizeBytes: number;
}

export interface RegionOptions {
  dma: DmaMapper;
  iovas: IovaAllocator;
  target: string;
  numaNode: number;
  hugepages: HugepagePolicy;
}

/** A region with the two steps that take it back, in the order they must run. */
export interface OwnedRegion extends DmaRegion {
  readonly warnings: readonly EngineWarning[];
  /** Step 1: afterwards the device cannot reach the memory. Throws EngineError. */
  unmapFromDevice(): void;
  /** Step 2: gives the pages back; views stay harmless. */
  release(): void;
}

/** Allocates memory and maps it in one piece, at an address of the device's space; leaves nothing behind when it throws. */
export function mapRegion(lengthBytes: number, options: RegionOptions): OwnedRegion {
  const { dma, iovas } = options;
  const backing = allocateBacking({
    lengthBytes,
    target: options.target,
    numaNode: options.numaNode,
    hugepages: options.hugepages,
    granuleBytes: dma.pageSizeBytes,
  });
  const { mapping, pageSizeBytes } = backing;
  let iova: bigint | undefined;
  try {
    // An IOVA aligned as the page is lets the IOMMU use one large entry for it.
    iova = iovas.allocate(mapping.lengthBytes, Math.max(MAX_ALIGN_BYTES, pageSizeBytes, dma.pageSizeBytes));
    dma.map(mapping, iova);
  } catch (error) {
    if (iova !== undefined) iovas.free(iova);
    backing.release();
    throw error;
  }
  const mappedIova = iova;
  return {
    mapping,
    iova: mappedIova,
    lengthBytes: mapping.lengthBytes,
    pageSizeBytes,
    warnings: backing.warnings,
    unmapFromDevice() {
      dma.unmap(mapping, mappedIova);
      iovas.free(mappedIova);
    },
    release: backing.release,
  };
}
