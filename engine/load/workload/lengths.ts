/**
 * HOT: how long I/Os are, where a job has several lengths: drawn for each I/O by the law of its operation, as fio does. What
 * does not fit before the end of the region is drawn again, never cut short (`get_next_buflen` in fio's io_u.c).
 */
import { OPERATIONS, type OperationName } from '../../stats/operations.js';
import { drawWord } from './generator.js';

/** fio's `bsrange` and `bssplit`. */
export type LengthLaw =
  /** Multiples of `fromBytes` up to `toBytes`, all alike; `toBytes` itself where it is none has the share that is left. */
  | { readonly fromBytes: number; readonly toBytes: number }
  /** Whole percentages that add up to 100. */
  | { readonly split: readonly { readonly bytes: number; readonly percent: number }[] };

/** How long I/Os of an operation are, and at multiples of what random ones begin, from the start of the region on. */
export interface Lengths {
  readonly law: LengthLaw;
  readonly alignBytes: number;
}

export type LengthsByOperation = Readonly<Partial<Record<OperationName, Lengths>>>;

const used = (law: Extract<LengthLaw, { split: unknown }>): number[] =>
  law.split.filter(({ percent }) => percent > 0).map(({ bytes }) => bytes);

export const shortestBytes = (law: LengthLaw): number =>
  'split' in law ? Math.min(...used(law)) : law.fromBytes;

export const longestBytes = (law: LengthLaw): number =>
  'split' in law ? Math.max(...used(law)) : law.toBytes;

/** The mean of a law, away from the end of the region. */
export function meanBytes(law: LengthLaw): number {
  if ('split' in law) return law.split.reduce((sum, { bytes, percent }) => sum + (bytes * percent) / 100, 0);
  const { fromBytes, toBytes } = law;
  const ratio = toBytes / fromBytes;
  const whole = Math.floor(ratio);
  return ((fromBytes * whole * (whole + 1)) / 2 + (ratio - whole) * toBytes) / ratio;
}

const TWO_MINUS_32 = 2 ** -32;
const word = drawWord;
/** Entries of each operation in its tables: shares in percent, and lengths of a split. */
const SHARES = 100;
const MOST_LENGTHS = 64;

export class LengthSource {
  /** By operation: `ratios` is 0 where the law is a split, whose lengths stand in `lengths` by rising share. */
  private readonly shortest = new Int32Array(OPERATIONS.length);
  private readonly longest = new Int32Array(OPERATIONS.length);
  private readonly ratios = new Float64Array(OPERATIONS.length);
  private readonly counts = new Int32Array(OPERATIONS.length);
  private readonly lengths = new Int32Array(OPERATIONS.length * MOST_LENGTHS);
  /** Which of these each percent of the draws has. */
  private readonly shares = new Uint8Array(OPERATIONS.length * SHARES);
  private readonly state: Int32Array;

  /** `state` is that of a generator, two words. Laws of at most 64 lengths, all of whole blocks. */
  constructor(lengths: LengthsByOperation, lbaBytes: number, state: Int32Array) {
    this.state = state;
    for (const [operation, name] of OPERATIONS.entries()) {
      const law = lengths[name]?.law;
      if (law === undefined) continue;
      this.shortest[operation] = shortestBytes(law) / lbaBytes;
      this.longest[operation] = longestBytes(law) / lbaBytes;
      if ('split' in law) this.tabulate(operation, law.split, lbaBytes);
      else this.ratios[operation] = law.toBytes / law.fromBytes;
    }
  }

  private tabulate(
    operation: number,
    split: Extract<LengthLaw, { split: unknown }>['split'],
    lbaBytes: number,
  ): void {
    // fio's order, by which what does not fit goes to those behind it.
    const ordered = split.filter(({ percent }) => percent > 0).sort((a, b) => a.percent - b.percent);
    this.counts[operation] = ordered.length;
    let share = operation * SHARES;
    for (const [i, { bytes, percent }] of ordered.entries()) {
      this.lengths[operation * MOST_LENGTHS + i] = bytes / lbaBytes;
      this.shares.fill(i, share, share + percent);
      share += percent;
    }
  }

  /** The shortest of an operation, in logical blocks. */
  shortestLbas(operation: number): number {
    return this.shortest[operation];
  }

  /** The length of the next I/O of an operation, of which `roomLbas` fit; the shortest does. */
  next(operation: number, roomLbas: number): number {
    const shortest = this.shortest[operation];
    const longest = this.longest[operation];
    if (shortest === longest) return shortest;
    const ratio = this.ratios[operation];
    for (;;) {
      const share = this.draw();
      let lbas: number;
      if (ratio > 0) {
        lbas = Math.imul(Math.floor(share * ratio) + 1, shortest);
        if (lbas > longest) lbas = longest;
      } else {
        const first = Math.imul(operation, MOST_LENGTHS);
        const at = this.shares[(Math.imul(operation, SHARES) + Math.floor(share * SHARES)) | 0];
        lbas = this.lengths[(first + at) | 0];
        if (lbas > roomLbas) lbas = this.fitting(operation, at, roomLbas);
      }
      if (lbas <= roomLbas) return lbas;
    }
  }

  /** The first length of a split from the `at`th on that fits, else the last. */
  private fitting(operation: number, from: number, roomLbas: number): number {
    const last = this.counts[operation] - 1;
    let at = from;
    while (at < last && this.lengths[operation * MOST_LENGTHS + at] > roomLbas) at++;
    return this.lengths[operation * MOST_LENGTHS + at];
  }

  /** 0 to 1, of 32 bits of the generator. */
  private draw(): number {
    return (word(this.state) >>> 0) * TWO_MINUS_32;
  }
}
