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

/**
 * Of an experiment that ends once it is sure. `sure`: every metric that was to be has a verdict; `precise`: an interval as
 * narrow as was asked for; `futile`: more blocks would hardly have decided; `most`: it ran as many as it might.
 */
const endingSchema = z.enum(['sure', 'precise', 'futile', 'most']);

const sequentialSchema = z.object({
  /** Of all looks together. */
  confidence: z.number().gt(0).lt(1),
  /** Blocks of A and B after which it is looked at; the last is the most there may be. */
  looks: z.array(z.number().int().positive()).min(1),
  /** What has to be sure, of every job. */
  metrics: z.array(z.string()).min(1),
  /** How far intervals may reach from their estimate, as a share of it; absent where verdicts end it. */
  precision: z.number().gt(0).optional(),
  /** Absent where it goes on, or was cut short. */
  ended: endingSchema.optional(),
});

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
  /** What the legs are judged with; of a sequential experiment that of its last look. */
  confidence: z.number().gt(0).lt(1),
  margin: z.number().min(0).max(1),
  /** Absent where the number of blocks was settled before. */
  sequential: sequentialSchema.optional(),
  /** A leg of each side ran first that does not count. */
  warmUp: z.boolean(),
  /** All that were planned, in the order in which they run; of a sequential experiment up to its last look. */
  blocks: z.array(blockSchema),
  /** In the order in which they ran. */
  legs: z.array(legSchema),
});

export type AbDocument = z.infer<typeof abSchema>;
export type AbBlock = z.infer<typeof blockSchema>;
export type AbLeg = z.infer<typeof legSchema>;
export type AbRole = z.infer<typeof roleSchema>;
export type AbSequential = z.infer<typeof sequentialSchema>;
export type AbEnding = z.infer<typeof endingSchema>;
export type AbSideName = 'A' | 'B';

export function sideOf(role: AbRole): AbSideName {
  return role === 'B' ? 'B' : 'A';
}
