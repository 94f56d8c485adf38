/** Where a file goes that the user has named, in whoever's folder: links of others must not make it another. */
import type { Stats } from 'node:fs';
import { EngineError } from '../errors.js';
import { type Folder, withFolder } from './folder.js';
import { openFolder, openPlace, type Place, type WalkRules } from './walk.js';

const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;
const ROOT = 0;

/**
 * As fs.protected_symlinks of the kernel (proc_sys_fs(5)): in a folder like /tmp the link of another is not followed.
 * Root may write everywhere, which the owner of a link elsewhere may not: for root it leads only to folders of that owner.
 */
class LinkRules implements WalkRules {
  readonly #uid: number;
  #foreign: { readonly path: string; readonly uid: number } | undefined;

  constructor(uid: number) {
    this.#uid = uid;
  }

  link(path: string, stats: Stats, within: Stats): void {
    if (stats.uid === this.#uid || stats.uid === ROOT) return;
    const shared = (within.mode & STICKY) !== 0 && (within.mode & WRITABLE_BY_ALL) !== 0;
    if (shared && stats.uid !== within.uid)
      throw planted(path, stats.uid, 'in a folder that everybody may write to');
    if (this.#uid !== ROOT) return;
    if (this.#foreign !== undefined && this.#foreign.uid !== stats.uid)
      throw planted(path, stats.uid, `reached by a link of user ${this.#foreign.uid}`);
    this.#foreign = { path, uid: stats.uid };
  }

  make(within: Folder): void {
    this.arrive(within);
  }

  /** Throws where a link of another has led out of that user's folders. */
  arrive(folder: Folder): void {
    const from = this.#foreign;
    if (from === undefined || folder.stats.uid === from.uid) return;
    throw planted(from.path, from.uid, `and leads to ${folder.path}, which is not that user's`);
  }
}

function planted(path: string, owner: number, why: string): EngineError {
  return new EngineError({
    code: 'LINK_NOT_FOLLOWED',
    op: 'follow the link',
    target: path,
    reason: `${path} is a link of user ${owner}, ${why}`,
    hint: 'name the file without that link, or in a folder of your own',
    kind: 'input',
  });
}

const user = (): number => process.geteuid?.() ?? ROOT;

/** As `openPlace`, for a file to write. Throws EngineError LINK_NOT_FOLLOWED, errors of node:fs. */
export function openNamedPlace(path: string): Place {
  const rules = new LinkRules(user());
  const place = openPlace(path, rules);
  try {
    rules.arrive(place.folder);
    return place;
  } catch (error) {
    place.folder.close();
    throw error;
  }
}

/** As `openFolder`, to make files in. Throws as `openNamedPlace`. */
export function openNamedFolder(path: string, makeMode?: number): Folder {
  const rules = new LinkRules(user());
  const folder = openFolder(path, rules, makeMode);
  try {
    rules.arrive(folder);
    return folder;
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** Makes a folder, and what is missing above it. Throws as `openNamedFolder`. */
export function makeNamedFolder(path: string, mode: number): void {
  withFolder(openNamedFolder(path, mode), () => undefined);
}
