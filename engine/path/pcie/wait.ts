import { nowMs, sleepMs } from '../../sys/clock.js';

const SPIN_MS = 0.2;

/** Lets a controller alone for so long; no time at all where it is 0, as a timer would take a millisecond. */
export async function rest(ms: number): Promise<void> {
  if (ms > 0) await sleepMs(ms);
}

/**
 * Waits until `done` is true: spins briefly, then lets the event loop turn, then sleeps a millisecond at a time.
 * Resolves false where the deadline passes first; checks once more after it.
 */
export async function waitUntil(done: () => boolean, timeoutMs: number): Promise<boolean> {
  const start = nowMs();
  for (;;) {
    if (done()) return true;
    const waitedMs = nowMs() - start;
    if (waitedMs >= timeoutMs) return done();
    if (waitedMs < SPIN_MS) continue;
    if (waitedMs < 4) await new Promise((resolve) => setImmediate(resolve));
    else await sleepMs(1);
  }
}
