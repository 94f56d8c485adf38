/** How long the I/Os of a job of fio are, and at multiples of what random ones begin. */
import { bytes, scaledCount, shortBytes } from '../config/fio/values.js';
import { type Draft, leaveOut, note, setKey, take } from './draft.js';
import type { FioSetting } from './job-file.js';
import { type Direction, placeOf } from './pattern.js';

const DEFAULT_BS_BYTES = 4096;

type Option = 'bs' | 'bsrange' | 'bssplit';

/** Sizes with their shares of a direction, in whole percent: one size, a split; or a range. */
type Law =
  | { readonly split: readonly (readonly [bytes: number, percent: number])[] }
  | readonly [number, number];

/** The part of a value that is for a direction: one that is not given is that before it, or the default. */
function partFor(draft: Draft, value: string, direction: Direction, absent: string): string {
  const parts = value.split(',').map((part) => part.trim());
  const index = placeOf(draft, direction);
  // `8k,` leaves writes as they are by default, `8k` means all.
  const given = index < parts.length ? parts[index] : parts[parts.length - 1];
  return given === '' ? absent : given;
}

/** The shares of a split as fio has them: sizes without one share what is left, and what is over goes to the largest share. */
function splitOf(draft: Draft, part: string): Law | undefined {
  const entries = part
    .split(':')
    .filter((entry) => entry !== '')
    .map((entry) => entry.split('/').map((each) => each.trim()));
  const sizes = entries.map(([size]) => scaledCount(size, draft.units));
  const shares = entries.map(([, share = '']) => Math.min(100, Number.parseInt(share, 10) || 0) || undefined);
  if (sizes.includes(undefined) || sizes.includes(0) || sizes.length === 0) return undefined;
  const given = shares.reduce((sum: number, share) => sum + (share ?? 0), 0);
  const blanks = shares.filter((share) => share === undefined).length;
  const each = blanks === 0 ? 0 : Math.floor(Math.max(0, 100 - given) / blanks);
  const smallest = Math.min(...(sizes as number[]));
  // fio issues multiples of the smallest alone.
  const split = sizes.map((size = 0, i) => [size - (size % smallest), shares[i] ?? each] as [number, number]);
  const largest = split.reduce((most, one) => (one[1] >= most[1] ? one : most));
  largest[1] += 100 - split.reduce((sum, [, share]) => sum + share, 0);
  return { split: split.filter(([, share]) => share > 0) };
}

/** What an option says of one direction; undefined where it is no size. */
function lawOf(draft: Draft, option: Option, part: string): Law | undefined {
  if (option === 'bssplit') return splitOf(draft, part);
  const ends = option === 'bs' ? [part] : part.split(/[-:]/).map((end) => end.trim());
  const [low, high = low] = ends.map((end) => scaledCount(end, draft.units));
  return low === undefined || high === undefined || low === 0 || ends.length > 2 ? undefined : [low, high];
}

const onlySize = (law: Law): number | undefined => {
  if ('split' in law) return law.split.length === 1 ? law.split[0][0] : undefined;
  return law[0] === law[1] ? law[0] : undefined;
};

const shortest = (law: Law): number =>
  'split' in law ? Math.min(...law.split.map(([size]) => size)) : law[0];

/** On average; a range as fio draws from it. */
function mean(law: Law): number {
  if ('split' in law) return law.split.reduce((sum, [size, share]) => sum + (size * share) / 100, 0);
  const ratio = law[1] / law[0];
  const whole = Math.floor(ratio);
  return ((law[0] * whole * (whole + 1)) / 2 + (ratio - whole) * law[1]) / ratio;
}

const lawText = (law: Law): string =>
  'split' in law
    ? law.split.map(([size, share]) => `${shortBytes(size)}/${share}`).join(':')
    : `${shortBytes(law[0])}-${shortBytes(law[1])}`;

/** One value where all directions have the same. */
const ofAll = <T>(values: readonly T[]): T | string =>
  new Set(values).size === 1 ? values[0] : values.join(',');

