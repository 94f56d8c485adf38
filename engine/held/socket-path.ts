/** Where the process that holds a controller listens: a socket named after the target, in the state folder. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ROOT_STATE_DIR, type StateDirContext, stateDir } from '../machine/state-dir.js';

const FOLDER = 'held';
const PLAIN = /^[\w:.-]{1,40}$/;
const HASH_CHARACTERS = 12;

/** A canonical target as a file name: itself where it is short and plain, else its scheme and a hash. */
function socketName(target: string): string {
  if (PLAIN.test(target)) return `${target}.sock`;
  const hash = createHash('sha256').update(target).digest('hex').slice(0, HASH_CHARACTERS);
  return `${target.split(':')[0]}-${hash}.sock`;
}

/** Where this user's holder of a canonical target listens. */
export function ownSocketPath(target: string, context: StateDirContext): string {
  return join(stateDir(context), FOLDER, socketName(target));
}

/** Where a holder may listen that this user can join, the likeliest first: this user's, then root's. */
export function socketPaths(target: string, context: StateDirContext): string[] {
  const own = ownSocketPath(target, context);
  const { NVBENCH_STATE_DIR: chosen } = context.env;
  if (chosen !== undefined && chosen !== '') return [own];
  return [...new Set([own, join(ROOT_STATE_DIR, FOLDER, socketName(target))])];
}
