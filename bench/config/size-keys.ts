/** The keys that say how long I/Os are. A job has one of the first three. */
import { isDeepStrictEqual } from 'node:util';
import {
  type ByDirection,
  blockSizes,
  ofPattern,
  type SizeRange,
  type SizeSplit,
  sizeRanges,
  sizeSplits,
} from './block-sizes.js';
import type { KeyTable } from './key-table.js';
import { isRandom, type RwPattern } from './pattern.js';
import { SMALLEST_BLOCK_BYTES } from './units.js';

/** What says how long the I/Os of a job are. */
export interface Sizes {
  readonly rw: RwPattern;
  readonly bs: ByDirection<number>;
  readonly bsrange?: ByDirection<SizeRange>;
  readonly bssplit?: ByDirection<SizeSplit>;
  /** A trace that says it instead. */
  readonly read_iolog?: string;
}

type Law = SizeRange | SizeSplit;

/** The law of each direction, by which of the keys holds. */
export function lawsOf({ rw, bs, bsrange, bssplit }: Sizes): ByDirection<Law> {
  const fixed = (bytes: number): SizeRange => ({ fromBytes: bytes, toBytes: bytes });
  return ofPattern<Law>(bssplit ?? bsrange ?? { read: fixed(bs.read), write: fixed(bs.write) }, rw);
}

const shortest = (law: Law): number =>
  'split' in law ? Math.min(...law.split.map(({ bytes }) => bytes)) : law.fromBytes;

const longest = (law: Law): number =>
  'split' in law ? Math.max(...law.split.map(({ bytes }) => bytes)) : law.toBytes;

/** Of the longest I/O. */
export function longestSize(sizes: Sizes): number {
  const { read, write } = lawsOf(sizes);
  return Math.max(longest(read), longest(write));
}

/** Where random I/Os begin unless `blockalign` says otherwise: at multiples of the shortest. */
function ownAlignment(sizes: Sizes): ByDirection<number> {
  const { read, write } = lawsOf(sizes);
  return { read: shortest(read), write: shortest(write) };
}

/** Of which a job takes one: what stands nearer to it takes the place of the others. */
export const RIVALS = ['bs', 'bsrange', 'bssplit'] as const;

const isRival = (key: string): boolean => (RIVALS as readonly string[]).includes(key);

/** Keys without those that the `nearer` ones take the place of. */
export function withoutRivals<Keys extends object>(keys: Keys, nearer: Iterable<string>): Keys {
  const given = [...nearer].filter(isRival);
  if (given.length === 0) return keys;
  const kept = Object.entries(keys).filter(([key]) => !isRival(key) || given.includes(key));
  return Object.fromEntries(kept) as Keys;
}

export const SIZE_KEYS = {
  bs: {
    kind: blockSizes(),
    field: 'bs',
    default: '4k',
    sweep: true,
    typedList: true,
    identity: 'work',
    recorded: 'always',
    help: `Bytes of one I/O, a multiple of ${SMALLEST_BLOCK_BYTES}, at most 1GiB; with a comma those of a read and those of a write.`,
    alsoCalled: ['blocksize', 'block_size'],
    inForce: (bs: ByDirection<number>, { rw, bsrange, bssplit, read_iolog: trace }: Sizes) =>
      bsrange === undefined && bssplit === undefined && trace === undefined ? ofPattern(bs, rw) : undefined,
  },
  bsrange: {
    kind: sizeRanges(),
    field: 'bsRange',
    absent: '`bs` alone',
    sweep: true,
    identity: 'work',
    help: 'I/Os of several sizes instead of `bs`: the multiples of the smallest up to the largest, all equally often, drawn for each I/O. What does not fit before the end of the region is drawn again.',
    inForce: (range: ByDirection<SizeRange> | undefined, { rw }: Sizes) =>
      range === undefined ? undefined : ofPattern(range, rw),
  },
  bssplit: {
    kind: sizeSplits(),
    field: 'bsSplit',
    absent: '`bs` alone',
    sweep: true,
    identity: 'work',
    help: 'I/Os of several sizes instead of `bs`, each with its share in whole percent; sizes without one share evenly what is left. What does not fit before the end of the region is drawn again.',
    inForce: (split: ByDirection<SizeSplit> | undefined, { rw }: Sizes) =>
      split === undefined ? undefined : ofPattern(split, rw),
  },
  blockalign: {
    kind: blockSizes(),
    field: 'blockAlign',
    absent: 'the smallest size of the I/Os',
    sweep: true,
    typedList: true,
    identity: 'work',
    help: 'Random I/Os begin at multiples of this, from the start of the region on.',
    alsoCalled: ['ba'],
    inForce: (align: ByDirection<number> | undefined, sizes: Sizes) => {
      if (align === undefined || !isRandom(sizes.rw)) return undefined;
      const own = ofPattern(align, sizes.rw);
      return isDeepStrictEqual(own, ownAlignment(sizes)) ? undefined : own;
    },
  },
} as const satisfies KeyTable;
