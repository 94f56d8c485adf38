/** Node's cache of compiled code, from Node 22.8 on: a start compiles nothing that an earlier one has compiled. */
import { lstatSync, mkdirSync } from 'node:fs';
import nodeModule from 'node:module';
import { userInfo } from 'node:os';
import { join } from 'node:path';

interface CompileCaching {
  enableCompileCache(folder: string): unknown;
}

/** Whoever may write there decides what runs: none but this user. */
function isOwn(folder: string): boolean {
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

/** Turns it on for this process and its threads, unless the environment says where it is. Without it a start takes longer. */
export function cacheCompiledCode(): void {
  const caching = nodeModule as unknown as Partial<CompileCaching>;
  if (caching.enableCompileCache === undefined || process.env.NODE_COMPILE_CACHE !== undefined) return;
  const folder = compileCacheFolder();
  if (folder === undefined) return;
  caching.enableCompileCache(folder);
  // Threads look there.
  process.env.NODE_COMPILE_CACHE = folder;
}
