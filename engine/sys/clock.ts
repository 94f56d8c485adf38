/**
 * The clock of every measurement: CLOCK_MONOTONIC through `performance.now()`, about 50 ns a call, the cheapest
 * that JavaScript has. Values of different threads differ by their time origins; add `originMs` to compare.
 */
export const nowMs: () => number = performance.now.bind(performance);

/** What to add to this thread's `nowMs()` so that threads of one process agree. */
export const originMs: number = performance.timeOrigin;

/** Resolves after at least `ms` milliseconds. */
export function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
