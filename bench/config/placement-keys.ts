/** The keys of Flexible Data Placement, in fio's words. */
import type { KeyTable } from './key-table.js';
import { writesData } from './operation-keys.js';
import type { RwPattern } from './pattern.js';
import { fail, type Parsed } from './units.js';
import { flag, parsed, type ValueKind, word } from './value-kinds.js';
import { describeValue, quote } from './wording.js';

const FORM = 'numbers and ranges of reclaim unit handles, for example 0,2-3';
/** As fio has it. */
const MOST_HANDLES = 128;

/** Ascending, each once. */
function parseHandles(value: unknown): Parsed<readonly number[]> {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return fail(`expects ${FORM}, got ${describeValue(value)}`);
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part) ?? [];
    if (first === undefined || Number(first) > Number(last) || Number(last) >= MOST_HANDLES)
      return fail(`expects ${FORM}, below ${MOST_HANDLES}, got ${quote(text)}`);
    for (let handle = Number(first); handle <= Number(last); handle++) found.add(handle);
  }
  return { ok: true, value: [...found].sort((a, b) => a - b) };
}

const textOf = (handles: readonly number[]): string => handles.join(',');

const handles = (): ValueKind<readonly number[], string | number> => ({
  schema: parsed(parseHandles, [
    { type: 'string', pattern: '^[\\d, -]+$', description: FORM },
    { type: 'integer', minimum: 0, maximum: MOST_HANDLES - 1 },
  ]),
  words: 'list such as `0,2-3`',
  record: textOf,
  short: textOf,
});

export interface Placed {
  readonly rw: RwPattern;
  readonly fdp: boolean;
}

export const PLACEMENT_KEYS = {
  fdp: {
    kind: flag(),
    field: 'fdp',
    default: false,
    sweep: true,
    identity: 'work',
    help: 'Writes say to which reclaim unit handle of the namespace their data is to go (Flexible Data Placement, which the drive must have on).',
    seeAlso: 'See [drives.md](drives.md#data-placement).',
    inForce: (fdp: boolean, { rw }: Placed): boolean => fdp && writesData(rw),
  },
  plids: {
    kind: handles(),
    field: 'plids',
    absent: 'all',
    typedText: true,
    identity: 'work',
    help: 'With `fdp`, which of the handles, by their places in the list that the namespace has, counted from 0.',
    inForce: (plids: readonly number[] | undefined, { fdp }: Placed): readonly number[] | undefined =>
      fdp ? plids : undefined,
    alsoCalled: ['fdp_pli'],
  },
  plid_select: {
    kind: word(['roundrobin', 'random']),
    field: 'plidSelect',
    default: 'roundrobin',
    sweep: true,
    identity: 'work',
    help: 'With `fdp`, which of the handles a write goes to: one after the other on each queue, or any at random.',
    inForce: (select: 'roundrobin' | 'random', { fdp }: Placed): 'roundrobin' | 'random' =>
      fdp ? select : 'roundrobin',
    alsoCalled: ['fdp_pli_select'],
  },
} as const satisfies KeyTable;
