/** The keys that say which random blocks a job takes. */
import { type Distribution, distribution } from './distribution.js';
import type { KeyTable } from './key-table.js';
import { isRandom, type RwPattern, runIosOf } from './pattern.js';
import { flag, integer } from './value-kinds.js';
import type { ZoneMode } from './zone-keys.js';

/** What decides which random blocks a job takes. */
export interface Randomness {
  readonly rw: RwPattern;
  readonly random_distribution: Distribution;
  readonly percentage_random: number;
  readonly random_sequence_stride: boolean;
  readonly zonemode: ZoneMode;
}

export const RANDOM_KEYS = {
  norandommap: {
    kind: flag(),
    field: 'norandommap',
    default: false,
    identity: 'work',
    before: true,
    help: 'Random blocks are drawn each by itself, as if there had been none before. Otherwise each worker goes through all blocks of the region, in a random order of its own, before any comes twice.',
    /** Blocks that are not all wanted alike cannot come once each, and in zones writes have their own places. */
    inForce: (norandommap: boolean, { rw, random_distribution, percentage_random, zonemode }: Randomness) =>
      isRandom(rw)
        ? norandommap ||
          zonemode === 'zbd' ||
          random_distribution.law !== 'random' ||
          percentage_random < 100 ||
          runIosOf(rw) > 1
        : undefined,
  },
  random_distribution: {
    kind: distribution(),
    field: 'distribution',
    default: 'random',
    sweep: true,
    identity: 'work',
    help: 'Which random blocks are wanted more than others: by rank, as a Zipf law with that exponent; 20 % of the blocks with 80 % of the I/O, and so on within them; a normal law with that deviation in percent; zones with a share of the I/O and of the region each; or blocks of the region by their numbers, over and over in this order.',
    inForce: (
      spread: Distribution,
      { rw, random_sequence_stride: stride }: Randomness,
    ): Distribution | undefined =>
      !isRandom(rw) ? undefined : spread.law === 'sequence' ? { ...spread, stride } : spread,
  },
  random_sequence_stride: {
    kind: flag(),
    field: 'sequenceStride',
    default: false,
    identity: 'work',
    help: 'With `random_distribution: sequence:…`, the blocks lie farther on each time, by as many as there are, until they would reach beyond the region; then at its start again.',
    inForce: (stride: boolean, { rw, random_distribution: { law } }: Randomness): boolean =>
      stride && isRandom(rw) && law === 'sequence',
  },
  percentage_random: {
    kind: integer(0, 100),
    field: 'percentageRandom',
    default: 100,
    sweep: true,
    identity: 'work',
    help: 'Percent of the I/Os of a random pattern that are random; each other one goes on behind the last of its operation.',
    inForce: (percent: number, { rw }: Randomness) => (isRandom(rw) ? percent : undefined),
  },
} as const satisfies KeyTable;

const KEY_NAMES = Object.keys(RANDOM_KEYS) as (keyof typeof RANDOM_KEYS)[];

/** Keys that say nothing of I/Os in sequence. */
export const ONLY_RANDOM = [...KEY_NAMES, 'blockalign'] as const;
