/** DMA memory of one client: files it sent, mapped here and put before the controller; and what it keeps to itself. */
import { fstatSync, statfsSync } from 'node:fs';
import { EngineError } from '../../errors.js';
import { isMemory } from '../../sys/foreign-fd.js';
import { guard } from '../../sys/lost-pages.js';
import { type Mapping, mapFd, mapFdToRead, retire, unmap } from '../../sys/mapping.js';
import { DMA_READ_FLAG, DMA_WRITE_FLAG, type DmaMap, type DmaUnmap } from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

/** With or without a descriptor: a guest behind an IOMMU has one for each page that is in flight. */
export const MAX_DMA_MAPPINGS = 4096;

const PAGE_BYTES = 4096;
const HUGETLBFS_MAGIC = 0x958458f6;
const READ_WRITE = DMA_READ_FLAG | DMA_WRITE_FLAG;
/** Addresses stay exact in a double. */
const MOST_ADDRESS = 2n ** 52n;
const MOST_OFFSET = 2n ** 46n;
const ADDRESSES = 2n ** 64n;
/** Of all mappings together: what is mapped takes from the address space of this process. */
const MOST_BYTES = 2n ** 40n;

/**
 * What a client's memory is put before. `access` has the bits of the flags of DMA_MAP, both where it is left out; `unmapAll`, of
 * those that have it, waits once for all.
 */
export interface ClientDma {
  map(memory: Mapping, iova: bigint, access?: number): void;
  unmap(memory: Mapping, iova: bigint): void;
  unmapAll?(mappings: Iterable<readonly [iova: bigint, memory: Mapping]>): void;
}

interface Entry {
  readonly iova: bigint;
  readonly end: bigint;
  /** Undefined for memory that came without a descriptor: the controller cannot reach it. */
  readonly mapping: Mapping | undefined;
}

export class ClientMemory {
  readonly #dma: ClientDma;
  /** Ascending by address, none over another. */
  #entries: Entry[] = [];
  #mappedBytes = 0n;

  constructor({ dma }: { readonly dma: ClientDma }) {
    this.#dma = dma;
  }

  /**
   * Maps part of a file at an I/O virtual address, for the access that the flags allow. The descriptor is the caller's;
   * without one the addresses are taken, and a command that names them fails. Throws Refusal.
   */
  map(request: DmaMap, fd: number | undefined): void {
    const { iova, lengthBytes, flags } = request;
    const end = iova + lengthBytes;
    if ((flags & READ_WRITE) === 0 || (flags & ~READ_WRITE) !== 0)
      throw new Refusal('EINVAL', `flags ${flags}`);
    if (lengthBytes === 0n || end > ADDRESSES)
      throw new Refusal('EINVAL', 'a size or an address that is too large');
    if (this.#entries.length >= MAX_DMA_MAPPINGS) throw new Refusal('ENOSPC', 'too many mappings');
    const at = this.#firstAbove(iova);
    if (at < this.#entries.length && this.#entries[at].iova < end)
      throw new Refusal('EEXIST', 'something is mapped there already');
    const mapping = fd === undefined ? undefined : this.#mapFile(request, fd);
    this.#entries.splice(at, 0, { iova, end, mapping });
  }

  #mapFile({ iova, lengthBytes, fileOffset, flags }: DmaMap, fd: number): Mapping {
    if (lengthBytes > MOST_BYTES || iova > MOST_ADDRESS || fileOffset > MOST_OFFSET)
      throw new Refusal('EINVAL', 'a size or an address that is too large');
    if (this.#mappedBytes + lengthBytes > MOST_BYTES)
      throw new Refusal('ENOSPC', `more than ${MOST_BYTES} bytes of memory`);
    const pageBytes = checkFile(fd, fileOffset, lengthBytes);
    const mapping = mapFile(fd, Number(lengthBytes), fileOffset, flags);
    try {
      // a client that cuts the file short must not end this process
      if (!guard(mapping, pageBytes)) throw new Refusal('ENOSPC', 'too many mappings');
      this.#dma.map(mapping, iova, flags);
    } catch (error) {
      unmap(mapping); // the controller has not seen it
      throw error instanceof EngineError ? new Refusal('EINVAL', error.message) : error;
    }
    this.#mappedBytes += lengthBytes;
    return mapping;
  }

  /** The index of the first mapping that ends above the address. */
  #firstAbove(iova: bigint): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle].end > iova) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Every mapping in the range, of which there may be none. Throws Refusal where it would cut one in two. */
  unmap({ iova, lengthBytes }: DmaUnmap): void {
    const end = iova + lengthBytes;
    if (lengthBytes === 0n || end > ADDRESSES) throw new Refusal('EINVAL', 'no range');
    const first = this.#firstAbove(iova);
    let last = first;
    while (last < this.#entries.length && this.#entries[last].iova < end) last++;
    const taken = this.#entries.slice(first, last);
    if (taken.some((entry) => entry.iova < iova || entry.end > end))
      throw new Refusal('EINVAL', 'part of a mapping');
    this.#entries.splice(first, taken.length);
    this.#remove(taken);
  }

  /** Takes all of it away from the controller. */
  release(): void {
    this.#remove(this.#entries);
    this.#entries = [];
  }

  #remove(entries: readonly Entry[]): void {
    const mapped = entries.flatMap(({ iova, mapping }) =>
      mapping === undefined ? [] : ([[iova, mapping]] as const),
    );
    const dma = this.#dma;
    if (dma.unmapAll) this.#giveBack(mapped, () => dma.unmapAll?.(mapped));
    else for (const each of mapped) this.#giveBack([each], () => dma.unmap(each[1], each[0]));
  }

  #giveBack(mapped: readonly (readonly [bigint, Mapping])[], takeAway: () => void): void {
    let gone = true;
    try {
      takeAway();
    } catch {
      gone = false; // the controller did not say that it lets go
    }
    for (const [, mapping] of mapped) {
      this.#mappedBytes -= BigInt(mapping.lengthBytes);
      if (gone) unmap(mapping);
      else retire(mapping);
    }
  }
}

/** Memory that may only be read is mapped so: who sealed it, or opened it for reading, allows nothing else. */
function mapFile(fd: number, lengthBytes: number, fileOffset: bigint, flags: number): Mapping {
  const what = 'memory of a client';
  try {
    if ((flags & DMA_WRITE_FLAG) === 0) return mapFdToRead(fd, lengthBytes, what, fileOffset);
    return mapFd(fd, lengthBytes, fileOffset, what);
  } catch (error) {
    throw error instanceof EngineError ? new Refusal('EINVAL', error.message) : error;
  }
}

/**
 * The file's page size in bytes. Throws Refusal: what lies past the end of a file is no memory, and neither is a file of
 * another kind, whose pages somebody may keep the controller waiting for.
 */
function checkFile(fd: number, fileOffset: bigint, lengthBytes: bigint): number {
  if (!isMemory(fd)) throw new Refusal('EINVAL', 'the descriptor is no file in memory');
  const file = fstatSync(fd, { bigint: true });
  if (fileOffset + lengthBytes > file.size) throw new Refusal('EINVAL', 'the file is too short');
  const system = statfsSync(`/proc/self/fd/${fd}`);
  const pageBytes = system.type === HUGETLBFS_MAGIC ? system.bsize : PAGE_BYTES;
  if (fileOffset % BigInt(pageBytes) !== 0n || lengthBytes % BigInt(pageBytes) !== 0n)
    throw new Refusal('EINVAL', `not in whole pages of ${pageBytes} bytes`);
  return pageBytes;
}
