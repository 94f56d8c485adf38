/**
 * The interrupts of the software controller, armed by the host: message interrupts, an eventfd for each vector; and INTx, one
 * for all of them. INTx is a level: once it was signalled it is masked until the host unmasks it, and is then signalled again
 * where completions still wait.
 */
import { signalEventFd } from '../sys/fd.js';

/** Whether the device signals just now. */
const RAISING = 0;
/** The eventfd of INTx, 0 where there is none; and what is to be done with it. */
const INTX = 1;
const INTX_STATE = 2;
/** A word for each vector: its eventfd, 0 where it has none. */
const VECTORS = 3;

const INTX_READY = 0;
const INTX_MASKED = 1;
/** To be looked at: it may have to be signalled for what has completed before. */
const INTX_UNMASKED = 2;
const LOOK_MS = 0.1;

/** Both ends of the lines: the host stores descriptors, the device signals them. */
export class InterruptLines {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  static create(vectors: number): InterruptLines {
    return new InterruptLines(new SharedArrayBuffer((VECTORS + vectors) * 4));
  }

  get vectors(): number {
    return this.words.length - VECTORS;
  }

  /** 0 masks the vector. What it had before may be closed once `settled` says so: a number is soon another file's. */
  set(vector: number, eventFd: number): void {
    Atomics.store(this.words, VECTORS + vector, eventFd);
  }

  /** As `set`, for INTx; it is not masked then. */
  setIntx(eventFd: number): void {
    Atomics.store(this.words, INTX, eventFd);
    Atomics.store(this.words, INTX_STATE, INTX_UNMASKED);
  }

  maskIntx(masked: boolean): void {
    Atomics.store(this.words, INTX_STATE, masked ? INTX_MASKED : INTX_UNMASKED);
  }

  /** Blocks until the device signals nothing that `set` has taken away; false where the time ran out. */
  settled(timeoutMs: number): boolean {
    const deadline = performance.now() + timeoutMs;
    while (Atomics.wait(this.words, RAISING, 1, LOOK_MS) !== 'not-equal')
      if (performance.now() > deadline) return Atomics.load(this.words, RAISING) === 0;
    return true;
  }

  /** The device's end: for completions of a queue with that vector. */
  raise(vector: number): void {
    Atomics.store(this.words, RAISING, 1);
    const eventFd = Atomics.load(this.words, VECTORS + vector);
    if (eventFd > 0) signalEventFd(eventFd);
    else this.raiseIntx();
    Atomics.store(this.words, RAISING, 0);
  }

  /** The device's end: whether `raise` is to be called for all completions that the host has not taken. */
  intxUnmasked(): boolean {
    if (this.words[INTX_STATE] !== INTX_UNMASKED) return false;
    return Atomics.compareExchange(this.words, INTX_STATE, INTX_UNMASKED, INTX_READY) === INTX_UNMASKED;
  }

  private raiseIntx(): void {
    const eventFd = Atomics.load(this.words, INTX);
    if (eventFd === 0 || Atomics.load(this.words, INTX_STATE) === INTX_MASKED) return;
    Atomics.store(this.words, INTX_STATE, INTX_MASKED);
    signalEventFd(eventFd);
  }
}
