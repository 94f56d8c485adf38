import { z } from 'zod';

/** One thing that was done about a device which did not answer an I/O or a command in time, or refused queues. */
export const recoveryStepSchema = z.object({
  at: z.iso.datetime({ offset: true }),
  action: z.enum(['abort', 'create-queues', 'delete-queues', 'reset', 'purge', 'command']),
  /** In words, for example `Reset of the controller`. */
  what: z.string(),
  done: z.boolean(),
  /** Why not, where it was not done. */
  reason: z.string().optional(),
});

export type RecoveryStep = z.infer<typeof recoveryStepSchema>;
