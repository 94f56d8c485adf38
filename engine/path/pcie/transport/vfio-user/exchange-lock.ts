/**
 * One connection, several threads: each holds the lock for a message and its reply. Also where the threads tell each
 * other that the connection is of no more use. Int32 words of shared memory: 0 held, 1 waiting, 2 broken, 3 stop.
 */
import { nowMs } from '../../../../sys/clock.js';

const HELD = 0;
const WAITING = 1;
const BROKEN = 2;
const STOP = 3;
const WORDS = 4;

/** Why a connection is of no more use; plain numbers, to be shared between threads. */
export const BROKEN_REASON = {
  closed: 1,
  silent: 2,
  protocol: 3,
  forwarder: 4,
} as const;

const reasons: Readonly<Record<number, string>> = {
  [BROKEN_REASON.closed]: 'the vfio-user server closed the connection',
  [BROKEN_REASON.silent]: 'the vfio-user server stopped answering',
  [BROKEN_REASON.protocol]: 'the vfio-user server sent something that is no answer',
  [BROKEN_REASON.forwarder]: 'the thread that sends doorbells ended',
};

export class ExchangeLock {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(WORDS * 4)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  /** False where the time ran out. Blocks the thread. */
  acquire(deadlineMs: number): boolean {
    const { words } = this;
    if (Atomics.compareExchange(words, HELD, 0, 1) === 0) return true;
    Atomics.add(words, WAITING, 1);
    try {
      while (Atomics.compareExchange(words, HELD, 0, 1) !== 0) {
        const leftMs = deadlineMs - nowMs();
        if (leftMs <= 0) return false;
        Atomics.wait(words, HELD, 1, leftMs);
      }
      return true;
    } finally {
      Atomics.sub(words, WAITING, 1);
    }
  }

  release(): void {
    Atomics.store(this.words, HELD, 0);
    Atomics.notify(this.words, HELD, 1);
  }

  /** Somebody waits: who has sent much should let others have a turn. */
  contended(): boolean {
    return Atomics.load(this.words, WAITING) > 0;
  }

  /** The first reason stays. */
  break(reason: number): void {
    Atomics.compareExchange(this.words, BROKEN, 0, reason);
  }

  /** Why the connection is of no more use, or undefined. */
  broken(): string | undefined {
    const reason = Atomics.load(this.words, BROKEN);
    return reason === 0 ? undefined : reasons[reason];
  }

  /** Ends the threads that serve the connection. */
  requestStop(): void {
    Atomics.store(this.words, STOP, 1);
    Atomics.notify(this.words, STOP);
  }

  stopAsked(): boolean {
    return Atomics.load(this.words, STOP) !== 0;
  }

  /** Sleeps; ends early where a stop is asked for. */
  sleep(timeoutMs: number): void {
    Atomics.wait(this.words, STOP, 0, timeoutMs);
  }
}
