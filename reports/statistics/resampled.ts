/** How far a mean of a few values, or the difference of two, may be off: by drawing again from deviations that were seen. */
import { Random } from './random.js';

const DRAWS = 999;
/** What so few have not shown yet may be farther off than the farthest of them, by how much nobody knows. */
const FEW = 20;
const UNSEEN_OF_FEW = 1.5;

export interface Resampled {
  /** Below and above what the estimate may be off by, with a chance of `alpha` in all, half at each end. */
  readonly limits: (alpha: number) => readonly [low: number, high: number];
  /** Two-sided chance to be off by that much or more; 0 beyond all that was drawn. */
  readonly p: (off: number) => number;
}

/**
 * Deviations from the mean that were seen (one at least) stand for all there are; the one that was not seen, one in
 * `deviations.length + 1`, for the farthest of them, of fewer than 20 half as far again, at the end that is asked for. `plus`
 * values are averaged, and of them those of `minus` taken away, if any.
 */
export function resampledMean(deviations: readonly number[], plus: number, minus: number): Resampled {
  const sorted = Float64Array.from(deviations).sort();
  const last = sorted.length - 1;
  const random = new Random(1);
  const farther = sorted.length < FEW ? UNSEEN_OF_FEW : 1;
  const lowest = Math.min(sorted[0], farther * sorted[0]);
  const highest = Math.max(sorted[last], farther * sorted[last]);
  const [lows, highs] = [new Float64Array(DRAWS), new Float64Array(DRAWS)];
  for (let draw = 0; draw < DRAWS; draw++) {
    let [low, high] = [0, 0];
    for (let i = 0; i < plus + minus; i++) {
      const place = random.index(sorted.length + 1);
      const below = place > last ? lowest : sorted[place];
      const above = place > last ? highest : below;
      low += i < plus ? below / plus : -above / minus;
      high += i < plus ? above / plus : -below / minus;
    }
    lows[draw] = low;
    highs[draw] = high;
  }
  lows.sort();
  highs.sort();
  const atEnd = (alpha: number): number => Math.min(DRAWS - 1, Math.floor((alpha / 2) * DRAWS));
  return {
    limits: (alpha) => [lows[atEnd(alpha)], highs[DRAWS - 1 - atEnd(alpha)]],
    p: (off) => {
      const beyond = off < 0 ? lows.filter((low) => low <= off) : highs.filter((high) => high >= off);
      return Math.min(1, (2 * beyond.length) / DRAWS);
    },
  };
}
