/**
 * The document of a paired experiment, `nvbench ab --output`: how it was laid out, and the whole result of every leg.
 * Plain JSON; the types are inferred from the schema. A change that an older reader would misread raises
 * AB_SCHEMA_VERSION; a new optional field does not.
 */
import { z } from 'zod';
import { resultSchema } from '../document/result.js';

/** Tells the document from a result. */
export const AB_KIND = 'nvbench-ab';
export const AB_SCHEMA_VERSION = 1;

const isoTime = z.iso.datetime({ offset: true });

/** `A'` is side A once more, in a control block. */
const roleSchema = z.enum(['A', 'B', "A'"]);

const blockSchema = z.object({
  /** `experiment`: A and B. `control`: A and A', between which there is nothing to find. */
  kind: z.enum(['experiment', 'control']),
  /** In the order in which they run. */
  order: z.tuple([roleSchema, roleSchema]),
});

const legSchema = z.object({
  role: roleSchema,
  /** Place in `blocks`; null for a warm-up leg, which is in no block. */
  block: z.number().int().nonnegative().nullable(),
  result: resultSchema,
});

/** What makes a side: `KEY=VALUE` texts as typed, empty for the configuration as it is. */
const sideSchema = z.object({ set: z.array(z.string()) });

/** The whole document. `parseAbText` reads one with better messages. */
export const abSchema = z.object({
  kind: z.literal(AB_KIND),
  schemaVersion: z.literal(AB_SCHEMA_VERSION),
  tool: z.object({ name: z.literal('nvbench'), version: z.string() }),
  /** Every leg that was planned ran to its end. */
  complete: z.boolean(),
  interrupted: z.object({ reason: z.string() }).optional(),
  startedAt: isoTime,
  endedAt: isoTime,
  /** Path of the configuration, as given. */
  config: z.string(),
  sides: z.object({ A: sideSchema, B: sideSchema }),
  /** What the order of blocks and legs was drawn from. */
  seed: z.number(),
  confidence: z.number().gt(0).lt(1),
  margin: z.number().min(0).max(1),
  /** A leg of each side ran first that does not count. */
  warmUp: z.boolean(),
  /** All that were planned, in the order in which they run. */
  blocks: z.array(blockSchema),
  /** In the order in which they ran. */
  legs: z.array(legSchema),
});

export type AbDocument = z.infer<typeof abSchema>;
export type AbBlock = z.infer<typeof blockSchema>;
export type AbLeg = z.infer<typeof legSchema>;
export type AbRole = z.infer<typeof roleSchema>;
export type AbSideName = 'A' | 'B';

export function sideOf(role: AbRole): AbSideName {
  return role === 'B' ? 'B' : 'A';
}
