/**
 * The control lines between the process and the device thread: what a PCI slot has beside the registers (power,
 * function-level reset) plus the handshake that makes an unmapped page unreachable. Int32 words, then text.
 */

/** Thread state: 0 starting, 1 running, 2 stopped by request, 3 failed. */
const STATE = 0;
const STOP = 1;
/** Bumped by the process to end the thread's sleep. */
const WAKE = 2;
const RESET_ASKED = 3;
const RESET_DONE = 4;
/** Generation of the DMA table, and the latest generation whose changes the thread obeys. */
const DMA_GENERATION = 5;
const DMA_SEEN = 6;
const REASON_LENGTH = 7;
/** Exceptions that the thread has survived. */
const DEFECTS = 8;
/** 0 during the rehearsal, then 1 more than the commands that it had. */
const REHEARSED = 9;
/** Orders sent to the thread, and those that it has seen. */
const ORDERS_SENT = 10;
const ORDERS_SEEN = 11;
const WORDS = 12;
const REASON_BYTES = 464;

export const STATE_STARTING = 0;
export const STATE_RUNNING = 1;
export const STATE_STOPPED = 2;
export const STATE_FAILED = 3;

/** Both ends of the control lines; each thread makes its own over the same buffer. */
export class ControlLines {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly text: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(WORDS * 4 + REASON_BYTES)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, WORDS);
    this.text = new Uint8Array(buffer, WORDS * 4);
  }

  // the process's end

  state(): number {
    return Atomics.load(this.words, STATE);
  }

  /** Why the thread failed, or set CSTS.CFS last; empty where it did neither. */
  reason(): string {
    const lengthBytes = Atomics.load(this.words, REASON_LENGTH);
    return Buffer.from(this.text.slice(0, lengthBytes)).toString('utf8');
  }

  /** How many exceptions the thread has survived; `reason` tells of the latest. */
  defects(): number {
    return Atomics.load(this.words, DEFECTS);
  }

  /** The commands of the rehearsal; undefined until it is over, after which the thread is as fast as it will be. */
  rehearsed(): number | undefined {
    const word = Atomics.load(this.words, REHEARSED);
    return word === 0 ? undefined : word - 1;
  }

  wake(): void {
    Atomics.add(this.words, WAKE, 1);
    Atomics.notify(this.words, WAKE);
  }

  requestStop(): void {
    Atomics.store(this.words, STOP, 1);
    this.wake();
  }

  /** Asks for a function-level reset; poll `resetDone` with the ticket. */
  requestReset(): number {
    const ticket = Atomics.add(this.words, RESET_ASKED, 1) + 1;
    this.wake();
    return ticket;
  }

  resetDone(ticket: number): boolean {
    return Atomics.load(this.words, RESET_DONE) === ticket;
  }

  announceOrder(): void {
    Atomics.add(this.words, ORDERS_SENT, 1);
    this.wake();
  }

  announceDma(): number {
    const generation = Atomics.add(this.words, DMA_GENERATION, 1) + 1;
    this.wake();
    return generation;
  }

  /** Blocks until the thread obeys `generation` or is not running; false where the time ran out. */
  awaitDmaSeen(generation: number, timeoutMs: number): boolean {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const seen = Atomics.load(this.words, DMA_SEEN);
      if (seen - generation >= 0 || this.state() >= STATE_STOPPED) return true;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      // in slices, because a thread that dies notifies nobody
      Atomics.wait(this.words, DMA_SEEN, seen, Math.min(leftMs, 20));
    }
  }

  // the thread's end; plain reads in the poll pass, whose loops call out and so read memory anew

  stopAsked(): boolean {
    return this.words[STOP] !== 0;
  }

  resetAsked(): boolean {
    return this.words[RESET_ASKED] !== this.words[RESET_DONE];
  }

  ordersWait(): boolean {
    return this.words[ORDERS_SENT] !== this.words[ORDERS_SEEN];
  }

  /** Before they are taken: one that comes meanwhile is looked at once more. */
  acknowledgeOrders(): void {
    Atomics.store(this.words, ORDERS_SEEN, Atomics.load(this.words, ORDERS_SENT));
  }

  dmaChanged(): boolean {
    return this.words[DMA_GENERATION] !== this.words[DMA_SEEN];
  }

  dmaGeneration(): number {
    return Atomics.load(this.words, DMA_GENERATION);
  }

  acknowledgeDma(generation: number): void {
    Atomics.store(this.words, DMA_SEEN, generation);
    Atomics.notify(this.words, DMA_SEEN);
  }

  acknowledgeReset(): void {
    Atomics.store(this.words, RESET_DONE, Atomics.load(this.words, RESET_ASKED));
  }

  setState(state: number): void {
    Atomics.store(this.words, STATE, state);
  }

  fail(reason: string): void {
    this.note(reason);
    this.setState(STATE_FAILED);
  }

  /** Why CSTS.CFS is set. */
  note(reason: string): void {
    const bytes = Buffer.from(reason, 'utf8').subarray(0, REASON_BYTES);
    this.text.set(bytes);
    Atomics.store(this.words, REASON_LENGTH, bytes.length);
  }

  setRehearsed(commands: number): void {
    Atomics.store(this.words, REHEARSED, commands + 1);
  }

  /** After `note`. */
  countDefect(): void {
    Atomics.add(this.words, DEFECTS, 1);
  }

  wakeCount(): number {
    return Atomics.load(this.words, WAKE);
  }

  /** Sleeps until woken or the time is over; returns at once where a wake came after `count` was read. */
  sleep(count: number, timeoutMs: number): void {
    Atomics.wait(this.words, WAKE, count, timeoutMs);
  }
}
