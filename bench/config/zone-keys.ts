/** The keys that say how a job goes about the zones of a zoned namespace. */
import type { KeyTable } from './key-table.js';
import { type RwPattern, writes } from './pattern.js';
import { blockMultiple } from './region-keys.js';
import { fail, type Parsed } from './units.js';
import { aboveZero, integer, parsed, sizeBytes, type ValueKind, word } from './value-kinds.js';
import { describeValue } from './wording.js';

const ZONE_MODES = ['none', 'strided', 'zbd'] as const;
export type ZoneMode = (typeof ZONE_MODES)[number];

function parseRatio(value: unknown): Parsed<number> {
  if (typeof value === 'number' && value >= 0 && value <= 1) return { ok: true, value };
  return fail(`expects a number from 0 to 1, got ${describeValue(value)}`);
}

function ratio(): ValueKind<number> {
  return {
    schema: parsed(parseRatio, [{ type: 'number', minimum: 0, maximum: 1 }]),
    words: 'number from 0 to 1',
    record: (value) => value,
    short: (value) => String(value),
  };
}

export interface Zoned {
  readonly zonemode: ZoneMode;
  readonly rw: RwPattern;
}

/** Keys of writes to zones alone. */
const ofWrites = <T>(value: T, { zonemode, rw }: Zoned): T | undefined =>
  zonemode === 'zbd' && writes(rw) ? value : undefined;

/** Keys of I/O in parts of a region. */
const ofParts = (bytes: number | undefined, { zonemode }: Zoned): number | undefined =>
  zonemode === 'strided' ? bytes : undefined;

const partBytes = (least: 0 | 1) =>
  sizeBytes({
    check: (bytes) => (least === 0 ? undefined : aboveZero(bytes)) ?? blockMultiple(bytes),
    words: 'size (a multiple of 512)',
  });

export const ZONE_KEYS = {
  zonemode: {
    kind: word(ZONE_MODES),
    field: 'zoneMode',
    default: 'none',
    sweep: true,
    identity: 'work',
    help: '`strided`: the job goes through its region in parts, `zonesize` bytes in each before it goes on in the next. `zbd`: it goes by the zones of a zoned namespace. Writes go to their write pointers, one at a time in each; a zone that is full is reset when writing comes round to it; reads go below the pointers.',
    seeAlso: 'See `drives.md`.',
  },
  zonesize: {
    kind: partBytes(1),
    field: 'zoneSizeBytes',
    absent: 'required with `zonemode: strided`',
    sweep: true,
    identity: 'work',
    help: 'With `zonemode: strided`, what is transferred in a part before the job goes on in the next; behind the last it begins with the first again.',
    inForce: ofParts,
  },
  zonerange: {
    kind: partBytes(1),
    field: 'zoneRangeBytes',
    absent: 'as `zonesize`',
    sweep: true,
    identity: 'work',
    help: 'With `zonemode: strided`, how long a part is: within it I/O goes in sequence or at random, and around at its end. A multiple of `bs`.',
    inForce: ofParts,
  },
  zoneskip: {
    kind: partBytes(0),
    field: 'zoneSkipBytes',
    absent: 'nothing',
    sweep: true,
    identity: 'work',
    help: 'With `zonemode: strided`, what lies between the end of a part and the next.',
    inForce: ofParts,
  },
  max_open_zones: {
    kind: integer(1, 1_000_000_000),
    field: 'maxOpenZones',
    absent: 'as many as the drive lets',
    sweep: true,
    identity: 'work',
    help: 'With `zonemode: zbd`, zones that all workers together write to at a time.',
    inForce: ofWrites<number | undefined>,
  },
  job_max_open_zones: {
    kind: integer(1, 1_000_000_000),
    field: 'jobMaxOpenZones',
    absent: 'its part of `max_open_zones`',
    sweep: true,
    identity: 'work',
    help: 'The same of each worker.',
    inForce: ofWrites<number | undefined>,
  },
  zone_reset_threshold: {
    kind: ratio(),
    field: 'zoneResetThreshold',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'With `zone_reset_frequency`, the share of the region that holds data from which on zones are reset that are not full, 0 to 1.',
    inForce: (share: number, zoned: Zoned): number => ofWrites(share, zoned) ?? 0,
  },
  zone_reset_frequency: {
    kind: ratio(),
    field: 'zoneResetFrequency',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'With `zonemode: zbd`, resets of zones that are not full for each write, 0 to 1: 0.01 is one before every hundredth write. 0 for none.',
    inForce: (share: number, zoned: Zoned): number => ofWrites(share, zoned) ?? 0,
  },
} as const satisfies KeyTable;
