/** Where compiled code is kept from start to start. */
import { lstatSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** Whoever may write there decides what runs: none but this user. Throws errors of node:fs. */
export function isOwn(folder: string): boolean {
  const { uid, mode } = lstatSync(folder);
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

/**
 * A folder of this user alone; undefined where there is no place for one. The home is that of the user database, which may
 * not know this user: HOME may be another user's, as `sudo` leaves it.
 */
export function compileCacheFolder(homeOf = (): string => userInfo().homedir): string | undefined {
  try {
    const home = homeOf();
    if (!isOwn(home)) return undefined;
    const folder = join(home, '.cache', 'nvbench');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return [join(home, '.cache'), folder].every(isOwn) ? folder : undefined;
  } catch {
    return undefined;
  }
}
