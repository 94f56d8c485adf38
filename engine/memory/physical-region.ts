/** Regions for devices that take physical addresses: hugepages, cut where they are not physically contiguous. */
import { EngineError } from '../errors.js';
import { viewAt } from '../sys/mapping.js';
import { lockMemory } from '../sys/memory-lock.js';
import { allocateBacking, type Backing } from './hugepages.js';
import { type PagemapReader, type PhysicalRun, physicalRuns } from './pagemap.js';
import { MAX_ALIGN_BYTES, type OwnedRegion, type RegionOptions } from './region.js';
import { sizeText } from './size-text.js';

export interface PhysicalRequest {
  readonly lengthBytes: number;
  /** Of these, how many must be contiguous; 1 where any run will do. */
  readonly contiguousBytes: number;
}

/**
 * Allocates hugepages, pins them and maps each contiguous run for the device at its physical address. Leaves nothing
 * behind when it throws: EngineError `HUGEPAGES_REQUIRED`, `HUGEPAGES_UNAVAILABLE`, `DMA_NOT_CONTIGUOUS`, those of
 * `physicalRuns`, SystemError.
 */
export function mapPhysicalRegions(
  request: PhysicalRequest,
  options: RegionOptions,
  read?: PagemapReader,
): OwnedRegion[] {
  const backing = allocateHugepages(request.lengthBytes, options);
  try {
    lockMemory(backing.mapping, `DMA memory of ${options.target}`);
    const runs = physicalRuns(backing.mapping, backing.pageSizeBytes, options.target, read);
    checkContiguous(runs, request, options.target);
    return mapRuns(runs, backing, options);
  } catch (error) {
    backing.release();
    throw error;
  }
}

function allocateHugepages(lengthBytes: number, { target, numaNode, hugepages }: RegionOptions): Backing {
  const needed = (reason: string, hint: string): EngineError => {
    const op = `allocating ${sizeText(lengthBytes)} for physical addresses`;
    return new EngineError({ code: 'HUGEPAGES_REQUIRED', op, target, reason, hint });
  };
  if (hugepages === 'never') {
    const reason = 'a device without an IOMMU needs hugepages, whose physical addresses stay as they are';
    throw needed(reason, 'set hugepages: prefer');
  }
  const backing = allocateBacking({ lengthBytes, target, numaNode, hugepages: 'require' });
  if (backing.pageSizeBytes >= MAX_ALIGN_BYTES) return backing;
  backing.release();
  throw needed(
    `the hugepages of this machine have only ${sizeText(backing.pageSizeBytes)}`,
    `reserve hugepages of ${sizeText(MAX_ALIGN_BYTES)}`,
  );
}

function checkContiguous(runs: readonly PhysicalRun[], request: PhysicalRequest, target: string): void {
  const largest = Math.max(...runs.map((run) => run.lengthBytes));
  if (largest >= request.contiguousBytes) return;
  throw new EngineError({
    code: 'DMA_NOT_CONTIGUOUS',
    op: `allocating ${sizeText(request.contiguousBytes)} of physically contiguous memory`,
    target,
    reason: `the largest piece of the hugepages is ${sizeText(largest)}, and no IOMMU joins pieces`,
    hint: 'use a smaller bs, reserve hugepages of 1 GiB or at boot (hugepages=N), or use a device behind an IOMMU',
  });
}

function mapRuns(runs: readonly PhysicalRun[], backing: Backing, { dma }: RegionOptions): OwnedRegion[] {
  const regions: OwnedRegion[] = [];
  let held = runs.length;
  const release = (): void => {
    if (--held === 0) backing.release();
  };
  try {
    for (const { offsetBytes, lengthBytes, physicalAddress } of runs) {
      const address = backing.mapping.address + BigInt(offsetBytes);
      const mapping = { address, lengthBytes, buffer: viewAt(address, lengthBytes) };
      dma.map(mapping, physicalAddress);
      regions.push({
        mapping,
        iova: physicalAddress,
        lengthBytes,
        pageSizeBytes: backing.pageSizeBytes,
        warnings: backing.warnings,
        unmapFromDevice: () => dma.unmap(mapping, physicalAddress),
        release,
      });
    }
  } catch (error) {
    for (const region of regions.toReversed()) region.unmapFromDevice();
    throw error;
  }
  return regions;
}
