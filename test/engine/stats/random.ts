import { latencyIndex } from '../../../engine/stats/histogram.js';
import { emptyHistogram } from '../../../engine/stats/percentiles.js';

/** Repeatable numbers in [0, 1): a 32-bit linear congruential generator. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Latencies in ns spread evenly over the orders of magnitude from 1 ns to 2^maxBits ns. */
export function randomLatencies(seed: number, count: number, maxBits: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Math.floor(2 ** (random() * maxBits)));
}

export function countsOf(latencies: readonly number[]): Float64Array {
  const counts = emptyHistogram();
  for (const latencyNs of latencies) counts[latencyIndex(latencyNs)]++;
  return counts;
}
