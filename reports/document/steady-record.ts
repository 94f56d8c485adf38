/** What a job that was to become steady tells of it. */
import { z } from 'zod';
import { formatDuration } from '../render/format.js';
import { amount, count } from './machine.js';

/** Rounds of the measured time, and how they lie: shares of their average. */
const spanSchema = z.object({ fromNs: amount, toNs: amount, average: amount, range: amount, slope: amount });

export const steadySchema = z.object({
  /** The metric; its values are in its unit in this document: per second, bytes per second, or ns. */
  of: z.string(),
  rounds: count,
  roundMs: amount,
  rangePercent: amount,
  slopePercent: amount,
  /** Of every round, in order. */
  values: z.array(amount),
  /** The first rounds that were steady; absent where there were none. */
  reached: spanSchema.optional(),
  /** The first rounds after them that were not. */
  left: spanSchema.optional(),
});

export type SteadyRecord = z.infer<typeof steadySchema>;

type Span = NonNullable<SteadyRecord['reached']>;

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;

export const spanText = ({ fromNs, toNs, range, slope }: Span): string =>
  `from ${formatDuration(fromNs)} to ${formatDuration(toNs)} (range ${percent(range)}, slope ${percent(slope)} of the average)`;

/** A clause: whether it became steady, when, and at what average of the metric. Undefined where that was not asked. */
export function steadyText({ steady }: { readonly steady?: SteadyRecord | undefined }): string | undefined {
  if (steady === undefined) return undefined;
  const { of, rounds, roundMs, values, reached, left } = steady;
  const rule = `${rounds} rounds of ${formatDuration(roundMs * 1e6)}`;
  if (reached === undefined) return `${of} never was within ${values.length} rounds (${rule} are needed)`;
  const average = Number(reached.average.toPrecision(5));
  const unit = of.endsWith('iops') ? '' : of.endsWith('bandwidth') ? ' B/s' : ' ns';
  const then = left === undefined ? '' : `; left it ${spanText(left)}`;
  return `${of} ${average}${unit} on average, ${spanText(reached)}${then}`;
}
