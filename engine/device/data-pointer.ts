/**
 * The data pointer of a command (NVMe base 2.0, 4.1.1: physical region pages), resolved to pieces of host memory
 * before a byte moves. One object serves every command; its arrays are the only storage.
 */
import { SQE } from '../spec/command.js';
import { DATA_TRANSFER_ERROR, INVALID_FIELD, PRP_OFFSET_INVALID, SUCCESS } from './answers.js';
import { MIN_PAGE_BYTES } from './config.js';
import { ACCESS_READ, type DmaView, type DmaWindow, NO_WINDOW } from './dma-table.js';

const HIGH = 2 ** 32;
const PRP_BYTES = 8;
// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const { PRP1_LOW, PRP2_LOW } = SQE;
const OK = SUCCESS;

export class DataPointer {
  count = 0;
  /** Where on the media the transfer begins; in an array, since a large argument of a call is garbage. */
  readonly mediaBytes = new Float64Array(1);
  /** Piece i is `lengthBytes[i]` bytes at `offsetBytes[i]` of `windows[i]`; all multiples of 4. */
  readonly windows: DmaWindow[];
  readonly offsetBytes: Float64Array;
  readonly lengthBytes: Float64Array;
  /** The IOVA being resolved. */
  private readonly cursor = new Float64Array(1);
  private readonly dma: DmaView;
  private readonly mdtsBytes: number;
  private pageBytes = MIN_PAGE_BYTES;
  /** What the controller is to do with what is gathered. */
  private access = 0;

  constructor(dma: DmaView, mdtsBytes: number) {
    this.dma = dma;
    this.mdtsBytes = mdtsBytes;
    // a page splits where it crosses from one mapping to the next, at a 4 KiB boundary
    const pieces = 2 * (mdtsBytes / MIN_PAGE_BYTES) + 4;
    this.windows = new Array(pieces).fill(NO_WINDOW);
    this.offsetBytes = new Float64Array(pieces);
    this.lengthBytes = new Float64Array(pieces);
  }

  /** One more, of the same memory. */
  another(): DataPointer {
    return new DataPointer(this.dma, this.mdtsBytes);
  }

  setPage(pageBytes: number): void {
    this.pageBytes = pageBytes;
  }

  /** Status of the offsets in PRP1 and PRP2 alone, for a command that moves no data. Reads each word once at most. */
  check(commands: Uint32Array, at: number, lengthBytes: number): number {
    const mask = this.pageBytes - 1;
    const low1 = commands[at + PRP1_LOW];
    if ((low1 & 3) !== 0) return PRP_OFFSET_INVALID;
    const left = lengthBytes - (this.pageBytes - (low1 & mask));
    if (left <= 0) return OK;
    const low2 = commands[at + PRP2_LOW];
    return (low2 & (left <= this.pageBytes ? mask : PRP_BYTES - 1)) === 0 ? OK : PRP_OFFSET_INVALID;
  }

  /**
   * Resolves `lengthBytes` of host memory, on which the controller will do `access` (bits of `ACCESS_`); the status says why
   * not. Reads each word of the command, and of a PRP list, once at most: the host may change them at any time.
   */
  gather(commands: Uint32Array, at: number, lengthBytes: number, access: number): number {
    this.count = 0;
    this.access = access;
    const { cursor, pageBytes } = this;
    const mask = pageBytes - 1;
    const low1 = commands[at + SQE.PRP1_LOW];
    if ((low1 & 3) !== 0) return PRP_OFFSET_INVALID;
    cursor[0] = low1 + commands[at + SQE.PRP1_HIGH] * HIGH;
    const firstBytes = pageBytes - (low1 & mask);
    if (lengthBytes <= firstBytes) return this.addAtCursor(lengthBytes);
    const leftBytes = lengthBytes - firstBytes;
    const low2 = commands[at + SQE.PRP2_LOW];
    if ((low2 & (leftBytes <= pageBytes ? mask : PRP_BYTES - 1)) !== 0) return PRP_OFFSET_INVALID;
    const status = this.addAtCursor(firstBytes);
    if (status !== SUCCESS) return status;
    cursor[0] = low2 + commands[at + SQE.PRP2_HIGH] * HIGH;
    return leftBytes <= pageBytes ? this.addAtCursor(leftBytes) : this.walkListAtCursor(leftBytes);
  }

  /** Resolves a metadata pointer: `lengthBytes` in one piece of the host's memory, from a dword on (4.1.1, MPTR). */
  gatherMetadata(commands: Uint32Array, at: number, lengthBytes: number, access: number): number {
    this.count = 0;
    this.access = access;
    const low = commands[at + SQE.MPTR_LOW];
    if ((low & 3) !== 0) return INVALID_FIELD;
    this.cursor[0] = low + commands[at + SQE.MPTR_HIGH] * HIGH;
    return this.addAtCursor(lengthBytes);
  }

