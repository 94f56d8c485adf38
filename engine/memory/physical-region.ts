/** Regions for devices that take physical addresses: hugepages, cut where they are not physically contiguous. */
import { EngineError } from '../errors.js';
import { mapFdAt, viewAt } from '../sys/mapping.js';
import { lockMemory } from '../sys/memory-lock.js';
import { populate } from '../sys/populate.js';
import { allocateBacking, type Backing } from './hugepages.js';
import { type PagemapReader, type PhysicalRun, physicalRuns } from './pagemap.js';
import { MAX_ALIGN_BYTES, type OwnedRegion, type RegionOptions } from './region.js';
import { sizeText } from './size-text.js';

export interface PhysicalRequest {
  readonly lengthBytes: number;
  /** Of these, how many must be contiguous; 1 where any run will do. */
  readonly contiguousBytes: number;
}

/** A request is tried with up to this many times its length: more pages hold longer runs. */
const MOST_SURPLUS = 4;

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
  let refusal: EngineError | undefined;
  for (let factor = 1; factor <= MOST_SURPLUS; factor *= 2) {
    let backing: Backing;
    try {
      backing = allocateHugepages(request.lengthBytes * factor, options);
    } catch (error) {
      throw refusal ?? error;
    }
    const runs = pinnedRuns(backing, options, read);
    const largest = Math.max(...runs.map((run) => run.lengthBytes));
    if (largest >= request.contiguousBytes) return mapRuns(runs, backing, options);
    backing.release();
    refusal = notContiguous(request.contiguousBytes, largest, options.target);
  }
  throw refusal ?? notContiguous(request.contiguousBytes, 0, options.target);
}

/** The runs of a backing, as long as they can be. Releases it when it throws. */
function pinnedRuns(backing: Backing, { target }: RegionOptions, read?: PagemapReader): PhysicalRun[] {
  const what = `DMA memory of ${target}`;
  try {
    const found = physicalRuns(backing.mapping, backing.pageSizeBytes, target, read);
    const runs = orderPages(backing, found, what)
      ? physicalRuns(backing.mapping, backing.pageSizeBytes, target, read)
      : found;
    lockMemory(backing.mapping, what);
    return runs;
  } catch (error) {
    backing.release();
    throw error;
  }
}

/**
 * Maps the pages anew in the order of their physical addresses, which is seldom the order the kernel gave them in;
 * false where they were in that order. Nothing has been stored in them yet, and no view of them is out.
 */
function orderPages({ mapping, fd, pageSizeBytes }: Backing, runs: PhysicalRun[], what: string): boolean {
  const sorted = runs.toSorted((a, b) => (a.physicalAddress < b.physicalAddress ? -1 : 1));
  if (sorted.every((run, index) => run === runs[index])) return false;
  let at = 0;
  for (const { offsetBytes, lengthBytes } of sorted) {
    mapFdAt(mapping, at, fd, lengthBytes, BigInt(offsetBytes), what);
    at += lengthBytes;
  }
  populate(mapping, pageSizeBytes, what);
  return true;
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

function notContiguous(contiguousBytes: number, largestBytes: number, target: string): EngineError {
  return new EngineError({
    code: 'DMA_NOT_CONTIGUOUS',
    op: `allocating ${sizeText(contiguousBytes)} of physically contiguous memory`,
    target,
    reason: `the largest piece of the hugepages is ${sizeText(largestBytes)}, and no IOMMU joins pieces`,
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
    backing.release();
    throw error;
  }
  return regions;
}
