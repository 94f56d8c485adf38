/** Waiting for what the software controller's thread does. */
import { nowMs, sleepMs } from '../../../sys/clock.js';

/** Whether it came true in time; looks every millisecond. */
export async function until(timeoutMs: number, test: () => boolean): Promise<boolean> {
  const deadline = nowMs() + timeoutMs;
  while (!test()) {
    if (nowMs() > deadline) return false;
    await sleepMs(1);
  }
  return true;
}

/** Ends early where somebody says so. */
export function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
