/** Views for people have a budget: what goes beyond it is left out, and they say how much and where it is. */
import { formatCount } from './format.js';

export interface Kept<Item> {
  readonly kept: readonly Item[];
  /** What is left out and how it is seen; absent where that is nothing. Not sanitized. */
  readonly leftOut?: string;
}

/** The first `most` of the items. `what` they are, in the plural; `where` the others are to be seen. */
export function firstOf<Item>(items: readonly Item[], most: number, what: string, where: string): Kept<Item> {
  return items.length <= most
    ? { kept: items }
    : { kept: items.slice(0, most), leftOut: leftOutText(items.length - most, what, where) };
}

/** For example `9,900 more jobs are left out here: nvbench report --format csv has all`. */
export function leftOutText(count: number, what: string, where: string): string {
  return `${formatCount(count)} more ${what} are left out here: ${where}`;
}

/** Where all figures are, and one job by itself. */
export const ALL_IN_CSV = 'nvbench report --format csv has all';
export const ONE_JOB = "nvbench report --job NAME (or --job '#N' for the N-th) shows one";
