/** Regions for devices that take physical addresses: hugepages, cut where they are not physically contiguous. */
import { EngineError } from '../errors.js';
import { discard, type Mapping, mapFdAt } from '../sys/mapping.js';
import { lockMemory } from '../sys/memory-lock.js';
import { populate } from '../sys/populate.js';
import { choosePieces, type Span, spansBetween } from './contiguous.js';
import { hugepagePools } from './hugepage-pools.js';
import { allocateBacking, type Backing } from './hugepages.js';
import { type PagemapReader, type PhysicalRun, physicalRuns } from './pagemap.js';
import { MAX_ALIGN_BYTES, type OwnedRegion, type RegionOptions } from './region.js';
import { sizeText } from './size-text.js';

export interface PhysicalRequest {
  readonly lengthBytes: number;
  /** Of these, how many must be contiguous; 1 where any run will do. */
  readonly contiguousBytes: number;
}

/** What a search for a contiguous piece may take for a moment, where the machine has that much free. */
const MOST_SEARCHED_BYTES = 4 * 2 ** 30;

/**
 * Allocates hugepages, pins them and maps each contiguous run for the device at its physical address. Where the first
 * pages that the kernel gives are scattered, more are taken, up to all that are free, and those not needed go back.
 * Leaves nothing behind when it throws: EngineError `HUGEPAGES_REQUIRED`, `HUGEPAGES_UNAVAILABLE`,
 * `DMA_NOT_CONTIGUOUS`, those of `physicalRuns`, SystemError.
 */
export function mapPhysicalRegions(
  request: PhysicalRequest,
  options: RegionOptions,
  read?: PagemapReader,
): OwnedRegion[] {
  let refusal: EngineError | undefined;
  for (const lengthBytes of searchLengths(request.lengthBytes)) {
    let backing: Backing;
    try {
      backing = allocateHugepages(lengthBytes, options);
    } catch (error) {
      throw refusal ?? error;
    }
    const found = pinnedPieces(backing, request, options, read);
    if ('pieces' in found) return mapRuns(found.pieces, backing, options);
    backing.release();
    refusal = notContiguous(request.contiguousBytes, found.largestBytes, options.target);
  }
  throw refusal ?? notContiguous(request.contiguousBytes, 0, options.target);
}

/** What is asked for, then twice as much each time, at last all that is free. */
function* searchLengths(lengthBytes: number): Generator<number> {
  yield lengthBytes;
  const pool = hugepagePools().find(({ pageSizeBytes }) => pageSizeBytes === MAX_ALIGN_BYTES);
  const freeBytes = (pool?.availablePages ?? 0) * MAX_ALIGN_BYTES;
  const mostBytes = Math.min(freeBytes, Math.max(4 * lengthBytes, MOST_SEARCHED_BYTES));
  for (let tried = 2 * lengthBytes; tried < mostBytes; tried *= 2) yield tried;
  if (mostBytes > lengthBytes) yield mostBytes;
}

type Found = { readonly pieces: PhysicalRun[] } | { readonly largestBytes: number };

/** The runs that serve the request, pinned; the rest of the backing is given back. Releases it when it throws. */
function pinnedPieces(
  backing: Backing,
  request: PhysicalRequest,
  { target }: RegionOptions,
  read?: PagemapReader,
): Found {
  const what = `DMA memory of ${target}`;
  try {
    const found = physicalRuns(backing.mapping, backing.pageSizeBytes, target, read);
    const runs = orderPages(backing, found, what)
      ? physicalRuns(backing.mapping, backing.pageSizeBytes, target, read)
      : found;
    const pieces = choosePieces(runs, request, backing.pageSizeBytes);
    if (pieces === undefined) return { largestBytes: Math.max(...runs.map((run) => run.lengthBytes)) };
    for (const span of spansBetween(pieces, backing.mapping.lengthBytes))
      discard(partOf(backing, span), what);
    for (const piece of pieces) lockMemory(partOf(backing, piece), what);
    return { pieces };
  } catch (error) {
    backing.release();
    throw error;
  }
}

function partOf({ mapping }: Backing, { offsetBytes, lengthBytes }: Span): Mapping {
  return { address: mapping.address + BigInt(offsetBytes), lengthBytes };
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
      const mapping = partOf(backing, { offsetBytes, lengthBytes });
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
