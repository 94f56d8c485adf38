/** What a job tells of the times in which its workers did not look for completions. */
import { z } from 'zod';
import { histogramSchema, latencySchema } from './latency-record.js';
import { amount, count } from './machine.js';

export const gapsSchema = z.object({
  /** Gaps of more than 2 ms, and how long they took, over all workers. */
  count,
  durationNs: amount,
  /** I/Os that were in flight over one: they are in the figures of their operations as well. */
  ios: count,
  /** Their latencies, all operations together; absent where there are none. */
  histogram: histogramSchema.optional(),
  /** All others: how many, and their latencies, all operations together. */
  others: z.object({ ios: count, latencyNs: latencySchema }),
});

export type GapsRecord = z.infer<typeof gapsSchema>;
