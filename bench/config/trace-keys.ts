/** The keys of jobs that play a trace, in fio's words. */
import type { KeyTable } from './key-table.js';
import { fail, type Parsed } from './units.js';
import { flag, integer, line, parsed, powerOfTwo, sizeBytes, type ValueKind } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

const SKIPPED = ['read', 'write', 'trim', 'sync'] as const;
export type SkippedKind = (typeof SKIPPED)[number];

const FORM = 'read, write, trim, sync, or several of them such as write,trim';

function parseSkip(value: unknown): Parsed<readonly SkippedKind[]> {
  if (typeof value !== 'string') return fail(`expects ${FORM}, got ${describeValue(value)}`);
  const named = value.split(',').map((word) => word.trim().toLowerCase());
  const wrong = named.find((word) => !SKIPPED.some((kind) => kind === word));
  if (wrong !== undefined) return fail(`expects ${FORM}, got ${quote(value)}`);
  return { ok: true, value: SKIPPED.filter((kind) => named.includes(kind)) };
}

const textOf = (kinds: readonly SkippedKind[]): string => kinds.join(',');

const skipped = (): ValueKind<readonly SkippedKind[], string> => ({
  schema: parsed(parseSkip, [
    {
      type: 'string',
      pattern: `^ *(${SKIPPED.join('|')}) *(, *(${SKIPPED.join('|')}) *)*$`,
      description: FORM,
    },
  ]),
  words: '`read`, `write`, `trim`, `sync`, or several: `write,trim`',
  record: textOf,
  short: textOf,
});

/** Of jobs that play a trace alone. */
const ofTrace = <T>(value: T, { read_iolog: path }: { readonly read_iolog?: string }): T | undefined =>
  path === undefined ? undefined : value;

export const TRACE_KEYS = {
  read_iolog: {
    kind: line('the path of a file', 4096),
    field: 'readIolog',
    absent: 'no trace',
    sweep: true,
    identity: 'work',
    help: 'A trace that the job plays: an iolog of fio (version 2 or 3), the text of blkparse, or CSV of time, op, offset and bytes. It says what each I/O is, where and when; `iodepth` says how many may be in flight. Takes the place of `rw`, sizes, region and rate. Needs `completion: poll`.',
    seeAlso: 'See [workloads.md](workloads.md#traces).',
  },
  replay_time_scale: {
    kind: integer(1, 1_000_000),
    field: 'replayTimeScale',
    default: 100,
    sweep: true,
    identity: 'work',
    help: 'With `read_iolog`: speed in percent of the recorded one; 200 is twice as fast.',
    inForce: ofTrace<number>,
  },
  replay_no_stall: {
    kind: flag(),
    field: 'replayNoStall',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'With `read_iolog`: each I/O goes as soon as `iodepth` has room for it, in order, whenever it was recorded.',
    inForce: ofTrace<boolean>,
  },
  replay_align: {
    kind: sizeBytes({ check: powerOfTwo, words: 'size, a power of two' }),
    field: 'replayAlign',
    absent: 'offsets as recorded',
    sweep: true,
    identity: 'work',
    help: 'With `read_iolog`: offsets are rounded down to multiples of this, and lengths up to whole logical blocks.',
  },
  replay_scale: {
    kind: integer(1, 1_000_000_000),
    field: 'replayScale',
    default: 1,
    sweep: true,
    identity: 'work',
    help: 'With `read_iolog`: offsets are divided by this, before `replay_align`: a trace of a larger drive fits on a smaller one.',
    inForce: ofTrace<number>,
  },
  replay_skip: {
    kind: skipped(),
    field: 'replaySkip',
    absent: 'none',
    sweep: true,
    typedList: true,
    identity: 'work',
    help: 'With `read_iolog`: kinds of I/O that are left out; the others keep their times.',
  },
} as const satisfies KeyTable;

/** Keys of a job that do nothing without a trace. */
export const REPLAY_KEYS = Object.keys(TRACE_KEYS).filter((key) => key !== 'read_iolog');
