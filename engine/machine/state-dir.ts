/** The folder that remembers what was changed on this machine. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../errors.js';
import type { Folder } from '../files/folder.js';
import { openOwnFolder } from '../files/own-folder.js';

export interface StateDirContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
}

/** Where root keeps it; bindings do not outlast a boot, and neither does /run. */
export const ROOT_STATE_DIR = '/run/nvbench';

/** Undefined for a user of whom neither HOME nor the user database knows one, as in containers. */
function stateHome(homeOf: () => string): string | undefined {
  try {
    return join(homeOf(), '.local/state');
  } catch {
    return undefined;
  }
}

/**
 * NVBENCH_STATE_DIR; else /run/nvbench for root, $XDG_STATE_HOME/nvbench or ~/.local/state/nvbench for others, and below
 * /run/user for those without a home.
 */
export function stateDir(context: StateDirContext, homeOf: () => string = homedir): string {
  const { NVBENCH_STATE_DIR: chosen, XDG_STATE_HOME: xdg } = context.env;
  if (chosen !== undefined && chosen !== '') return chosen;
  if (context.uid === 0) return ROOT_STATE_DIR;
  const named = xdg !== undefined && xdg !== '' ? xdg : stateHome(homeOf);
  return join(named ?? `/run/user/${context.uid}`, 'nvbench');
}

const MODE = 0o755;

/**
 * The folder, to be closed; undefined where it is not there. What is in it gets written to sysfs later, so nobody but
 * this user and root may write to it, or put another in its place. Throws EngineError STATE_DIR_UNUSABLE.
 */
export function openStateDir(path: string, uid: number): Folder | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return openOwnFolder(path, uid);
  } catch (error) {
    throw unusable(path, uid, error);
  }
}

/** As `openStateDir`, made where it is missing; it is then this user's own. Throws EngineError STATE_DIR_UNUSABLE. */
export function makeStateDir(path: string, uid: number): Folder {
  try {
    return openOwnFolder(path, uid, MODE);
  } catch (error) {
    throw unusable(path, uid, error);
  }
}

function unusable(path: string, uid: number, cause: unknown): EngineError {
  if (cause instanceof EngineError && cause.code === 'PROC_MISSING') return cause;
  const { target = path, reason = (cause as Error).message } = cause instanceof EngineError ? cause : {};
  const where = target === path ? '' : `${target}: `;
  const below = 'below folders that only you and root may write to';
  return new EngineError({
    code: 'STATE_DIR_UNUSABLE',
    op: 'keep the journal',
    target: path,
    reason: `${where}${reason}`,
    hint:
      uid === 0
        ? `leave NVBENCH_STATE_DIR unset (${ROOT_STATE_DIR}), or set it to a folder of root with mode 0755 or less, ${below}`
        : `set NVBENCH_STATE_DIR to a folder of yours with mode 0755 or less, ${below}`,
    cause,
  });
}
