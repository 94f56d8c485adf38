/** Latencies as documents have them: figures, and the histogram that they are of. */
import { z } from 'zod';
import { HDR_ENCODING } from '../../engine/stats/hdr-form.js';
import { amount } from './machine.js';

/** What nvbench measures has all of it; an imported result has what the other tool took. */
export const latencySchema = z.object({
  min: amount.optional(),
  mean: amount.optional(),
  stddev: amount.optional(),
  max: amount.optional(),
  p50: amount.optional(),
  p90: amount.optional(),
  p95: amount.optional(),
  p99: amount.optional(),
  p99_9: amount.optional(),
  p99_99: amount.optional(),
  p99_999: amount.optional(),
});

export const histogramSchema = z.object({ encoding: z.literal(HDR_ENCODING), data: z.string() });
