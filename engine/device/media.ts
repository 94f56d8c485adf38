/**
 * Where blocks live. `ram` is sparse: a page of memory per 4 KiB written, unwritten blocks read as zeros.
 *
 * Whole aligned pages move with TypedArray.set between views made once (0.1 us; a loop takes 1.3 us and a fresh
 * subarray per copy would be garbage); everything else moves by a loop over words.
 */
import { madvise } from '../sys/libc.js';
import { mapSparse, unmap, type ViewedMapping } from '../sys/mapping.js';
import { CAPACITY_EXCEEDED, SUCCESS } from './answers.js';
import type { SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import { type DmaWindow, pageOf } from './dma-table.js';

const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / 4;
const PAGES_PER_SLAB = 16384;
const MADV_NOHUGEPAGE = 15;
/** Made beforehand, for 1 TiB: an array that grows changes its kind, for which V8 compiles again. */
const MOST_LEAVES = 16_384;

export interface Media {
  /** False where no data moves: the data pointer is then not followed. */
  readonly movesData: boolean;
  /** Bytes that hold written blocks. */
  usedBytes(): number;
  /** Moves what `data` resolved, beginning at its `mediaBytes`. */
  read(data: DataPointer): number;
  write(data: DataPointer): number;
  writeZeroes(atBytes: number, lengthBytes: number): number;
  /** Whether the blocks hold what `data` resolved. */
  equals(data: DataPointer): boolean;
  /** Copies what one block has, or zeroes. */
  readBlock(atBytes: number, into: Uint32Array): void;
  /** Puts a block back that was written before. */
  writeBlock(atBytes: number, from: Uint32Array): void;
  /** All blocks read as zeroes. */
  clear(): number;
  /** What was written outlives a loss of the host's power. */
  sync(): number;
  /** Called by `clear`: for what is kept of blocks elsewhere. */
  onClear: () => void;
  close(): void;
}

/** No media: commands succeed and no data moves. */
class NullMedia implements Media {
  readonly movesData = false;
  onClear = (): void => undefined;
  private readonly sizeBytes: number;

  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  usedBytes(): number {
    return this.sizeBytes;
  }

  read(): number {
    return SUCCESS;
  }

  write(): number {
    return SUCCESS;
  }

  writeZeroes(): number {
    return SUCCESS;
  }

  equals(): boolean {
    return true;
  }

  readBlock(_atBytes: number, into: Uint32Array): void {
    into.fill(0);
  }

  writeBlock(): void {}

  clear(): number {
    this.onClear();
    return SUCCESS;
  }

  sync(): number {
    return SUCCESS;
  }

  close(): void {}
}

type Page = Uint32Array | undefined;

class RamMedia implements Media {
  readonly movesData = true;
  onClear = (): void => undefined;
  private readonly pageLimit: number;
  private pagesUsed = 0;
  private readonly slabs: ViewedMapping[] = [];
  /** Pages by number, in leaves of 16384 that exist once something in them was written. */
  private readonly leaves: (Page[] | undefined)[];

  /** Room for `sizeBytes`, of which `memoryBytes` may be written. */
  constructor(sizeBytes: number, memoryBytes: number) {
    this.pageLimit = Math.floor(memoryBytes / PAGE_BYTES);
    const leaves = Math.ceil(sizeBytes / (PAGES_PER_SLAB * PAGE_BYTES));
    this.leaves = new Array(Math.min(leaves, MOST_LEAVES)).fill(undefined);
  }

  usedBytes(): number {
    return this.pagesUsed * PAGE_BYTES;
  }

  read(data: DataPointer): number {
    const atBytes = data.mediaBytes[0];
    let pageNumber = Math.floor(atBytes / PAGE_BYTES);
    let word = (atBytes - pageNumber * PAGE_BYTES) / 4;
    for (let i = 0; i < data.count; i++) {
      let to = data.offsetBytes[i] / 4;
      let left = data.lengthBytes[i] / 4;
      while (left > 0) {
        const count = Math.min(left, PAGE_WORDS - word);
        copyOut(this.find(pageNumber), word, data.windows[i].words, to, count);
        to += count;
        left -= count;
        word += count;
        if (word === PAGE_WORDS) {
          word = 0;
          pageNumber++;
        }
      }
    }
    return SUCCESS;
  }

  write(data: DataPointer): number {
    const atBytes = data.mediaBytes[0];
    let pageNumber = Math.floor(atBytes / PAGE_BYTES);
    let word = (atBytes - pageNumber * PAGE_BYTES) / 4;
    for (let i = 0; i < data.count; i++) {
      let from = data.offsetBytes[i] / 4;
      let left = data.lengthBytes[i] / 4;
      while (left > 0) {
        const page = this.find(pageNumber) ?? this.add(pageNumber);
        if (page === undefined) return CAPACITY_EXCEEDED;
        const count = Math.min(left, PAGE_WORDS - word);
        copyIn(page, word, data.windows[i], from, count);
        from += count;
        left -= count;
        word += count;
        if (word === PAGE_WORDS) {
          word = 0;
          pageNumber++;
        }
      }
    }
    return SUCCESS;
  }

  writeZeroes(atBytes: number, lengthBytes: number): number {
    let at = atBytes;
    const end = atBytes + lengthBytes;
    while (at < end) {
      const pageNumber = Math.floor(at / PAGE_BYTES);
      const first = at - pageNumber * PAGE_BYTES;
      const count = Math.min(end - at, PAGE_BYTES - first);
      this.find(pageNumber)?.fill(0, first / 4, (first + count) / 4);
      at += count;
    }
    return SUCCESS;
  }

  equals(data: DataPointer): boolean {
    const atBytes = data.mediaBytes[0];
    let pageNumber = Math.floor(atBytes / PAGE_BYTES);
    let word = (atBytes - pageNumber * PAGE_BYTES) / 4;
    for (let i = 0; i < data.count; i++) {
      let from = data.offsetBytes[i] / 4;
      let left = data.lengthBytes[i] / 4;
      while (left > 0) {
        const count = Math.min(left, PAGE_WORDS - word);
        if (!same(this.find(pageNumber), word, data.windows[i].words, from, count)) return false;
        from += count;
        left -= count;
        word += count;
        if (word === PAGE_WORDS) {
          word = 0;
          pageNumber++;
        }
      }
    }
    return true;
  }

  readBlock(atBytes: number, into: Uint32Array): void {
    const pageNumber = Math.floor(atBytes / PAGE_BYTES);
    copyOut(this.find(pageNumber), (atBytes - pageNumber * PAGE_BYTES) / 4, into, 0, into.length);
  }

  writeBlock(atBytes: number, from: Uint32Array): void {
    const pageNumber = Math.floor(atBytes / PAGE_BYTES);
    this.find(pageNumber)?.set(from, (atBytes - pageNumber * PAGE_BYTES) / 4);
  }

  clear(): number {
    this.onClear();
    for (const leaf of this.leaves) for (const page of leaf ?? []) page?.fill(0);
    return SUCCESS;
  }

  sync(): number {
    return SUCCESS;
  }

  /** Gives the memory back. Nothing may be read or written afterwards. */
  close(): void {
    this.leaves.length = 0;
    for (const slab of this.slabs.splice(0)) unmap(slab);
  }

  private find(pageNumber: number): Page {
    const leaf = this.leaves[Math.floor(pageNumber / PAGES_PER_SLAB)];
    return leaf === undefined ? undefined : leaf[pageNumber % PAGES_PER_SLAB];
  }

  private add(pageNumber: number): Page {
    if (this.pagesUsed === this.pageLimit) return undefined;
    const inSlab = this.pagesUsed % PAGES_PER_SLAB;
    if (inSlab === 0) this.slabs.push(newSlab());
    this.pagesUsed++;
    const slab = this.slabs[this.slabs.length - 1];
    const page = new Uint32Array(slab.buffer, inSlab * PAGE_BYTES, PAGE_WORDS);
    const leafNumber = Math.floor(pageNumber / PAGES_PER_SLAB);
    let leaf = this.leaves[leafNumber];
    if (leaf === undefined) {
      leaf = new Array<Page>(PAGES_PER_SLAB).fill(undefined);
      this.leaves[leafNumber] = leaf;
    }
    leaf[pageNumber % PAGES_PER_SLAB] = page;
    return page;
  }
}

function newSlab(): ViewedMapping {
  const slab = mapSparse(PAGES_PER_SLAB * PAGE_BYTES, 'simulated media');
  // a huge page would zero 2 MiB inside one write command; where the kernel has none, the advice may fail
  madvise(slab.address, slab.lengthBytes, MADV_NOHUGEPAGE);
  return slab;
}

function copyOut(page: Page, word: number, host: Uint32Array, to: number, count: number): void {
  if (page === undefined) host.fill(0, to, to + count);
  else if (count === PAGE_WORDS) host.set(page, to);
  else for (let n = 0; n < count; n++) host[to + n] = page[word + n];
}

function same(page: Page, word: number, host: Uint32Array, from: number, count: number): boolean {
  for (let n = 0; n < count; n++)
    if (host[from + n] !== (page === undefined ? 0 : page[word + n])) return false;
  return true;
}

function copyIn(page: Uint32Array, word: number, window: DmaWindow, from: number, count: number): void {
  if (count === PAGE_WORDS && from % PAGE_WORDS === 0) page.set(pageOf(window, from / PAGE_WORDS));
  else for (let n = 0; n < count; n++) page[word + n] = window.words[from + n];
}

/** The blocks of a namespace in memory, as it is configured. */
export function memoryMedia({
  media,
  sizeBytes,
  memoryBytes,
}: Pick<SimConfig, 'media' | 'sizeBytes' | 'memoryBytes'>): Media {
  return media === 'null' ? new NullMedia(sizeBytes) : new RamMedia(sizeBytes, memoryBytes);
}
