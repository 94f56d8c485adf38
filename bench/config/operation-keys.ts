/** The keys that say what a job does beside reads and writes. */
import type { KeyTable } from './key-table.js';
import { isMixed, isTrim, type RwPattern, writes } from './pattern.js';
import { parseShares } from './shares.js';
import { fail, type Parsed } from './units.js';
import { flag, integer, parsed, type ValueKind } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

/** What writes may be, in fio's words, and `compare`, which it has none for; shares in whole percent that add up to 100. */
const WRITE_MODES = ['write', 'zeroes', 'verify', 'uncor', 'compare', 'zone_append'] as const;
export type WriteMode = (typeof WRITE_MODES)[number];
export type WriteModes = readonly { readonly mode: WriteMode; readonly percent: number }[];

/** I/Os that the loop has go out together (BATCH of the engine), which are whole commands. */
const MOST_RANGES = 32;

const FORM =
  'write, zeroes, verify, uncor, compare, zone_append, or several with their shares such as write/60:zeroes/40';
const SOLE: WriteModes = [{ mode: 'write', percent: 100 }];

function parseModes(value: unknown): Parsed<WriteModes> {
  if (typeof value !== 'string') return fail(`expects ${FORM}, got ${describeValue(value)}`);
  const named = new Set<WriteMode>();
  const parseMode = (word: string): Parsed<WriteMode> => {
    const mode = WRITE_MODES.find((each) => each === word);
    if (mode === undefined) return fail(`expects ${FORM}, got ${quote(value)}`);
    if (named.has(mode)) return fail(`names ${mode} twice in ${quote(value)}`);
    named.add(mode);
    return { ok: true, value: mode };
  };
  const shares = parseShares(value, parseMode, 'write/60');
  if (!shares.ok) return shares;
  return { ok: true, value: shares.value.map(({ of: mode, percent }) => ({ mode, percent })) };
}

function textOf(modes: WriteModes): string {
  if (modes.length === 1) return modes[0].mode;
  const ordered = WRITE_MODES.flatMap((mode) => modes.filter((each) => each.mode === mode));
  return ordered.map(({ mode, percent }) => `${mode}/${percent}`).join(':');
}

function writeModes(): ValueKind<WriteModes, string> {
  return {
    schema: parsed(parseModes, [
      { type: 'string', pattern: `^(${WRITE_MODES.join('|')})`, description: FORM },
    ]),
    words: '`write`, `zeroes`, `verify`, `uncor`, `compare`, `zone_append`, or shares: `write/60:zeroes/40`',
    record: textOf,
    short: textOf,
  };
}

/** What each is, in the words of results. */
export const OPERATION_OF = {
  write: 'write',
  zeroes: 'write-zeroes',
  verify: 'verify',
  uncor: 'write-uncorrectable',
  compare: 'compare',
  zone_append: 'zone-append',
} as const satisfies Record<WriteMode, string>;

/** Operations of a job, in the words of results. */
export function operationsOfPattern({
  rw,
  write_mode: modes = SOLE,
  fsync = 0,
}: {
  readonly rw: RwPattern;
  readonly write_mode?: WriteModes | undefined;
  readonly fsync?: number | undefined;
}) {
  if (isTrim(rw)) return ['deallocate' as const];
  const changes = writes(rw) ? modes.map(({ mode }) => OPERATION_OF[mode]) : [];
  return [
    ...(!writes(rw) || isMixed(rw) ? ['read' as const] : []),
    ...changes,
    ...(writes(rw) && fsync > 0 ? ['flush' as const] : []),
  ];
}

/** Whether a pattern has writes that are no trims. */
export const writesData = (rw: RwPattern): boolean => writes(rw) && !isTrim(rw);

/** Whether a pattern has reads. */
const readsData = (rw: RwPattern): boolean => !writes(rw) || isMixed(rw);

export const OPERATION_KEYS = {
  write_mode: {
    kind: writeModes(),
    field: 'writeModes',
    default: 'write',
    sweep: true,
    identity: 'work',
    help: 'By which commands the writes of a pattern are done: Write, Write Zeroes, Verify, Write Uncorrectable (`uncor`), Compare or Zone Append, or several by their shares in percent. All of them need `allow_writes`; `compare` needs `buffer_pattern` or `zero_buffers`, which say what the blocks hold; `zone_append` needs `zonemode: zbd`.',
    inForce: (modes: WriteModes, { rw }: { readonly rw: RwPattern }): WriteModes =>
      writesData(rw) ? modes : SOLE,
  },
  num_range: {
    kind: integer(1, MOST_RANGES, {
      check: (ranges) =>
        Number.isInteger(Math.log2(ranges))
          ? undefined
          : `is a power of 2, up to ${MOST_RANGES}, got ${ranges}`,
      words: '1, 2, 4, 8, 16 or 32',
    }),
    field: 'numRange',
    default: 1,
    sweep: true,
    identity: 'work',
    help: 'Ranges of each Dataset Management command of a job that deallocates. Each range is an I/O of its own in depth and figures, so `iodepth` is a multiple of it.',
    inForce: (ranges: number, { rw }: { readonly rw: RwPattern }): number => (isTrim(rw) ? ranges : 1),
  },
  readfua: {
    kind: flag(),
    field: 'readFua',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'Reads go with FUA (Force Unit Access): the drive answers them from its medium, and not from what a volatile cache alone has.',
    inForce: (fua: boolean, { rw }: { readonly rw: RwPattern }): boolean => fua && readsData(rw),
  },
  writefua: {
    kind: flag(),
    field: 'writeFua',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'Writes go with FUA (Force Unit Access): each is on the medium, and not in a volatile cache alone, once it has completed. Those by Write Zeroes, Verify and Compare too.',
    inForce: (fua: boolean, { rw }: { readonly rw: RwPattern }): boolean => fua && writesData(rw),
  },
  atomic: {
    kind: flag(),
    field: 'atomic',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'Writes are such as the drive promises to have all there or not at all: of no more blocks than AWUPF or NAWUPF has, within its boundaries, and each in one command. The job is refused where they are not.',
    inForce: (atomic: boolean, { rw }: { readonly rw: RwPattern }): boolean => atomic && writesData(rw),
  },
  fsync: {
    kind: integer(0, 1_000_000_000),
    field: 'fsync',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'A flush goes after every so many writes, as an I/O of its own; 0 for none. What is in flight then is not waited for.',
    inForce: (
      every: number,
      { rw, verify_only: only }: { readonly rw: RwPattern; readonly verify_only?: boolean },
    ): number => (writesData(rw) && !only ? every : 0),
  },
} as const satisfies KeyTable;
