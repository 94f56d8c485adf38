import { z } from 'zod';

/** One thing that was done about a device which did not complete an I/O, or a command for queues, in time. */
export const recoveryStepSchema = z.object({
  at: z.iso.datetime({ offset: true }),
  action: z.enum(['abort', 'create-queues', 'delete-queues', 'reset']),
  /** In words, for example `Reset of the controller`. */
  what: z.string(),
  done: z.boolean(),
  /** Why not, where it was not done. */
  reason: z.string().optional(),
});

export type RecoveryStep = z.infer<typeof recoveryStepSchema>;
