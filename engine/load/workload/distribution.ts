/**
 * How the random blocks of a job are spread over ranks, of which 0 is the most wanted: as cells, each a run of ranks with a
 * share of all I/O. Where a law goes on without end, cells are so small that it hardly changes within one.
 */

/** A zone of a region: its share of all I/O, and its share of the region or its length. */
export interface Zone {
  readonly ioPercent: number;
  readonly size: { readonly percent: number } | { readonly bytes: number };
}

/** fio's `random_distribution`. */
export type Distribution =
  | { readonly law: 'random' }
  /** The block of rank k (from 1) is wanted k^-theta as often as that of rank 1. */
  | { readonly law: 'zipf'; readonly theta: number }
  /** A share `h` of the blocks gets 1 - h of all I/O, and of them again, and so on: x of the blocks get x^(log(1-h) / log h). */
  | { readonly law: 'pareto'; readonly h: number }
  /** Normal around the middle rank, cut where the ranks end; the standard deviation in percent of the blocks. */
  | { readonly law: 'normal'; readonly deviationPercent: number }
  /** Uniform in each zone; in the order of the region, from its start. */
  | { readonly law: 'zoned'; readonly zones: readonly Zone[] }
  /** These blocks in this order, again and again; with `stride` farther on each time, by as many as there are. */
  | { readonly law: 'sequence'; readonly blocks: readonly number[]; readonly stride: boolean };

/** Those that are drawn. */
export type Law = Exclude<Distribution, { law: 'sequence' }>;

/** Cell i has `sizes[i]` ranks from `from[i]` on, and `shares[i]` of all I/O. */
export interface Cells {
  readonly from: Float64Array;
  readonly sizes: Float64Array;
  readonly shares: Float64Array;
}

/** Most cells. */
export const CELLS = 4096;
/** Ranks at the head that are cells of their own. */
const HEAD = 1024;
/** Beyond so many standard deviations from the middle all is one cell. */
const DEVIATIONS = 6;

/** Where cells begin, and where the last ends: each of the head, then ever larger ones. */
function growingBounds(blocks: number): number[] {
  const bounds = Array.from({ length: Math.min(blocks, HEAD) + 1 }, (_, i) => i);
  const steps = CELLS - HEAD;
  for (let i = 1; i <= steps && blocks > HEAD; i++) {
    const next = i === steps ? blocks : Math.round(HEAD * (blocks / HEAD) ** (i / steps));
    if (next > bounds[bounds.length - 1]) bounds.push(next);
  }
  return bounds;
}

/** Equal cells as far as the normal law matters, and one on each side. */
function evenBounds(blocks: number, deviation: number): number[] {
  const reach = Math.min(blocks / 2, DEVIATIONS * deviation);
  const [from, to] = [blocks / 2 - reach, blocks / 2 + reach];
  const inner = CELLS - 2;
  const bounds = Array.from({ length: inner + 1 }, (_, i) => Math.round(from + ((to - from) * i) / inner));
  return [...new Set([0, ...bounds, blocks])];
}

/** Sum of k^-theta over ranks `from` to `to` - 1, which count from 1 there. */
function zipfShare(theta: number, from: number, to: number): number {
  if (to - from <= 16) {
    let sum = 0;
    for (let rank = from; rank < to; rank++) sum += (rank + 1) ** -theta;
    return sum;
  }
  // Midpoints of the integral; what is left is below 1e-9 of a cell, since `from` is beyond the head.
  const [low, high] = [from + 0.5, to + 0.5];
  const integral =
    theta === 1 ? Math.log(high / low) : (high ** (1 - theta) - low ** (1 - theta)) / (1 - theta);
  return integral + (theta * (high ** (-theta - 1) - low ** (-theta - 1))) / 24;
}

/** Simpson's rule over a cell of the bell. */
function normalShare(middle: number, deviation: number, from: number, to: number): number {
  const bell = (x: number): number => Math.exp(-(((x - middle) / deviation) ** 2) / 2);
  return ((to - from) * (bell(from) + 4 * bell((from + to) / 2) + bell(to))) / 6;
}

function cellsFrom(bounds: readonly number[], shareOf: (from: number, to: number) => number): Cells {
  const from = Float64Array.from(bounds.slice(0, -1));
  const sizes = from.map((start, i) => bounds[i + 1] - start);
  const shares = from.map((start, i) => shareOf(start, bounds[i + 1]));
  const sum = shares.reduce((all, share) => all + share, 0);
  return { from, sizes, shares: shares.map((share) => share / sum) };
}

/** The zones of a region in blocks of `blockBytes`; one that is smaller than a block has none. */
function zoneCells(zones: readonly Zone[], blocks: number, blockBytes: number): Cells {
  let percent = 0;
  let bytes = 0;
  const bounds = [0];
  for (const { size } of zones) {
    if ('percent' in size) percent += size.percent;
    else bytes += size.bytes;
    const end = 'percent' in size ? (blocks * percent) / 100 : bytes / blockBytes;
    bounds.push(Math.min(blocks, Math.floor(end + 1e-6)));
  }
  const all = zones.map(({ ioPercent }, i) => ({
    ioPercent,
    from: bounds[i],
    size: bounds[i + 1] - bounds[i],
  }));
  const kept = all.filter(({ ioPercent, size }) => ioPercent > 0 && size > 0);
  const sum = kept.reduce((total, { ioPercent }) => total + ioPercent, 0);
  return {
    from: Float64Array.from(kept, ({ from }) => from),
    sizes: Float64Array.from(kept, ({ size }) => size),
    shares: Float64Array.from(kept, ({ ioPercent }) => ioPercent / sum),
  };
}

/** The cells of a distribution over so many blocks of `blockBytes` each. */
export function cellsOf(distribution: Law, blocks: number, blockBytes: number): Cells {
  switch (distribution.law) {
    case 'random':
      return cellsFrom([0, blocks], () => 1);
    case 'zipf':
      return cellsFrom(growingBounds(blocks), (from, to) => zipfShare(distribution.theta, from, to));
    case 'pareto': {
      const exponent = Math.log(1 - distribution.h) / Math.log(distribution.h);
      const below = (rank: number): number => (rank / blocks) ** exponent;
      return cellsFrom(growingBounds(blocks), (from, to) => below(to) - below(from));
    }
    case 'normal': {
      const deviation = (blocks * distribution.deviationPercent) / 100;
      return cellsFrom(evenBounds(blocks, deviation), (from, to) =>
        normalShare(blocks / 2, deviation, from, to),
      );
    }
    case 'zoned':
      return zoneCells(distribution.zones, blocks, blockBytes);
  }
}
