/** What a document tells of the gates of its configuration. */
import { z } from 'zod';

const gateVerdictSchema = z.enum(['pass', 'fail', 'inconclusive', 'invalid']);

/** A gate of the configuration, as it was judged when the run ended. */
export const gateSchema = z.object({
  /** As it is written in the configuration. */
  gate: z.string(),
  /** The worst of its checks. */
  verdict: gateVerdictSchema,
  /** One for each job, device and operation that it speaks of. */
  checks: z.array(
    z.object({
      job: z.string().optional(),
      direction: z.string().optional(),
      verdict: gateVerdictSchema,
      /** The figure in the unit of the document, or new / base. */
      value: z.number().optional(),
      /** What was found, in words. */
      found: z.string(),
    }),
  ),
});
