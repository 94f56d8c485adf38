/** What ends a job. */
import { z } from 'zod';

/** Keys of a job that may end it: these stop reasons are ends that were asked for. */
export const ASKED_ENDS = ['runtime', 'number_ios', 'size', 'exitall', 'steady', 'sure'] as const;

/** `size`: every worker covered the region once. `exitall`: a job beside it ended. `steady`: its metric was. `sure`: its metric was known well enough. `errors`: more I/Os failed than the job allows. `verify`: a block was bad. `error`: it never ran. */
export const stopReasonSchema = z.enum([
  ...ASKED_ENDS,
  'interrupted',
  'timeout',
  'device-lost',
  'errors',
  'verify',
  'error',
]);

export type StopReason = z.infer<typeof stopReasonSchema>;

/** Whether a job came to the end that its configuration asks for. */
export function endedAsAsked({ stopReason }: { readonly stopReason: StopReason }): boolean {
  return (ASKED_ENDS as readonly StopReason[]).includes(stopReason);
}
