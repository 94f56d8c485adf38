/**
 * Physical addresses of this process's memory, by /proc/self/pagemap (Documentation/admin-guide/mm/pagemap.rst): 64
 * bits for each base page; bits 0 to 54 are its frame number, bit 63 says that it is in memory.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../errors.js';
import type { Mapping } from '../sys/mapping.js';

const BASE_PAGE_BYTES = 4096;
const ENTRY_BYTES = 8;
const FRAME_MASK = (1n << 55n) - 1n;
const PRESENT = 1n << 63n;

/** Memory that is contiguous in this process and physically. */
export interface PhysicalRun {
  /** From the start of the mapping. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly physicalAddress: bigint;
}

/** Reads one entry at a byte position of the pagemap. */
export type PagemapReader = (position: number) => bigint;

/** Runs `use` with a reader of this process's pagemap. Throws what `open` throws as EngineError. */
function withPagemap<Result>(target: string, use: (read: PagemapReader) => Result): Result {
  let fd: number;
  try {
    fd = openSync('/proc/self/pagemap', 'r');
  } catch (cause) {
    const reason = 'the kernel gives no pagemap';
    throw unknownAddresses(
      'PAGEMAP_MISSING',
      target,
      reason,
      'use a kernel with CONFIG_PROC_PAGE_MONITOR',
      cause,
    );
  }
  try {
    const entry = new Uint8Array(ENTRY_BYTES);
    return use((position) => {
      readSync(fd, entry, 0, ENTRY_BYTES, position);
      return new DataView(entry.buffer).getBigUint64(0, true);
    });
  } finally {
    closeSync(fd);
  }
}

/**
 * The physical runs of a mapping whose pages are all in memory, in its order. `target` is whom the memory is for.
 * Throws EngineError `PHYSICAL_ADDRESSES_HIDDEN` (no CAP_SYS_ADMIN), `PAGE_NOT_PRESENT`, `PAGEMAP_MISSING`.
 */
export function physicalRuns(
  mapping: Pick<Mapping, 'address' | 'lengthBytes'>,
  pageSizeBytes: number,
  target: string,
  read?: PagemapReader,
): PhysicalRun[] {
  if (read === undefined)
    return withPagemap(target, (own) => physicalRuns(mapping, pageSizeBytes, target, own));
  const runs: PhysicalRun[] = [];
  for (let offset = 0; offset < mapping.lengthBytes; offset += pageSizeBytes) {
    const page = (mapping.address + BigInt(offset)) / BigInt(BASE_PAGE_BYTES);
    const physicalAddress = decodeEntry(read(Number(page) * ENTRY_BYTES), target);
    const last = runs.at(-1);
    if (last !== undefined && last.physicalAddress + BigInt(last.lengthBytes) === physicalAddress)
      runs[runs.length - 1] = { ...last, lengthBytes: last.lengthBytes + pageSizeBytes };
    else runs.push({ offsetBytes: offset, lengthBytes: pageSizeBytes, physicalAddress });
  }
  return runs;
}

function decodeEntry(entry: bigint, target: string): bigint {
  if ((entry & PRESENT) === 0n) {
    const hint = 'free memory, and reserve the hugepages again';
    throw unknownAddresses('PAGE_NOT_PRESENT', target, 'a page is not in memory', hint);
  }
  const frame = entry & FRAME_MASK;
  if (frame !== 0n) return frame * BigInt(BASE_PAGE_BYTES);
  const hint =
    'run as root (CAP_SYS_ADMIN), or use a device behind an IOMMU, which needs no physical addresses';
  throw unknownAddresses(
    'PHYSICAL_ADDRESSES_HIDDEN',
    target,
    'the kernel hides them from this process',
    hint,
  );
}

function unknownAddresses(
  code: string,
  target: string,
  reason: string,
  hint: string,
  cause?: unknown,
): EngineError {
  return new EngineError({ code, op: 'read physical addresses', target, reason, hint, cause });
}