  /** Copies `count` words of what was gathered, from `first` on, to the beginning of `into`. */
  copyTo(into: Uint32Array, first: number, count: number): void {
    let skip = first;
    let to = 0;
    for (let i = 0; i < this.count && to < count; i++) {
      const words = this.lengthBytes[i] / 4;
      const from = this.offsetBytes[i] / 4;
      for (let n = skip; n < words && to < count; n++, to++) into[to] = this.windows[i].words[from + n];
      skip = Math.max(0, skip - words);
    }
  }

  /** Writes `lengthBytes` gathered before: `source` from `sourceBytes` on, zeros past its end. */
  deliver(source: Uint32Array, sourceBytes: number, lengthBytes: number): void {
    let from = sourceBytes / 4;
    let left = lengthBytes / 4;
    for (let i = 0; i < this.count && left > 0; i++) {
      const words = this.windows[i].words;
      const to = this.offsetBytes[i] / 4;
      const count = Math.min(left, this.lengthBytes[i] / 4);
      for (let n = 0; n < count; n++, from++) words[to + n] = from < source.length ? source[from] : 0;
      left -= count;
    }
  }

  /** A copy of `lengthBytes` gathered before. */
  collect(lengthBytes: number): Uint8Array {
    const copy = new Uint32Array(lengthBytes / 4);
    let to = 0;
    for (let i = 0; i < this.count && to < copy.length; i++) {
      const from = this.offsetBytes[i] / 4;
      const count = Math.min(copy.length - to, this.lengthBytes[i] / 4);
      copy.set(this.windows[i].words.subarray(from, from + count), to);
      to += count;
    }
    return new Uint8Array(copy.buffer);
  }

  /** The word of that index among what was gathered. */
  wordAt(index: number): number {
    let left = index;
    for (let i = 0; i < this.count; i++) {
      const words = this.lengthBytes[i] / 4;
      if (left < words) return this.windows[i].words[this.offsetBytes[i] / 4 + left];
      left -= words;
    }
    return 0;
  }

  /** Writes words into what was gathered, from that one on. */
  put(first: number, source: Uint32Array): void {
    let skip = first;
    let from = 0;
    for (let i = 0; i < this.count && from < source.length; i++) {
      const words = this.lengthBytes[i] / 4;
      const to = this.offsetBytes[i] / 4;
      for (let n = skip; n < words && from < source.length; n++, from++)
        this.windows[i].words[to + n] = source[from];
      skip = Math.max(0, skip - words);
    }
  }

  /** Keeps the first `lengthBytes` of what was gathered, a multiple of 4. */
  cut(lengthBytes: number): void {
    let left = lengthBytes;
    for (let i = 0; i < this.count; i++) {
      this.lengthBytes[i] = Math.min(left, this.lengthBytes[i]);
      left -= this.lengthBytes[i];
    }
  }

  /** Inverts the lowest bit of that byte of what was gathered, if it is as long. */
  flip(byte: number): void {
    let left = byte;
    for (let i = 0; i < this.count; i++) {
      if (left < this.lengthBytes[i]) {
        this.windows[i].words[(this.offsetBytes[i] + left - (left % 4)) / 4] ^= 1 << (8 * (left % 4));
        return;
      }
      left -= this.lengthBytes[i];
    }
  }

  /** 4.1.1: the last entry of a full list page points to the next one if more pages follow. */
  private walkListAtCursor(lengthBytes: number): number {
    const { cursor } = this;
    let left = lengthBytes;
    while (left > 0) {
      const window = this.dma.find(cursor);
      if (window === undefined || (window.access & ACCESS_READ) === 0) return DATA_TRANSFER_ERROR;
      const entry = cursor[0];
      const word = (entry - window.iova) / 4;
      const low = window.words[word];
      if ((low & (this.pageBytes - 1)) !== 0) return PRP_OFFSET_INVALID;
      cursor[0] = low + window.words[word + 1] * HIGH;
      if (left > this.pageBytes && (entry + PRP_BYTES) % this.pageBytes === 0) continue;
      const status = this.addAtCursor(Math.min(left, this.pageBytes));
      if (status !== SUCCESS) return status;
      left -= this.pageBytes;
      cursor[0] = entry + PRP_BYTES;
    }
    return SUCCESS;
  }

  private addAtCursor(lengthBytes: number): number {
    const { cursor, access } = this;
    let left = lengthBytes;
    while (left > 0) {
      const window = this.dma.find(cursor);
      if (window === undefined || (window.access & access) !== access) return DATA_TRANSFER_ERROR;
      const offset = cursor[0] - window.iova;
      const piece = Math.min(left, window.lengthBytes - offset);
      const i = this.count++;
      this.windows[i] = window;
      this.offsetBytes[i] = offset;
      this.lengthBytes[i] = piece;
      cursor[0] += piece;
      left -= piece;
    }
    return SUCCESS;
  }
}
