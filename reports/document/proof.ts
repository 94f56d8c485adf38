/** What a result says of how far its figures can be trusted. */
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

const LEVELS = ['valid', 'suspect', 'invalid'] as const;

export const verdictSchema = z.object({
  /** `invalid`: the figures are of something else; `suspect`: something beside the drive may have changed them. */
  level: z.enum(LEVELS),
  /** Codes of warnings, or of how the job ended; the worst first. */
  reasons: z.array(z.string()),
});

export type VerdictRecord = z.infer<typeof verdictSchema>;

/** The worst of several, with the reasons of the worst ones first; undefined where one of them has none. */
export function worstVerdict(verdicts: readonly (VerdictRecord | undefined)[]): VerdictRecord | undefined {
  const known = verdicts.filter((verdict) => verdict !== undefined);
  if (known.length === 0 || known.length < verdicts.length) return undefined;
  const rank = ({ level }: VerdictRecord): number => LEVELS.indexOf(level);
  const worstFirst = known.toSorted((a, b) => rank(b) - rank(a));
  return { level: worstFirst[0].level, reasons: [...new Set(worstFirst.flatMap(({ reasons }) => reasons))] };
}

export type ProofCheck = z.infer<typeof proofCheckSchema>;
