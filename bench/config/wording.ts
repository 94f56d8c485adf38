/** How messages speak of a file: its values, the places of its keys, the word that was meant. */
import { closest, distance } from 'fastest-levenshtein';

const MAX_SHOWN_CHARS = 60;

/**
 * Text in double quotes for an error message: control characters escaped so that a hostile file cannot drive
 * the terminal, and cut to 60 characters.
 */
export function quote(text: string): string {
  const cut = text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A parsed YAML value in words, for the end of "expects ..., got": `the text "abc"`, `a list`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  return String(value);
}

/** Where a value sits in the configuration: `['jobs', 0, 'iodepth']`. */
export type KeyPath = readonly (string | number)[];

/** A key path as text: `jobs[0].iodepth`. Empty for the whole file. */
export function formatKeyPath(path: KeyPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else {
      const name = /^[\w-]{1,60}$/.test(step) ? step : quote(step);
      text += text === '' ? name : `.${name}`;
    }
  }
  return text;
}

/** Whether `path` is `prefix` itself or lies below it. */
export function isAtOrBelow(path: KeyPath, prefix: KeyPath): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => path[index] === step);
}

const sorted = (word: string): string => [...word].sort().join('');

/**
 * The one of `known` that `word` was most likely meant to be, or undefined when none is near. `otherNames` has those of
 * `known` by the names that others have for them.
 */
export function nearest(
  word: string,
  known: readonly string[],
  otherNames: Readonly<Record<string, string>> = {},
): string | undefined {
  const other = Object.hasOwn(otherNames, word.toLowerCase()) ? otherNames[word.toLowerCase()] : undefined;
  if (other !== undefined && known.includes(other)) return other;
  if (word.length > 40 || known.length === 0) return undefined;
  const folded = word.toLowerCase().replaceAll('-', '_');
  // The same letters in another order are the commonest slip, and count as two changes.
  const turned = known.find((name) => sorted(name) === sorted(folded));
  if (turned !== undefined) return turned;
  const best = closest(folded, known);
  return distance(folded, best) <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}
