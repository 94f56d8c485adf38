/**
 * The software controller's IOMMU: which I/O virtual addresses lead where in this process. One table in shared
 * memory, written by the process and read by the device thread when its generation moves.
 *
 * Entry, 32 bytes: 0 IOVA (float64: exact below 2^53), 8 length in bytes (float64), 16 native address (uint64),
 * 24 access (int32), 0 where the entry is free, 28 serial of the mapping (int32), which tells a mapping from its successor in the same entry.
 */
import { MOST_VIEW_BYTES } from '../sys/libc.js';
import { viewAt } from '../sys/mapping.js';
import type { ControlLines } from './control.js';

const ENTRY_BYTES = 32;
const PAGE_BYTES = 4096;
export const DMA_TABLE_ENTRIES = 4096;

/** What the device may do with a mapping. */
export const ACCESS_READ = 1;
export const ACCESS_WRITE = 2;
export const ACCESS_BOTH = 3;

interface Columns {
  readonly numbers: Float64Array;
  readonly addresses: BigUint64Array;
  readonly flags: Int32Array;
}

function columns(buffer: SharedArrayBuffer): Columns {
  return {
    numbers: new Float64Array(buffer),
    addresses: new BigUint64Array(buffer),
    flags: new Int32Array(buffer),
  };
}

/** The process's end: enters and withdraws mappings. Overlaps are the caller's to refuse. */
export class DmaTableWriter {
  readonly buffer = new SharedArrayBuffer(DMA_TABLE_ENTRIES * ENTRY_BYTES);
  private readonly table = columns(this.buffer);
  private readonly control: ControlLines;
  private serial = 0;
  used = 0;

  constructor(control: ControlLines) {
    this.control = control;
  }

  /** True where some entry covers part of the span. */
  overlaps(iova: number, lengthBytes: number): boolean {
    const { numbers, flags } = this.table;
    for (let i = 0; i < DMA_TABLE_ENTRIES; i++) {
      if (flags[i * 8 + 6] === 0) continue;
      const start = numbers[i * 4];
      if (iova < start + numbers[i * 4 + 1] && start < iova + lengthBytes) return true;
    }
    return false;
  }

  /** `access`: one of `ACCESS_`. False where the table is full. */
  enter(address: bigint, lengthBytes: number, iova: number, access = ACCESS_BOTH): boolean {
    const { numbers, addresses, flags } = this.table;
    let i = 0;
    while (i < DMA_TABLE_ENTRIES && flags[i * 8 + 6] !== 0) i++;
    if (i === DMA_TABLE_ENTRIES) return false;
    numbers[i * 4] = iova;
    numbers[i * 4 + 1] = lengthBytes;
    addresses[i * 4 + 2] = address;
    flags[i * 8 + 7] = ++this.serial;
    Atomics.store(flags, i * 8 + 6, access);
    this.used++;
    this.control.announceDma();
    return true;
  }

  /** The generation to wait for, after which the device cannot reach the memory; undefined where not mapped. */
  withdraw(address: bigint, lengthBytes: number, iova: number): number | undefined {
    const { numbers, addresses, flags } = this.table;
    for (let i = 0; i < DMA_TABLE_ENTRIES; i++) {
      if (flags[i * 8 + 6] === 0 || numbers[i * 4] !== iova) continue;
      if (numbers[i * 4 + 1] !== lengthBytes || addresses[i * 4 + 2] !== address) continue;
      Atomics.store(flags, i * 8 + 6, 0);
      this.used--;
      return this.control.announceDma();
    }
    return undefined;
  }
}

/** A mapping as the device thread sees it. */
interface DmaSpan {
  readonly serial: number;
  readonly iova: number;
  readonly lengthBytes: number;
  readonly address: bigint;
  readonly access: number;
  /** One for each `MOST_VIEW_BYTES`, made when something in it is first wanted. */
  readonly windows: (DmaWindow | undefined)[];
}

/** A mapping, or the part of a large one that a single view shows. */
export interface DmaWindow {
  readonly iova: number;
  readonly lengthBytes: number;
  /** Bits of `ACCESS_`: what may be done to `words`. A store into what may only be read ends the process. */
  readonly access: number;
  readonly words: Uint32Array;
  /** Views of single 4 KiB pages, made when a whole page is first read by a write command. */
  readonly pages: (Uint32Array | undefined)[];
}

/** Where nothing is. */
export const NO_WINDOW: DmaWindow = {
  iova: 0,
  lengthBytes: 0,
  access: 0,
  words: new Uint32Array(0),
  pages: [],
};

/** The device thread's end. */
export class DmaView {
  private readonly table: Columns;
  private readonly control: ControlLines;
  /** Ascending by IOVA. */
  private spans: DmaSpan[] = [];
  private recent: DmaWindow | undefined;

  constructor(buffer: SharedArrayBuffer, control: ControlLines) {
    this.table = columns(buffer);
    this.control = control;
  }

