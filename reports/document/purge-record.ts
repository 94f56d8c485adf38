/** What a purge tells of itself: all data of a namespace were destroyed before a job. */
import { z } from 'zod';
import { amount, count } from './machine.js';
import { recoveryStepSchema } from './recovery-step.js';

export const purgeSchema = z.object({
  target: z.string(),
  namespaceId: count,
  /** Dataset Management over all blocks, Format NVM in the format that it had, or Sanitize of the whole drive. */
  way: z.enum(['deallocate', 'format', 'sanitize']),
  /** Name of the job that it went before. */
  before: z.string(),
  bytes: amount,
  startedAt: z.iso.datetime({ offset: true }),
  elapsedNs: amount,
  /** What was done where the device did not answer in time, before it was purged after all. */
  recovery: z.array(recoveryStepSchema).optional(),
});

export type PurgeRecord = z.infer<typeof purgeSchema>;
