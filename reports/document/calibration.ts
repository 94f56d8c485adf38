/** What the loop of a worker takes by itself, on queues whose commands complete in no time. */
import { z } from 'zod';
import { amount } from './machine.js';

export const calibrationSchema = z.object({
  /** From one I/O to the next. */
  nsPerIo: amount,
  /** Latency that each then has, of a closed loop. */
  latencyNs: amount.optional(),
  /** One reading of the clock. */
  clockNs: amount,
});
