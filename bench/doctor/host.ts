/** What the checks look at: three folders, and what this user may do. Tests put fixtures in their place. */
import { accessSync, constants } from 'node:fs';
import { userInfo } from 'node:os';
import { allowedCpus, memlockLimitBytes } from '../../engine/index.js';

export { exists, names, readNumber, readText } from '../host/sysfs.js';

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
