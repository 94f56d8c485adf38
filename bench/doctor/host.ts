/** What the checks look at: three folders, and what this user may do. Tests put fixtures in their place. */
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { allowedCpus, memlockLimitBytes } from '../../engine/index.js';

export interface DoctorHost {
  /** `/sys`. */
  readonly sysfsRoot: string;
  /** `/proc`. */
  readonly procRoot: string;
  /** `/dev`. */
  readonly devRoot: string;
  /** `/lib/modules`. */
  readonly modulesRoot: string;
  readonly userName: string;
  /** Whether this user may open an existing node for reading and writing. */
  mayOpen(path: string): boolean;
  /** Infinity where unlimited. */
  memlockLimitBytes(): number;
  /** CPUs that this process may run on. */
  allowedCpus(): readonly number[];
}

function accessible(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '$USER'; // a user ID without an entry in passwd
  }
}

/** This machine. */
export function thisHost(): DoctorHost {
  return {
    sysfsRoot: '/sys',
    procRoot: '/proc',
    devRoot: '/dev',
    modulesRoot: '/lib/modules',
    userName: currentUser(),
    mayOpen: accessible,
    memlockLimitBytes,
    allowedCpus,
  };
}

/** A file's text without surrounding blanks; undefined where it is not there or refuses to be read. */
export function readText(...path: string[]): string | undefined {
  try {
    return readFileSync(join(...path), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** A file's decimal number; undefined where it has none. */
export function readNumber(...path: string[]): number | undefined {
  const text = readText(...path);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** Names in a folder, sorted as numbers within them count; none where it cannot be read. */
export function names(...path: string[]): string[] {
  try {
    return readdirSync(join(...path)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

export function exists(...path: string[]): boolean {
  return existsSync(join(...path));
}
