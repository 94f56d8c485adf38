/** What a job that was to end once a metric is known well enough tells of it. */
import { z } from 'zod';
import { amount, count } from './machine.js';

export const sureSchema = z.object({
  /** The metric; its values are in its unit in this document: per second, bytes per second, or ns. */
  of: z.string(),
  /** How far its interval was to reach from it at most, in percent of it, and what that interval holds over all looks. */
  precisionPercent: amount,
  confidencePercent: amount,
  /** How often it was looked at, and how often it would have been at most. */
  looks: count,
  mostLooks: count,
  /** Whether it is known that well. */
  reached: z.boolean(),
  /** At the last look; absent where too few observations knew nothing of each other to say how well it is known. */
  estimate: amount.optional(),
  low: amount.optional(),
  high: amount.optional(),
  /** How far the interval reaches, in percent of the estimate. */
  achievedPercent: amount.optional(),
  /** Observations that know nothing of each other. */
  effective: amount.optional(),
});

export type SureRecord = z.infer<typeof sureSchema>;

/** A clause: how well the metric is known. Undefined where that was not asked. */
export function sureText({ sure }: { readonly sure?: SureRecord | undefined }): string | undefined {
  if (sure === undefined) return undefined;
  const { of, precisionPercent, confidencePercent, estimate, low, high, achievedPercent, looks, mostLooks } =
    sure;
  const asked = `${precisionPercent} % asked`;
  if (estimate === undefined || low === undefined || high === undefined || achievedPercent === undefined)
    return `how well ${of} is known cannot be said: too few observations know nothing of each other (${asked})`;
  const short = (value: number): string => String(Number(value.toPrecision(5)));
  const reach = achievedPercent < 0.001 ? 'less than 0.001' : achievedPercent.toPrecision(2);
  const unit = of.endsWith('iops') ? '' : of.endsWith('bandwidth') ? ' B/s' : ' ns';
  return `${of} ${short(estimate)}${unit} to ${reach} %: ${short(low)} to ${short(high)}, ${confidencePercent} % over all looks (look ${looks} of ${mostLooks}, ${asked})`;
}
