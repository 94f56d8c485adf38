/** Facts of two records set against each other: what a difference is, and what it says. */

export interface Difference {
  /** Stable, for example `device.firmwareRevision`, `config`, `host.governor`, `complete`. */
  readonly fact: string;
  /** For example `device 1`, `job randread`, or empty for the document. */
  readonly where: string;
  readonly base: string;
  readonly next: string;
  /** False for a note that explains but does not stand in the way. */
  readonly blocks: boolean;
  /** Names of the two documents. */
  readonly between: readonly [base: string, next: string];
}

/** A difference, of whatever documents. */
export type Found = Omit<Difference, 'between'>;
/** A fact of a record, by its name, and whether a difference in it stands in the way. */
export type Fact<T> = readonly [fact: string, of: (record: T) => unknown, blocks: boolean];

/** What a difference says of a side that does not have the fact. */
export const NOT_KNOWN = 'not known';

const textOf = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return NOT_KNOWN;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** A fact that one side does not know is a note; the other tool or older version did not record it. */
export function compareFacts<T>(facts: readonly Fact<T>[], where: string, base: T, next: T): Found[] {
  return facts.flatMap(([fact, of, blocks]) => {
    const [a, b] = [textOf(of(base)), textOf(of(next))];
    if (a === b) return [];
    return [{ fact, where, base: a, next: b, blocks: blocks && a !== NOT_KNOWN && b !== NOT_KNOWN }];
  });
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Jobs are named in the path where they have a name: `jobs.randread.iodepth`. */
function stepName(parent: string, key: string, value: unknown): string {
  const name = isMap(value) && typeof value.name === 'string' ? value.name : key;
  return parent === '' ? name : `${parent}.${name}`;
}

/** Every value in which two configurations differ; `where` is its path. */
export function configDifferences(base: unknown, next: unknown, path = ''): Found[] {
  const plain = (value: unknown): boolean => typeof value !== 'object' || value === null;
  if (plain(base) || plain(next)) {
    if (JSON.stringify(base) === JSON.stringify(next)) return [];
    const [a, b] = [textOf(base), textOf(next)].map((text) => (text === NOT_KNOWN ? 'not given' : text));
    return [{ fact: 'config', where: path, base: a, next: b, blocks: true }];
  }
  const [a, b] = [base, next] as Record<string, unknown>[];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => configDifferences(a[key], b[key], stepName(path, key, a[key] ?? b[key])));
}
