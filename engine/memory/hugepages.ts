/**
 * Memory that a device may be given: hugepages where there are any, base pages otherwise.
 *
 * Every byte comes from a memfd mapped shared: a fork (child_process) cannot turn it into copy-on-write pages behind
 * a device's back, and a transport may hand the descriptor to another process. mmap of hugetlb without
 * MAP_NORESERVE reserves all pages or fails with ENOMEM, so a later touch cannot end in SIGBUS.
 */
import { EngineError, type EngineWarning, SystemError } from '../errors.js';
import { checked } from '../sys/errno.js';
import { closeFd } from '../sys/fd.js';
import { ftruncate, memfdCreate } from '../sys/libc.js';
import { type Mapping, mapFd, mapHugeFd, retire, unmap } from '../sys/mapping.js';
import { populate } from '../sys/populate.js';
import { type HugepagePool, hugepagePools, reserveCommand } from './hugepage-pools.js';
import { checkPlacement, placeOnNode } from './numa-placement.js';
import { roundUp, sizeText } from './size-text.js';

const MFD_CLOEXEC = 1;
const MFD_HUGETLB = 4;
const MFD_HUGE_SHIFT = 26;
const BASE_PAGE_BYTES = 4096;
const PREFERRED_PAGE_BYTES = 2 * 2 ** 20;
const GIGANTIC_PAGE_BYTES = 2 ** 30;

/** `prefer`: base pages and a warning where there are no hugepages. `require`: an error there. */
export type HugepagePolicy = 'prefer' | 'require' | 'never';

export interface BackingOptions {
  lengthBytes: number;
  /** Whom the memory is for, in messages. */
  target: string;
  /** The device's node; negative where it has none. */
  numaNode: number;
  hugepages?: HugepagePolicy;
  /** Length is rounded up to a multiple of this as well as of the page size. */
  granuleBytes?: number;
  sysfsRoot?: string;
}

/** Mapped, zeroed, populated memory. */
export interface Backing {
  readonly mapping: Mapping;
  readonly fd: number;
  readonly pageSizeBytes: number;
  readonly warnings: readonly EngineWarning[];
  /** Gives the pages back and leaves harmless memory under the views. Idempotent. */
  release(): void;
}

/**
 * Allocates at least `lengthBytes`. 2 MiB pages are preferred, 1 GiB pages taken for lengths from 1 GiB where
 * enough are free. Throws EngineError `HUGEPAGES_UNAVAILABLE` (policy `require`), `MEMORY_SHORT`; SystemError.
 */
export function allocateBacking(options: BackingOptions): Backing {
  const policy = options.hugepages ?? 'prefer';
  if (policy === 'never') return mapBacking(options, undefined, []);
  const pools = hugepagePools(options.sysfsRoot);
  let refusal: SystemError | undefined;
  for (const pool of candidates(pools, options.lengthBytes)) {
    if (pool.availablePages < pagesNeeded(pool, options)) continue;
    try {
      return mapBacking(options, pool, []);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      refusal = error; // another process took the pages since, or a cgroup forbids them
    }
  }
  const shortage = describeShortage(pools, options, refusal);
  if (policy === 'require') {
    throw new EngineError({
      code: 'HUGEPAGES_UNAVAILABLE',
      op: `allocating ${sizeText(options.lengthBytes)} of hugepages`,
      target: options.target,
      reason: shortage.reason,
      hint: shortage.advice,
      cause: refusal,
    });
  }
  const warning: EngineWarning = {
    code: 'hugepages-unavailable',
    message: `DMA memory of ${options.target} uses 4 KiB pages: ${shortage.reason}`,
    advice: shortage.advice,
  };
  return mapBacking(options, undefined, [warning]);
}

function candidates(pools: readonly HugepagePool[], lengthBytes: number): HugepagePool[] {
  const gigantic = pools.filter(
    (pool) => pool.pageSizeBytes === GIGANTIC_PAGE_BYTES && lengthBytes >= GIGANTIC_PAGE_BYTES,
  );
  const preferred = pools.filter((pool) => pool.pageSizeBytes === PREFERRED_PAGE_BYTES);
  const others = pools.filter(
    (pool) => pool.pageSizeBytes !== PREFERRED_PAGE_BYTES && pool.pageSizeBytes < GIGANTIC_PAGE_BYTES,
  );
  return [...gigantic, ...preferred, ...others];
}

