/**
 * HOT: which of a worker's writes were acknowledged, and which of these a flush has covered, so that it can be told after a loss of
 * power. Writes have generations from 1 on, in the order in which they go out: so the last that was sent, those in flight and those that
 * failed say it of all of them, in memory that does not grow. The main thread reads it at any time. What it sees of a write may be
 * older than what has become of it, never newer.
 */

/** Words: what was sent last; how many failed; twice for each flush that is taken over, odd meanwhile; what it had as sent. */
const SENT = 0;
const FAILED = 1;
const LOCK = 2;
const FLUSHED_SENT = 3;
const WORDS = 4;
/** Failed writes that are known each by itself. From one more on nothing further is said. */
const MOST_FAILED = 1024;
const NO_SLOT = -1;

/** Writes of a worker: all up to `sent` were acknowledged, but for those that are `open`. */
export interface Acknowledged {
  readonly sent: number;
  /** In flight, or failed: they may be there or not. Ascending. */
  readonly open: readonly number[];
}

export interface JournalState extends Acknowledged {
  /** Those that a flush has covered. */
  readonly flushed: Acknowledged;
}

/** Memory for a worker with so many slots. */
export function newJournal(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer((WORDS + 2 * slots + MOST_FAILED) * Int32Array.BYTES_PER_ELEMENT);
}

const slotsOf = (words: Int32Array): number => (words.length - WORDS - MOST_FAILED) / 2;

export class Journal {
  private readonly words: Int32Array;
  private readonly slots: number;
  /** What stood there when the flush in that slot went out; others meanwhile are not looked at. */
  private readonly pending: Int32Array;
  private pendingSent = 0;
  private pendingSlot = NO_SLOT;
  private ended = false;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
    this.slots = slotsOf(this.words);
    this.pending = new Int32Array(this.slots);
  }

  /** A write is about to go out: it is open before it is sent. */
  send(slot: number, generation: number): void {
    if (this.ended) return;
    Atomics.store(this.words, WORDS + slot, generation);
    Atomics.store(this.words, SENT, generation);
  }

  /** It has ended. One that failed is so before it is open no more. */
  end(slot: number, failed: boolean): void {
    const { words, slots } = this;
    if (this.ended) return;
    if (failed) {
      const count = words[FAILED];
      this.ended = count === MOST_FAILED;
      if (this.ended) return;
      words[WORDS + 2 * slots + count] = words[WORDS + slot];
      Atomics.store(words, FAILED, count + 1);
    }
    Atomics.store(words, WORDS + slot, 0);
  }

  /** A flush is about to go out: it covers what has completed by now. */
  flush(slot: number): void {
    if (this.ended || this.pendingSlot !== NO_SLOT) return;
    this.pendingSlot = slot;
    this.pendingSent = this.words[SENT];
    this.pending.set(this.words.subarray(WORDS, WORDS + this.slots));
  }

  /** It has ended, or never went. */
  flushed(slot: number, failed: boolean): void {
    const { words, slots } = this;
    if (this.pendingSlot !== slot) return;
    this.pendingSlot = NO_SLOT;
    if (failed || this.ended) return;
    Atomics.add(words, LOCK, 1);
    words[FLUSHED_SENT] = this.pendingSent;
    words.set(this.pending, WORDS + slots);
    Atomics.add(words, LOCK, 1);
  }
}

const sorted = (...lists: Int32Array[]): number[] =>
  [...new Set(lists.flatMap((list) => [...list]))].filter((each) => each !== 0).sort((a, b) => a - b);

/**
 * Reads, in an order that makes nothing acknowledged that is not, whatever the worker does meanwhile. Of one that takes over what a
 * flush covered for longer than `mostMs` no flush is known: it was ended in the middle of that.
 */
export function journalState(memory: SharedArrayBuffer, mostMs = 1000): JournalState {
  const words = new Int32Array(memory);
  const slots = slotsOf(words);
  const copy = (from: number, count: number): Int32Array =>
    Int32Array.from(words.subarray(from, from + count));
  let flushedSent = 0;
  let flushedOpen: Int32Array = new Int32Array(0);
  for (const untilMs = performance.now() + mostMs; ; ) {
    const lock = Atomics.load(words, LOCK);
    flushedSent = words[FLUSHED_SENT];
    flushedOpen = copy(WORDS + slots, slots);
    if (lock % 2 === 0 && Atomics.load(words, LOCK) === lock) break;
    if (performance.now() < untilMs) continue;
    [flushedSent, flushedOpen] = [0, new Int32Array(0)];
    break;
  }
  const sent = Atomics.load(words, SENT);
  const inFlight = copy(WORDS, slots);
  const failed = copy(WORDS + 2 * slots, Atomics.load(words, FAILED));
  return {
    sent,
    open: sorted(
      inFlight.filter((each) => each <= sent),
      failed,
    ),
    flushed: {
      sent: flushedSent,
      open: sorted(
        flushedOpen,
        failed.filter((each) => each <= flushedSent),
      ),
    },
  };
}
