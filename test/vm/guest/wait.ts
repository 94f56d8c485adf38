import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/** Waits until `condition` gives something other than undefined or false, and returns it; throws at the timeout. */
export async function waitFor<T>(
  what: string,
  condition: () => T | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(POLL_MS);
  }
}

/** Waits until the path exists. */
export async function waitForPath(path: string, timeoutMs?: number): Promise<void> {
  await waitFor(`${path} appears`, () => existsSync(path), timeoutMs);
}

/** Waits until the path is gone. */
export async function waitForNoPath(path: string, timeoutMs?: number): Promise<void> {
  await waitFor(`${path} goes away`, () => !existsSync(path), timeoutMs);
}
