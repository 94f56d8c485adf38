/**
 * The clock of every measurement: CLOCK_MONOTONIC in ms, with a resolution of nanoseconds. Each thread has an origin
 * of its own. About 40 ns a call.
 */
import { createWasiStamp } from './wasi-clock.js';

/** From this version on `performance.now()` leaves nothing on the heap (bench/micro counts collections). */
const PERFORMANCE_NOW_IS_FREE_FROM_MAJOR = 24;

const performance_ = performance;

function stampPerformance(into: Float64Array): void {
  into[0] = performance_.now();
}

/**
 * Writes the time into the first element of its argument. A double that a function returns is boxed on the heap
 * wherever V8 does not inline the call; one that it stores never is.
 */
export const stamp: (into: Float64Array) => void =
  Number(process.versions.node.split('.')[0]) < PERFORMANCE_NOW_IS_FREE_FROM_MAJOR
    ? createWasiStamp()
    : stampPerformance;

const scratch = new Float64Array(1);

/** The same time as a result, for use outside the I/O loop. */
export function nowMs(): number {
  stamp(scratch);
  return scratch[0];
}

/** Resolves after at least `ms` milliseconds. */
export function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
