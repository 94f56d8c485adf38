/** Where compiled code is kept: one file for each command, and for each kind of thread, of a bundle on a Node under its flags. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { compileCacheFolder, isOwn } from '../../bench/console/compile-cache.js';
import { flagsDigest } from './bundle-files.js';

/** How the program tells its threads; they have its environment. */
const VARIABLE = 'NVBENCH_COMPILED';

/** The folder that NODE_COMPILE_CACHE names, as Node itself takes it, or that of this user. */
function cacheFolder(): string | undefined {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_COMPILE_CACHE } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return undefined;
  if (!NODE_COMPILE_CACHE) return compileCacheFolder();
  try {
    mkdirSync(NODE_COMPILE_CACHE, { recursive: true, mode: 0o700 });
    return isOwn(NODE_COMPILE_CACHE) ? NODE_COMPILE_CACHE : undefined;
  } catch {
    return undefined;
  }
}

/** For the program; before anything sets a flag of V8. `command` is its first argument. Threads that start from now on keep theirs beside. */
export function packOfProgram(folder: string, command: string): string | undefined {
  const cache = cacheFolder();
  if (cache === undefined) return undefined;
  // Short, and another for another folder, mostly: what is kept says itself which files it is of.
  const of = [crc32(folder), flagsDigest()].map((each) => each.toString(16)).join('-');
  const prefix = join(cache, `${process.version}-${process.arch}-${of}`);
  process.env[VARIABLE] = prefix;
  return `${prefix}-${command}.code`;
}

/** For a thread; undefined where the program keeps none. */
export function packOfThread(name: string): string | undefined {
  const prefix = process.env[VARIABLE];
  if (!prefix) return undefined;
  try {
    return isOwn(dirname(prefix)) ? `${prefix}-${name}.code` : undefined;
  } catch {
    return undefined;
  }
}