function pagesNeeded(pool: HugepagePool, options: BackingOptions): number {
  return backingLength(options, pool.pageSizeBytes) / pool.pageSizeBytes;
}

function backingLength(options: BackingOptions, pageSizeBytes: number): number {
  return roundUp(options.lengthBytes, Math.max(pageSizeBytes, options.granuleBytes ?? 0));
}

function describeShortage(
  pools: readonly HugepagePool[],
  options: BackingOptions,
  refusal: SystemError | undefined,
): { reason: string; advice: string } {
  const pool = pools.find((each) => each.pageSizeBytes === PREFERRED_PAGE_BYTES) ?? pools[0];
  if (pool === undefined) {
    return {
      reason: 'this kernel has no hugepages',
      advice: 'boot a kernel built with CONFIG_HUGETLBFS',
    };
  }
  const needed = pagesNeeded(pool, options);
  const size = sizeText(pool.pageSizeBytes);
  const missing = Math.max(needed - pool.availablePages, 1);
  const refused = refusal === undefined ? '' : `, and ${refusal.op} failed with ${refusal.errnoName}`;
  return {
    reason: `${needed} ${needed === 1 ? 'page' : 'pages'} of ${size} needed, ${pool.availablePages} free${refused}`,
    advice: `reserve them with \`${reserveCommand(pool.pageSizeBytes, pool.availablePages + missing)}\``,
  };
}

/** Base pages are populated at once: more than the host has would have the kernel end some process. */
function requireThere({ lengthBytes, target }: BackingOptions): void {
  const availableBytes = process.availableMemory();
  // 0: without /proc nobody tells.
  if (availableBytes === 0 || lengthBytes <= availableBytes) return;
  throw new EngineError({
    code: 'MEMORY_SHORT',
    op: `allocating ${sizeText(lengthBytes)} of memory`,
    target,
    reason: `this host has ${Math.floor(availableBytes / 2 ** 20)} MiB available`,
    hint: 'ask for less, or free some',
  });
}

function mapBacking(
  options: BackingOptions,
  pool: HugepagePool | undefined,
  warnings: EngineWarning[],
): Backing {
  const pageSizeBytes = pool?.pageSizeBytes ?? BASE_PAGE_BYTES;
  const lengthBytes = backingLength(options, pageSizeBytes);
  if (pool === undefined) requireThere(options);
  const what = `DMA memory of ${options.target}`;
  const flags = pool === undefined ? 0 : MFD_HUGETLB | (Math.log2(pageSizeBytes) << MFD_HUGE_SHIFT);
  const fd = checked(memfdCreate('nvbench-dma', flags | MFD_CLOEXEC), { op: 'memfd_create', target: what });
  let mapped: Mapping | undefined;
  try {
    checked(ftruncate(fd, lengthBytes), { op: `ftruncate to ${lengthBytes} bytes`, target: what });
    mapped =
      pool === undefined ? mapFd(fd, lengthBytes, 0, what) : mapHugeFd(fd, lengthBytes, pageSizeBytes, what);
    const { target, numaNode } = options;
    const placement = { mapping: mapped, pageSizeBytes, numaNode, target, pool };
    const unplaced = placeOnNode(placement);
    populate(mapped, pageSizeBytes, what);
    warnings.push(...(unplaced.length > 0 ? unplaced : checkPlacement(placement)));
  } catch (error) {
    if (mapped !== undefined) unmap(mapped); // no view of it has left this function
    closeFd(fd);
    throw error;
  }
  return makeBacking({ ...mapped, fd }, fd, pageSizeBytes, warnings);
}

function makeBacking(
  mapping: Mapping,
  fd: number,
  pageSizeBytes: number,
  warnings: readonly EngineWarning[],
): Backing {
  let released = false;
  return {
    mapping,
    fd,
    pageSizeBytes,
    warnings,
    release() {
      if (released) return;
      released = true;
      retire(mapping);
      closeFd(fd);
    },
  };
}
