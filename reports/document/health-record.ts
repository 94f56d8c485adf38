/** What a drive told of its temperature and of its throttling while a job measured on it. */
import { z } from 'zod';
import { formatCount, formatDuration, formatTemperature } from '../render/format.js';
import { count } from './machine.js';

const sampleSchema = z.object({
  /** When its answer came, since the measured time began. */
  atNs: z.number(),
  /** 0 where the drive does not know. */
  temperatureKelvin: count,
  /** Bits of SMART's critical warning; bit 1 is of the temperature. */
  criticalWarning: count,
  /** How often it began to throttle so far, and for how many seconds in all; lightly and heavily added up. */
  thermalTransitions: count,
  thermalSeconds: count,
});

export type HealthSample = z.infer<typeof sampleSchema>;

export const healthSchema = z.object({
  /** The least between two questions. */
  intervalMs: z.number(),
  /** How often the drive was asked within the measured time, and how long its answers took in all. */
  asked: count,
  tookNs: z.number(),
  /** In the order of time; of many, not all. */
  samples: z.array(sampleSchema).readonly(),
  /** The answers between which it began to throttle first; absent where it did not, or where it did before. */
  throttled: z.object({ before: sampleSchema, after: sampleSchema }).optional(),
});

export type HealthRecord = z.infer<typeof healthSchema>;

/** A clause: between which two answers a drive began to throttle, and how warm it was then. */
export function throttledText({ before, after }: NonNullable<HealthRecord['throttled']>): string {
  const warm = after.temperatureKelvin === 0 ? '' : `, at ${formatTemperature(after.temperatureKelvin)}`;
  return `between ${formatDuration(Math.max(0, before.atNs))} and ${formatDuration(after.atNs)} of the measured time${warm}`;
}

/** A clause: how warm the drive was, what asking took, and when it began to throttle. Undefined where nobody asked. */
export function healthText({
  health,
  elapsedNs,
}: {
  readonly health?: HealthRecord | undefined;
  readonly elapsedNs: number;
}): string | undefined {
  if (health === undefined) return undefined;
  const { asked, tookNs, samples, throttled } = health;
  const kelvins = samples.map(({ temperatureKelvin }) => temperatureKelvin).filter((kelvin) => kelvin > 0);
  const [lowest, highest] = [Math.min(...kelvins), Math.max(...kelvins)].map(formatTemperature);
  const warm =
    kelvins.length === 0 ? 'no temperature' : lowest === highest ? lowest : `${lowest} to ${highest}`;
  const share =
    elapsedNs > 0 && asked > 0
      ? `, answers took ${((100 * tookNs) / elapsedNs).toFixed(3)} % of the time`
      : '';
  const began = throttled === undefined ? '' : `; began to throttle ${throttledText(throttled)}`;
  return `${warm}, asked ${formatCount(asked)} times while measuring${share}${began}`;
}
