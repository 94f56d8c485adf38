/** The message interrupts of the software controller: one eventfd for each vector, armed by the host. */
import { signalEventFd } from '../sys/fd.js';

/** Word 0: whether the device signals just now. Then a word for each vector: its eventfd, 0 where it has none. */
const RAISING = 0;
const VECTORS = 1;
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

  /** Blocks until the device signals nothing that `set` has taken away; false where the time ran out. */
  settled(timeoutMs: number): boolean {
    const deadline = performance.now() + timeoutMs;
    while (Atomics.wait(this.words, RAISING, 1, LOOK_MS) !== 'not-equal')
      if (performance.now() > deadline) return Atomics.load(this.words, RAISING) === 0;
    return true;
  }

  raise(vector: number): void {
    Atomics.store(this.words, RAISING, 1);
    const eventFd = Atomics.load(this.words, VECTORS + vector);
    if (eventFd > 0) signalEventFd(eventFd);
    Atomics.store(this.words, RAISING, 0);
  }
}
