/** The proof in a result that what was issued is what was asked. */
import { z } from 'zod';
import { count } from './machine.js';

/** One test of what was issued against the definition of the job, in words. */
const proofCheckSchema = z.object({
  check: z.string(),
  holds: z.boolean(),
  asked: z.string(),
  found: z.string(),
});

export const proofSchema = z.object({
  /** I/Os whose operation and place were noted as they were issued: the first of each worker. */
  iosNoted: count,
  checks: z.array(proofCheckSchema),
});

export type ProofCheck = z.infer<typeof proofCheckSchema>;
