/** What is known of an option of fio: what becomes of it in a configuration, and in words why. */
import type { FioReader } from './values.js';

/** What a job must be for an option to do anything in it. */
export type FioScope = 'writes' | 'random' | 'mixed' | 'asynchronous';

export interface FioOption {
  /**
   * `key`: a key of a job says the same, once the table of keys has it. `worked`: worked out together with other options.
   * `dropped`: it changes nothing of what the device is asked here. `missing`: it does, and there is no way to say so yet.
   * `outside`: it does, and it is nothing that an NVMe device has.
   */
  readonly fate: 'key' | 'worked' | 'dropped' | 'missing' | 'outside';
  /** Of `key`. */
  readonly key?: string;
  /** Of `key`: how its value is read; undefined where it is none. */
  readonly read?: FioReader;
  /** A clause about it here, for documentation, reports and errors; Markdown, one line. */
  readonly here: string;
  /** It does nothing in other jobs. */
  readonly only?: FioScope;
  /** It does nothing unless this option does something. */
  readonly with?: string;
  /** Values that ask for nothing. */
  readonly idle?: readonly string[];
  /** Other names that fio has for it. */
  readonly also?: readonly string[];
}

export type FioOptions = Readonly<Record<string, FioOption>>;

/** The same said of several options. */
function each(names: string, option: FioOption): FioOptions {
  return Object.fromEntries(names.split(' ').map((name) => [name, option]));
}

/** Options that are worked out together with others. */
export const worked = (names: string, here: string, rest: Partial<FioOption> = {}): FioOptions =>
  each(names, { fate: 'worked', here, ...rest });

/** Options that change nothing here. */
export const dropped = (names: string, here: string, rest: Partial<FioOption> = {}): FioOptions =>
  each(names, { fate: 'dropped', here, ...rest });

/** Options that there is no way to say yet. */
export const missing = (names: string, here: string, rest: Partial<FioOption> = {}): FioOptions =>
  each(names, { fate: 'missing', here, ...rest });

/** Options of what is no NVMe device. */
export const outside = (names: string, here: string, rest: Partial<FioOption> = {}): FioOptions =>
  each(names, { fate: 'outside', here, ...rest });

/** An option that a key of the same name says, or `rest.key`. */
export const asKey = (
  name: string,
  read: FioReader,
  here: string,
  rest: Partial<FioOption> = {},
): FioOptions => ({
  [name]: { fate: 'key', key: name, read, here, ...rest },
});
