/**
 * Writes of CC, from the host to the device thread, each an event in its order: a host that disables the controller and
 * enables it again between two looks of the thread has reset it. Int32 words: how many were written, how many the thread
 * has obeyed, then the values.
 */
import { type ControlLines, STATE_STOPPED } from './control.js';

const WRITTEN = 0;
const OBEYED = 1;
const VALUES = 2;
/** Of values that the thread has yet to see. */
const CAPACITY = 64;
/** A thread in the middle of large transfers takes its time. */
const TIMEOUT_MS = 1000;
/** A thread that dies notifies nobody. */
const SLICE_MS = 20;

/** Both ends; each thread makes its own over the same buffer. */
export class ConfigurationWrites {
  readonly buffer: SharedArrayBuffer;
  private readonly control: ControlLines;
  private readonly words: Int32Array;

  constructor(control: ControlLines, buffer = new SharedArrayBuffer((VALUES + CAPACITY) * 4)) {
    this.buffer = buffer;
    this.control = control;
    this.words = new Int32Array(buffer);
  }

  // the host's end

  /** False where nobody obeys: the thread has ended, or not kept up for a second. */
  write(value: number): boolean {
    const { words, control } = this;
    const written = Atomics.load(words, WRITTEN);
    if (written - Atomics.load(words, OBEYED) === CAPACITY && !this.flush()) return false;
    if (control.state() >= STATE_STOPPED) return false;
    Atomics.store(words, VALUES + (written % CAPACITY), value);
    Atomics.store(words, WRITTEN, written + 1);
    control.wake();
    return true;
  }

  /** Blocks until the thread has obeyed all writes, as a read waits for the writes before it; false where it does not. */
  flush(): boolean {
    const { words, control } = this;
    const deadline = performance.now() + TIMEOUT_MS;
    for (;;) {
      const obeyed = Atomics.load(words, OBEYED);
      if (obeyed === Atomics.load(words, WRITTEN)) return true;
      if (control.state() >= STATE_STOPPED || performance.now() > deadline) return false;
      Atomics.wait(words, OBEYED, obeyed, SLICE_MS);
    }
  }

  // the thread's end; plain reads in the poll pass, whose loops call out and so read memory anew

  pending(): boolean {
    return this.words[WRITTEN] !== this.words[OBEYED];
  }

  /** The oldest that is not obeyed. */
  first(): number {
    return Atomics.load(this.words, VALUES + (this.words[OBEYED] % CAPACITY));
  }

  /** After the first one has had its effect. */
  obeyed(): void {
    Atomics.store(this.words, OBEYED, this.words[OBEYED] + 1);
    Atomics.notify(this.words, OBEYED);
  }

  /** Whatever waits has no effect. */
  discard(): void {
    while (this.pending()) this.obeyed();
  }
}
