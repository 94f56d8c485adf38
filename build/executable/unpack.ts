/** The files that an executable holds, in a folder: threads, native code and what is loaded late are found there. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Held {
  /** Of all that the executable holds: another one never takes its folder. */
  readonly hash: string;
  readonly files: readonly string[];
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

function writeAll(folder: string, { files }: Held, read: (file: string) => Uint8Array): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), read(file), { flag: 'wx' });
  }
}

/**
 * A folder with all files: below `cache`, where it stays for the next start, and which nobody but this user may write to; or
 * without one a folder of this process alone, removed when it ends. Throws errors of node:fs.
 */
export function unpack(held: Held, cache: string | undefined, read: (file: string) => Uint8Array): string {
  if (cache === undefined) {
    const own = mkdtempSync(join(tmpdir(), 'nvbench-'));
    process.on('exit', () => rmSync(own, { recursive: true, force: true }));
    writeAll(own, held, read);
    return own;
  }
  const folder = join(cache, `program-${held.hash}`);
  if (isThere(folder)) return folder;
  // It appears whole or not at all, whoever else starts or is killed meanwhile.
  const partial = mkdtempSync(`${folder}-`);
  try {
    writeAll(partial, held, read);
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!isThere(folder)) throw error;
  }
  return folder;
}