  /** Takes over the table as it is now. Views of mappings that stayed are kept. */
  refresh(): number {
    const generation = this.control.dmaGeneration();
    const known = new Map(this.spans.map((span) => [span.serial, span]));
    const { numbers, addresses, flags } = this.table;
    const spans: DmaSpan[] = [];
    for (let i = 0; i < DMA_TABLE_ENTRIES; i++) {
      const access = Atomics.load(flags, i * 8 + 6);
      if (access === 0) continue;
      const serial = flags[i * 8 + 7];
      spans.push(
        known.get(serial) ?? {
          serial,
          iova: numbers[i * 4],
          lengthBytes: numbers[i * 4 + 1],
          address: addresses[i * 4 + 2],
          access,
          windows: [],
        },
      );
    }
    this.spans = spans.sort((a, b) => a.iova - b.iova);
    this.recent = undefined;
    return generation;
  }

  /**
   * The window that holds the byte at `at[0]`, or undefined: the IOMMU fault. HOT: the address comes in an array,
   * since a large number handed to a call that is not inlined is garbage.
   */
  find(at: Float64Array): DmaWindow | undefined {
    const iova = at[0];
    const { recent } = this;
    if (recent !== undefined && iova >= recent.iova && iova < recent.iova + recent.lengthBytes) return recent;
    const span = this.spanAt(at);
    if (span === undefined) return undefined;
    const index = Math.floor((iova - span.iova) / MOST_VIEW_BYTES);
    this.recent = span.windows[index] ?? openWindow(span, index);
    return this.recent;
  }

  /** `lengthBytes` at `iova` as words, or undefined unless one mapping that allows `access` holds them all. */
  span(iova: number, lengthBytes: number, access = ACCESS_BOTH): Uint32Array | undefined {
    const at = Float64Array.of(iova);
    const window = this.find(at);
    if (window === undefined || (window.access & access) !== access) return undefined;
    const offset = iova - window.iova;
    if (offset + lengthBytes <= window.lengthBytes)
      return new Uint32Array(window.words.buffer, offset, lengthBytes / 4);
    const span = this.spanAt(at);
    if (span === undefined || iova + lengthBytes > span.iova + span.lengthBytes) return undefined;
    return new Uint32Array(viewAt(span.address + BigInt(iova - span.iova), lengthBytes));
  }

  /**
   * `lengthBytes` at `iova`, a multiple of 4 KiB, as one array where one mapping holds them all, else as one of each page;
   * undefined unless all of it is mapped and allows `access`.
   */
  pieces(iova: number, lengthBytes: number, access: number): readonly Uint32Array[] | undefined {
    const whole = this.span(iova, lengthBytes, access);
    const count = whole === undefined ? Math.ceil(lengthBytes / PAGE_BYTES) : 1;
    const pieces = new Array<Uint32Array>(count).fill(whole ?? NO_WINDOW.words);
    const at = new Float64Array(1);
    for (let page = 0; whole === undefined && page < count; page++) {
      at[0] = iova + page * PAGE_BYTES;
      const window = this.find(at);
      if (window === undefined || (window.access & access) !== access) return undefined;
      pieces[page] = pageOf(window, (at[0] - window.iova) / PAGE_BYTES);
    }
    return pieces;
  }

  /** Whether all of it is mapped, by however many mappings, and may be read and written. */
  covers(iova: number, lengthBytes: number): boolean {
    const at = Float64Array.of(iova);
    while (at[0] < iova + lengthBytes) {
      const window = this.find(at);
      if (window === undefined || window.access !== ACCESS_BOTH) return false;
      at[0] = window.iova + window.lengthBytes;
    }
    return true;
  }

  private spanAt(at: Float64Array): DmaSpan | undefined {
    const span = this.search(at);
    // a mapping made after this pass began is there before the doorbell that needs it
    if (span !== undefined || !this.control.dmaChanged()) return span;
    this.refresh();
    return this.search(at);
  }

  private search(at: Float64Array): DmaSpan | undefined {
    const iova = at[0];
    let low = 0;
    let high = this.spans.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const span = this.spans[middle];
      if (iova < span.iova) high = middle - 1;
      else if (iova >= span.iova + span.lengthBytes) low = middle + 1;
      else return span;
    }
    return undefined;
  }
}

/** A page of a window, by its number. The view stays. */
export function pageOf(window: DmaWindow, index: number): Uint32Array {
  const known = window.pages[index];
  if (known !== undefined) return known;
  const { buffer, byteOffset } = window.words;
  const page = new Uint32Array(buffer, byteOffset + index * PAGE_BYTES, PAGE_BYTES / 4);
  window.pages[index] = page;
  return page;
}

function openWindow(span: DmaSpan, index: number): DmaWindow {
  const fromBytes = index * MOST_VIEW_BYTES;
  const lengthBytes = Math.min(MOST_VIEW_BYTES, span.lengthBytes - fromBytes);
  const words = new Uint32Array(viewAt(span.address + BigInt(fromBytes), lengthBytes));
  const pages = new Array<Uint32Array | undefined>(Math.ceil(lengthBytes / PAGE_BYTES)).fill(undefined);
  const { access } = span;
  const window: DmaWindow = { iova: span.iova + fromBytes, lengthBytes, access, words, pages };
  span.windows[index] = window;
  return window;
}
