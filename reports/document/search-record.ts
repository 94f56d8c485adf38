/** What a job that searched tells of it. */
import { z } from 'zod';
import { amount } from './machine.js';

/** The highest value of a key at which a bound holds, as probes found it. */
export const searchSchema = z.object({
  max: z.string(),
  while: z.string(),
  /** `all`: it holds at the end of the range; `none`: nowhere in it; `stopped`: the run was ended before. */
  ending: z.enum(['found', 'all', 'none', 'stopped']),
  /** 0 where there is none. */
  found: amount,
  /** The interval of what was found. */
  low: amount,
  high: amount,
  confidence: amount,
  probes: z.array(
    z.object({
      value: amount,
      runtimeMs: amount,
      holds: z.boolean(),
      /** How far the metric was beyond its bound, as a natural logarithm; absent where that is no number. */
      excess: z.number().optional(),
    }),
  ),
});

export type SearchRecord = z.infer<typeof searchSchema>;
