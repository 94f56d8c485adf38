/** Paths followed one component at a time, so that rules see every folder and link before it is gone through. */
import type { Stats } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Folder, fileErrorCode, withFolder } from './folder.js';

/** As in the kernel: path_resolution(7). */
const MOST_LINKS = 40;

/** What may be gone through. Each throws to refuse. */
export interface WalkRules {
  /** Each folder that is entered; of a relative path not the one where it begins. */
  folder?(path: string, stats: Stats): void;
  /** A link, before it is followed; `within` is the folder that has it. */
  link?(path: string, stats: Stats, within: Stats): void;
  /** A folder in which another is about to be made. */
  make?(within: Folder): void;
}

/** What a path leads to in the end; `stats` is undefined where nothing is there yet. `folder` is the caller's to close. */
export interface Place {
  readonly folder: Folder;
  readonly name: string;
  readonly stats: Stats | undefined;
}

function failure(code: string, path: string): Error {
  const words: Readonly<Record<string, string>> = {
    ELOOP: 'too many symbolic links',
    ENOTDIR: 'not a directory',
    EISDIR: 'is a directory',
  };
  return Object.assign(new Error(`${code}: ${words[code]}, '${path}'`), { code });
}

const components = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

class Walk {
  readonly #rules: WalkRules;
  readonly #makeMode: number | undefined;
  #links = 0;

  constructor(rules: WalkRules, makeMode?: number) {
    this.#rules = rules;
    this.#makeMode = makeMode;
  }

  /** The folder at a path, from `start` where that is relative; closes `start`. */
  folder(path: string, start: Folder = Folder.at('.')): Folder {
    let here = start;
    const move = (next: Folder): void => {
      here.close();
      here = next;
      this.#rules.folder?.(next.path, next.stats);
    };
    try {
      const rest = components(path);
      if (isAbsolute(path)) move(Folder.at('/'));
      for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
        const next = enterOrMake(here, name, this.#makeMode, this.#rules);
        if (next !== undefined) {
          move(next);
          continue;
        }
        const text = this.followed(here, name);
        rest.unshift(...components(text));
        if (isAbsolute(text)) move(Folder.at('/'));
      }
      return here;
    } catch (error) {
      here.close();
      throw error;
    }
  }

  /** Where a link that may be followed leads. */
  followed(within: Folder, name: string): string {
    const path = join(within.path, name);
    const stats = within.stat(name);
    if (!stats?.isSymbolicLink()) throw failure('ENOTDIR', path);
    if (++this.#links > MOST_LINKS) throw failure('ELOOP', path);
    this.#rules.link?.(path, stats, within.stats);
    return within.readLink(name);
  }
}

/** The folder of that name, made where it is missing and `makeMode` is given; undefined where it is no folder. */
export function enterOrMake(
  within: Folder,
  name: string,
  makeMode: number | undefined,
  rules: WalkRules = {},
): Folder | undefined {
  try {
    return within.enter(name);
  } catch (error) {
    if (fileErrorCode(error) !== 'ENOENT' || makeMode === undefined) throw error;
    rules.make?.(within);
    try {
      within.makeFolder(name, makeMode);
    } catch (cause) {
      // Another process was first.
      if (fileErrorCode(cause) !== 'EEXIST') throw cause;
    }
    return within.enter(name);
  }
}

/** The folder at a path. With `makeMode`, what is missing of it is made. Throws as node:fs, and what the rules throw. */
export function openFolder(path: string, rules: WalkRules, makeMode?: number): Folder {
  return new Walk(rules, makeMode).folder(path);
}

/**
 * The folder and name that a path of a file leads to, through links at its end too, but for those of procfs that lead to
 * what has no name: a pipe. Throws as `openFolder`; EISDIR where the path can only be a folder's.
 */
export function openPlace(path: string, rules: WalkRules): Place {
  const walk = new Walk(rules);
  let rest = path;
  let folder: Folder | undefined;
  for (;;) {
    const name = rest.slice(rest.lastIndexOf('/') + 1);
    folder = walk.folder(rest.slice(0, rest.length - name.length), folder);
    try {
      if (['', '.', '..'].includes(name)) throw failure('EISDIR', path);
      const stats = folder.stat(name);
      const nameless = stats?.isSymbolicLink() && folder.isProc && !folder.leadsWhereItSays(name);
      if (!stats?.isSymbolicLink() || nameless) return { folder, name, stats };
      rest = walk.followed(folder, name);
    } catch (error) {
      folder.close();
      throw error;
    }
  }
}

/** Whether a path leads to the same file, one that is there or one still to be made, also by another name of it. */
export function isSamePlace({ folder, name, stats }: Place, path: string): boolean {
  let other: Place;
  try {
    other = openPlace(path, {});
  } catch {
    return false;
  }
  return withPlace(other, () => {
    if (stats !== undefined || other.stats !== undefined)
      return folder.identity(name) === other.folder.identity(other.name);
    return name === other.name && folder.identity('.') === other.folder.identity('.');
  });
}

/** Does `body` with a place whose folder is closed afterwards. */
export function withPlace<T>(place: Place, body: (place: Place) => T): T {
  return withFolder(place.folder, () => body(place));
}
