/**
 * HOT: what writes carry. Each buffer is filled once with data that does not compress and differs between buffers; before each
 * write every logical block of it gets words of its own, so that no two blocks written in a job are the same to a drive that
 * looks for such.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { RECORDS } from '../../path/records.js';
import { BATCH_SLOTS, SENDERS } from '../lane.js';

/** Words at the beginning of each logical block: its address, how many writes came before, and which job of which run. */
export const STAMP = { WORDS: 4, SLBA_LOW: 0, SLBA_HIGH: 1, SEQUENCE: 2, TAG: 3 } as const;

/** Puts into the data of slots what their next writes carry. */
export interface Payload {
  /** What no later `stamp` changes: once for the buffers of each queue, before the first. `seed` tells queues apart. */
  prepare(data: readonly Int32Array[], seed: number): void;
  /** For the first `count` slots of `batch`, all of which write. `base` is where in RECORDS `slots` begin, -1 where they lie elsewhere. */
  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number, base?: number): void;
}

// Each call of `stampNear` with a constant is compiled for it.
const records = RECORDS;
const all = BATCH_SLOTS;
const senders = SENDERS;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;

/** Every block of `lbaWords` of a buffer. */
function stampEach(words: Int32Array, lbaWords: number, low: number, sequence: number): void {
  const { length } = words;
  let next = low;
  for (let at = 0; at < length; at = (at + lbaWords) | 0) {
    words[at] = next;
    words[at | 2] = sequence;
    next = (next + 1) | 0;
  }
}

/**
 * The same for 4 KiB of 512 byte blocks, the most usual: at constant places V8 leaves out what it must compute and check otherwise. A
 * constant, since V8 looks a function up each time.
 */
const stampEight = (words: Int32Array, low: number, sequence: number): void => {
  words[0] = low;
  words[2] = sequence;
  words[128] = (low + 1) | 0;
  words[130] = sequence;
  words[256] = (low + 2) | 0;
  words[258] = sequence;
  words[384] = (low + 3) | 0;
  words[386] = sequence;
  words[512] = (low + 4) | 0;
  words[514] = sequence;
  words[640] = (low + 5) | 0;
  words[642] = sequence;
  words[768] = (low + 6) | 0;
  words[770] = sequence;
  words[896] = (low + 7) | 0;
  words[898] = sequence;
};

export class StampedBlocks implements Payload {
  /** Writes so far; the sequence of the next. Wraps at 2^32. */
  private sequence = 0;
  private readonly tag: number;
  private readonly lbaWords: number;
  /** No address reaches 2^32: its upper word is 0 in every stamp. */
  private readonly near: boolean;
  /** Writes have several lengths: a buffer is filled as far as its slot's record says. */
  private readonly varied: boolean;

  /** Logical blocks of `lbaBytes`; `tag` tells the writers of a run apart. */
  constructor(lbaBytes: number, tag: number, near: boolean, varied = false) {
    this.varied = varied;
    this.lbaWords = lbaBytes / 4;
    this.tag = tag | 0;
    this.near = near;
  }

  prepare(data: readonly Int32Array[], seed: number): void {
    fillUnlike(data, seed);
    for (const words of data) {
      for (let at = 0; at < words.length; at += this.lbaWords) {
        words[at + STAMP.SLBA_HIGH] = 0;
        words[at + STAMP.TAG] = this.tag;
      }
    }
  }

  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number, base = -1): void {
    if (this.near === false || this.varied === true) this.stampFar(slots, data, batch, count);
    else if (base < 0) this.stampNear(slots, 0, data, batch, count);
    else if (batch === senders) this.stampNear(records, base, data, senders, count);
    else if (batch === all) this.stampNear(records, base, data, all, count);
    else this.stampNear(records, base, data, batch, count);
  }

  private stampNear(
    slots: Slots,
    base: number,
    data: readonly Int32Array[],
    batch: Uint16Array,
    count: number,
  ): void {
    const lbaWords = this.lbaWords | 0;
    let sequence = this.sequence | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const words = data[slot];
      const { length } = words;
      const low = slots[((slot << RECORD_SHIFT) + base) | SLBA_LOW];
      if (lbaWords === 128 && length === 1024) stampEight(words, low, sequence);
      else stampEach(words, lbaWords, low, sequence);
      sequence = (sequence + 1) | 0;
    }
    this.sequence = sequence;
  }

  private stampFar(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number): void {
    const lbaWords = this.lbaWords | 0;
    let sequence = this.sequence | 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const words = data[slot];
      const length = this.varied === true ? Math.imul(slots[record | LBAS], lbaWords) : words.length;
      let low = slots[record | SLBA_LOW];
      let high = slots[record | SLBA_HIGH];
      for (let at = 0; at < length; at = (at + lbaWords) | 0) {
        words[at] = low;
        words[at | 1] = high;
        words[at | 2] = sequence;
        low = (low + 1) | 0;
        if (low === 0) high = (high + 1) | 0;
      }
      sequence = (sequence + 1) | 0;
    }
    this.sequence = sequence;
  }
}

/** Fills buffers with data that does not compress, different for each and for each `seed` (xorshift32). */
function fillUnlike(data: readonly Int32Array[], seed: number): void {
  for (const [index, words] of data.entries()) {
    let x = Math.imul(seed + index + 1, 0x9e3779b1) | 1;
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[i] = x;
    }
  }
}
