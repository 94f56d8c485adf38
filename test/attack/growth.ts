const LEAST_SAMPLES = 6;

export interface Bound {
  /** What it is an amount of. */
  readonly name: string;
  /** How much more than at first is no growth: that much, and that part of it. */
  readonly slack: number;
  readonly part: number;
}

/**
 * Whether samples grow: the least of the last third is above the most of the first. Undefined where they do not, or are too few
 * to tell; else in words.
 */
export function growth(samples: readonly number[], { name, slack, part }: Bound): string | undefined {
  if (samples.length < LEAST_SAMPLES) return undefined;
  const third = Math.floor(samples.length / 3);
  const most = Math.max(...samples.slice(0, third));
  const least = Math.min(...samples.slice(-third));
  if (least <= most + slack + most * part) return undefined;
  return `${name} grew from at most ${most} to at least ${least} in ${samples.length} rounds`;
}
