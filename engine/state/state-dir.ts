/** The folder that remembers what was changed on this machine. */
import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../errors.js';

export interface StateDirContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
}

/** Where root keeps it; bindings do not outlast a boot, and neither does /run. */
export const ROOT_STATE_DIR = '/run/nvbench';

/** NVBENCH_STATE_DIR; else /run/nvbench for root, $XDG_STATE_HOME/nvbench or ~/.local/state/nvbench for others. */
export function stateDir(context: StateDirContext): string {
  const { NVBENCH_STATE_DIR: chosen, XDG_STATE_HOME: xdg } = context.env;
  if (chosen !== undefined && chosen !== '') return chosen;
  if (context.uid === 0) return ROOT_STATE_DIR;
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.local/state'), 'nvbench');
}

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes the folder where it is missing. What is in it gets written to sysfs later, so it must be a folder of this
 * user that nobody else may write. Throws EngineError STATE_DIR_UNUSABLE.
 */
export function prepareStateDir(path: string, uid: number): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    const stat = lstatSync(path);
    if (!stat.isDirectory()) throw unusable(path, 'it is not a folder');
    if (stat.uid !== uid) throw unusable(path, `it belongs to user ${stat.uid}, not ${uid}`);
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0) throw unusable(path, 'other users may write to it');
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function unusable(path: string, reason: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'STATE_DIR_UNUSABLE',
    op: 'keep the journal',
    target: path,
    reason,
    hint: 'set NVBENCH_STATE_DIR to a folder of yours with mode 0755 or less',
    cause,
  });
}
