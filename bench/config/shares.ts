/** Texts such as `4k/60:8k/40`: things with their shares in whole percent, some of which may be left out. */
import { fail, type Parsed } from './units.js';
import { quote } from './wording.js';

/** Of 100. */
export interface Share<T> {
  readonly of: T;
  readonly percent: number;
}

/** What the shares that are given leave goes evenly to the others, in whole percent; the first get what is over. */
function filled(shares: readonly (number | undefined)[], left: number): number[] {
  const blanks = shares.filter((share) => share === undefined).length;
  let over = blanks === 0 ? 0 : left % blanks;
  return shares.map((share) => share ?? Math.floor(left / blanks) + (over-- > 0 ? 1 : 0));
}

/** Those of `text` that have a share, in their order; `parse` reads a thing, `example` says how one is written with its share. */
export function parseShares<T>(
  text: string,
  parse: (word: string) => Parsed<T>,
  example: string,
): Parsed<readonly Share<T>[]> {
  const things: T[] = [];
  const shares: (number | undefined)[] = [];
  for (const part of text.split(':').map((each) => each.trim())) {
    const [word, share = '', ...rest] = part.split('/').map((each) => each.trim());
    const thing = parse(word);
    if (!thing.ok) return thing;
    if (rest.length > 0 || !/^([0-9]{1,2}|100)?$/.test(share))
      return fail(`expects a whole percentage in ${quote(part)}, as in ${example}`);
    things.push(thing.value);
    shares.push(share === '' ? undefined : Number(share));
  }
  const given = shares.reduce((sum: number, share) => sum + (share ?? 0), 0);
  if (given > 100 || (given < 100 && !shares.includes(undefined)))
    return fail(`has shares that add up to ${given} %, not 100 %`);
  const percents = filled(shares, 100 - given);
  const all = things.map((of, i) => ({ of, percent: percents[i] }));
  return { ok: true, value: all.filter(({ percent }) => percent > 0) };
}
