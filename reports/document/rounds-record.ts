/** What jobs tell of themselves that were done in rounds until one of them was steady. */
import { z } from 'zod';
import { amount, count } from './machine.js';

/** Rounds from 1, and how their values lie: shares of their average. */
const windowSchema = z.object({
  fromRound: count,
  toRound: count,
  average: amount,
  range: amount,
  slope: amount,
});

export const roundsSchema = z.object({
  target: z.string(),
  /** Names of all jobs of a round, in order; each has a record for each round, by its `repeat`. */
  jobs: z.array(z.string()),
  /** The one that was to be steady, and its metric; values are in its unit in this document: per second, bytes per second, or ns. */
  job: z.string(),
  of: z.string(),
  most: count,
  window: count,
  rangePercent: amount,
  slopePercent: amount,
  /** Of every round that came to its end, in order. */
  values: z.array(amount),
  /** The first rounds that were steady; absent where there were none. */
  reached: windowSchema.optional(),
});

export type RoundsRecord = z.infer<typeof roundsSchema>;
