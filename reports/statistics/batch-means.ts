/** How well a rate or a mean is known from one run, whose stretches of time remember each other: the method of batch means. */
import { correlationTime } from './autocorrelation.js';

/** What was counted in a stretch of time, and by what it is divided: I/Os by seconds, latency by I/Os, I/Os beyond a bound by I/Os. */
export interface RatioPart {
  readonly of: number;
  readonly per: number;
}

export interface KnownRatio {
  readonly ratio: number;
  readonly standardError: number;
  /** Of Student's distribution. */
  readonly degrees: number;
  /** Stretches that know nothing of each other, as many as those that were given carry news. */
  readonly effective: number;
}

/** With fewer stretches that know nothing of each other nothing is said. */
const LEAST_EFFECTIVE = 30;
/** A batch is as long as so many correlation times: what neighbouring batches still share is then little. */
const BATCH_TIMES = 3;

const sumOf = (parts: readonly RatioPart[], key: keyof RatioPart): number =>
  parts.reduce((sum, part) => sum + part[key], 0);

/** Stretches in a row, `length` of them in each batch; those left over go to the last. */
function batchesOf(parts: readonly RatioPart[], length: number): RatioPart[] {
  const count = Math.floor(parts.length / length);
  return Array.from({ length: count }, (_, i) => {
    const own = parts.slice(i * length, i === count - 1 ? undefined : (i + 1) * length);
    return { of: sumOf(own, 'of'), per: sumOf(own, 'per') };
  });
}

/**
 * The ratio of the sums and its standard error, from stretches of about the same length in the order of time. Undefined where there
 * are fewer than 30 that know nothing of each other. A stretch in which nothing was counted is one like all others.
 */
export function knownRatio(parts: readonly RatioPart[]): KnownRatio | undefined {
  const per = sumOf(parts, 'per');
  if (parts.length < LEAST_EFFECTIVE || !(per > 0)) return undefined;
  const ratio = sumOf(parts, 'of') / per;
  const off = ({ of, per }: RatioPart): number => of - ratio * per;
  const memory = correlationTime(parts.map(off));
  const effective = parts.length / memory;
  if (effective < LEAST_EFFECTIVE) return undefined;
  const batches = batchesOf(parts, Math.ceil(BATCH_TIMES * memory));
  const squares = batches.reduce((sum, batch) => sum + off(batch) ** 2, 0);
  const degrees = batches.length - 1;
  return { ratio, standardError: Math.sqrt((squares * batches.length) / degrees) / per, degrees, effective };
}
