/**
 * HOT: what writes carry. Each buffer is filled once with data that does not compress and differs between buffers; before each
 * write every logical block of it gets words of its own, so that no two blocks written in a job are the same to a drive that
 * looks for such.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { RECORDS } from '../../path/records.js';
import { BATCH_SLOTS, SENDERS } from '../lane.js';

/**
 * Words at the beginning of each logical block: its address, how many writes came before, and which job of which run. The lower
 * word of the address and the sequence are one store, that of a double: of one after 2^52, whose lower word counts up by adding
 * the unit of its last bit, and whose upper word by adding 2^32 of these. The unit doubles every 2^20 writes, as doubles have it.
 */
export const STAMP = { WORDS: 4, SLBA_LOW: 0, SEQUENCE: 1, SLBA_HIGH: 2, TAG: 3 } as const;

/** The sequence of the first write: the upper word of 2^52. */
export const FIRST_SEQUENCE = 0x4330_0000;

/** Puts into the data of slots what their next writes carry. */
export interface Payload {
  /**
   * What no later `stamp` changes: once for the buffers of each queue, before the first. `seed` tells queues apart; `base` as in
   * `stamp`.
   */
  prepare(data: readonly Int32Array[], seed: number, base?: number): void;
  /** For the first `count` slots of `batch`, all of which write. `base` is where in RECORDS `slots` begin, -1 where they lie elsewhere. */
  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number, base?: number): void;
}

// Each call of `stampNear` with a constant is compiled for it.
const records = RECORDS;
const all = BATCH_SLOTS;
const senders = SENDERS;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const TWO_32 = 2 ** 32;
const TWO_31 = 2 ** 31;
const SIGN = -(2 ** 31);
const TWO_52 = 2 ** 52;
const TWO_53 = 2 ** 53;
/** After a thousand million writes the sequence begins anew. */
const LARGEST_UNIT = 2 ** 970;
const [SEQUENCE, UNIT] = [0, 1];

/** Every block of `lbaDoubles` of a buffer. */
function stampEach(view: Float64Array, lbaDoubles: number, first: number, unit: number): void {
  const { length } = view;
  let next = first;
  for (let at = 0; at < length; at = (at + lbaDoubles) | 0) {
    view[at] = next;
    next += unit;
  }
}

/**
 * The same for 4 KiB of 512 byte blocks, the most usual: at constant places V8 leaves out what it must compute and check otherwise. A
 * constant, since V8 looks a function up each time.
 */
const stampEight = (view: Float64Array, first: number, unit: number): void => {
  let next = first;
  view[0] = next;
  next += unit;
  view[64] = next;
  next += unit;
  view[128] = next;
  next += unit;
  view[192] = next;
  next += unit;
  view[256] = next;
  next += unit;
  view[320] = next;
  next += unit;
  view[384] = next;
  next += unit;
  view[448] = next;
};

export class StampedBlocks implements Payload {
  /** The sequence of the next write, of blocks that are stamped word by word. Wraps at 2^32. */
  private sequence: number = FIRST_SEQUENCE;
  /** The double of the next write at block 0, and its unit. */
  private readonly next = Float64Array.of(TWO_52, 1);
  private readonly tag: number;
  private readonly lbaWords: number;
  /** No address reaches 2^32, and all records lie in RECORDS: stamps are doubles, behind whose address is 0. */
  private near: boolean;
  /** Writes have several lengths: a buffer is filled as far as its slot's record says. */
  private readonly varied: boolean;
  /** Of all queues, one's slots after the other's, as their records lie. */
  private readonly views: Float64Array[] = [];
  /** Where the records of the first begin. */
  private firstBase = -1;
  /** Each buffer is eight blocks of 512 bytes. */
  private eight = false;

  /** Logical blocks of `lbaBytes`; `tag` tells the writers of a run apart. */
  constructor(lbaBytes: number, tag: number, near: boolean, varied = false) {
    this.varied = varied;
    this.lbaWords = lbaBytes / 4;
    this.tag = tag | 0;
    this.near = near;
  }

  prepare(data: readonly Int32Array[], seed: number, base = -1): void {
    fillUnlike(data, seed);
    if (this.firstBase < 0) this.firstBase = base;
    this.near &&= base >= 0;
    for (const words of data) {
      this.eight = this.lbaWords === 128 && words.length === 1024;
      this.views.push(new Float64Array(words.buffer, words.byteOffset, words.length / 2));
      for (let at = 0; at < words.length; at += this.lbaWords) {
        words[at + STAMP.SLBA_HIGH] = 0;
        words[at + STAMP.TAG] = this.tag;
      }
    }
  }

  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number, base = -1): void {
    if (this.near === false || this.varied === true) this.stampFar(slots, data, batch, count);
    else if (batch === senders) this.stampNear(base, senders, count);
    else if (batch === all) this.stampNear(base, all, count);
    else this.stampNear(base, batch, count);
  }

  private stampNear(base: number, batch: Uint16Array, count: number): void {
    const { views, next } = this;
    const before = (base - this.firstBase) >> RECORD_SHIFT;
    const lbaDoubles = this.lbaWords >> 1;
    // What is left of a unit may be less than a batch, and is left out. Nothing is computed only then: it would not be compiled.
    const twice = 2 * next[UNIT];
    const top = TWO_53 * next[UNIT];
    const doubles = next[SEQUENCE] + count * TWO_32 * next[UNIT] > top;
    let sequence = doubles ? top : next[SEQUENCE];
    const unit = doubles ? twice : next[UNIT];
    const step = TWO_32 * unit;
    const from = (base + SLBA_LOW) | 0;
    const eight = this.eight === true;
    let middle = sequence + TWO_31 * unit;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      // From the middle of 2^32 addresses: V8 takes a signed number as it is, and has to know of one that is not.
      const fromMiddle = records[((slot << RECORD_SHIFT) + from) | 0] ^ SIGN;
      const first = middle + unit * fromMiddle;
      const view = views[(before + slot) | 0];
      if (eight) stampEight(view, first, unit);
      else stampEach(view, lbaDoubles, first, unit);
      middle += step;
    }
    sequence += count * step;
    const ends = unit > LARGEST_UNIT;
    next[SEQUENCE] = ends ? TWO_52 : sequence;
    next[UNIT] = ends ? 1 : unit;
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
        words[at | 1] = sequence;
        words[at | 2] = high;
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