/** The key that says the same, and its value. */
function keyFor(option: Option, laws: readonly Law[]): readonly [key: Option, value: unknown] {
  const sizes = laws.map(onlySize).filter((size) => size !== undefined);
  if (sizes.length === laws.length) return ['bs', ofAll(sizes.map(shortBytes))];
  return [option === 'bssplit' ? 'bssplit' : 'bsrange', ofAll(laws.map(lawText))];
}

/** The value beside a key where it is not what the line of fio says. */
function commentOf(key: Option, option: Option, value: unknown, setting: FioSetting): string | undefined {
  if (key !== option) return `${option}=${setting.value}`;
  if (setting.value.includes(',') && !String(value).includes(','))
    return `that of the direction, of ${option}=${setting.value}`;
  return undefined;
}

/**
 * Works out `bs`, `bsrange`, `bssplit` and `blockalign`. Of what fio can say about sizes, a split holds before a range and a
 * range before `bs`. Answers with the bytes of an I/O, on average.
 */
export function workBlockSize(draft: Draft, directions: readonly Direction[]): number {
  const settings = (['bssplit', 'bsrange', 'bs'] as const).map((name) => [name, take(draft, name)] as const);
  const [option, setting] = settings.find(([, each]) => each !== undefined) ?? (['bs', undefined] as const);
  for (const [, other] of settings)
    if (other !== undefined && other !== setting)
      note(draft, 'dropped', other, `${option} says how long I/Os are`);
  const absent = String(DEFAULT_BS_BYTES);
  const read = directions.map((direction) =>
    lawOf(draft, option, partFor(draft, setting?.value ?? absent, direction, absent)),
  );
  const laws = read.filter((law) => law !== undefined);
  if (setting !== undefined && laws.length < read.length) leaveOut(draft, setting, 'it is no size');
  const [key, value] = keyFor(option, laws);
  setKey(draft, key, value, setting, setting && commentOf(key, option, value, setting));
  if (setting !== undefined && key !== 'bs') noteMap(draft, setting);
  workAlignment(draft, directions, laws);
  return meanOf(draft, directions, laws);
}

/** fio's map of random blocks, which cuts I/Os short. */
function noteMap(draft: Draft, setting: FioSetting): void {
  const norandommap = draft.job.settings.get('norandommap');
  if (!draft.scopes.has('random') || (norandommap !== undefined && norandommap.value !== '0')) return;
  const why =
    'fio cuts an I/O short where it reaches blocks that were there before; here all are as long as is said';
  note(draft, 'differs', setting, why);
}

function meanOf(draft: Draft, directions: readonly Direction[], laws: readonly Law[]): number {
  if (!draft.scopes.has('mixed')) return mean(laws[0]);
  const readPercent = Number(draft.keys.get('rwmixread')?.value ?? 50);
  const shares = directions.map((direction) => (direction === 'read' ? readPercent : 100 - readPercent));
  return laws.reduce((sum, law, i) => sum + (mean(law) * shares[i]) / 100, 0);
}

/** An alignment of offsets other than the smallest size changes where random I/O goes. */
function workAlignment(draft: Draft, directions: readonly Direction[], laws: readonly Law[]): void {
  const setting = take(draft, 'blockalign');
  if (setting === undefined) return;
  const parts = directions.map((direction) => partFor(draft, setting.value, direction, ''));
  const aligns = parts.map((part, i) => (part === '' ? shortest(laws[i]) : scaledCount(part, draft.units)));
  if (aligns.includes(undefined) || aligns.includes(0)) leaveOut(draft, setting, 'it is no size');
  if (!draft.scopes.has('random') || aligns.every((align, i) => align === shortest(laws[i]))) {
    note(draft, 'dropped', setting, 'random I/O is aligned to the smallest size');
    return;
  }
  setKey(draft, 'blockalign', ofAll(aligns.map((align) => bytes(String(align), { kbBase: 1024 }))), setting);
}
