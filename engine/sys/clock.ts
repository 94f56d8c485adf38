/**
 * The clock of every measurement: CLOCK_MONOTONIC in ns. Each thread has an origin of its own, and its first readings are
 * small. About 40 ns a call.
 */
import { createWasiStamp } from './wasi-clock.js';

/** From this version on `performance.now()` leaves nothing on the heap (bench/micro counts collections). */
const PERFORMANCE_NOW_IS_FREE_FROM_MAJOR = 24;

const NS_PER_MS = 1e6;
const performance_ = performance;

function stampPerformance(into: Float64Array): void {
  into[0] = Math.round(performance_.now() * NS_PER_MS);
}

/**
 * Writes the time in ns, a whole number, into the first element of its argument. A double that a function returns is boxed on
 * the heap wherever V8 does not inline the call; one that it stores never is.
 */
export const stampNs: (into: Float64Array) => void =
  Number(process.versions.node.split('.')[0]) < PERFORMANCE_NOW_IS_FREE_FROM_MAJOR
    ? createWasiStamp()
    : stampPerformance;

const scratch = new Float64Array(1);

/** The same time as a result, for use outside hot loops. */
export function nowNs(): number {
  stampNs(scratch);
  return scratch[0];
}

/** Looks at both clocks, of which one is taken: a thread may be stopped between two readings. */
const LOOKS = 16;

/** What has to be added to `nowNs` of this thread to get CLOCK_MONOTONIC as all programs of the host read it, ns. */
export function toMonotonicNs(): number {
  let [offsetNs, bestNs] = [0, Number.POSITIVE_INFINITY];
  for (let look = 0; look < LOOKS; look++) {
    const beforeNs = nowNs();
    const monotonicNs = Number(process.hrtime.bigint());
    const tookNs = nowNs() - beforeNs;
    if (tookNs >= bestNs) continue;
    bestNs = tookNs;
    offsetNs = monotonicNs - beforeNs - tookNs / 2;
  }
  return Math.round(offsetNs);
}

/** The same time in ms. */
export function nowMs(): number {
  return nowNs() / NS_PER_MS;
}

/** Writes the same time in ms into the first element of its argument. */
export function stampMs(into: Float64Array): void {
  stampNs(into);
  into[0] /= NS_PER_MS;
}

/** Resolves after at least `ms` milliseconds. */
export function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
