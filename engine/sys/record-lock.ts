/** Locks of a process on a file, by fcntl(2): what programs in C use that know nothing of flock(2). */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { EngineError } from '../errors.js';
import { checked, type SystemCall } from './errno.js';
import { fcntlPointer } from './libc.js';

const F_SETLK = 6;
const F_WRLCK = 1;
const FLOCK_BYTES = 32; // struct flock: l_type, l_whence, l_start at 8, l_len at 16 (0: to the end), l_pid at 24

/** Locks all of an open file for this process. Throws SystemError (EAGAIN: another process has a lock). */
export function lockRecord(fd: number, call: SystemCall): void {
  const lock = new Uint8Array(FLOCK_BYTES);
  new DataView(lock.buffer).setInt16(0, F_WRLCK, true);
  checked(fcntlPointer(fd, F_SETLK, lock), call);
}

/** Never through a link: the folder may be open to everybody, and the file is written to. */
function openOrMake(path: string): number | undefined {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK, O_CREAT, O_EXCL } = constants;
  const open = O_RDWR | O_NOFOLLOW | O_NONBLOCK;
  for (const flags of [open, open | O_CREAT | O_EXCL]) {
    try {
      return openSync(path, flags, 0o600);
    } catch {
      // not there, or not here: the next way, or none
    }
  }
  return undefined;
}

/** Another name of it, or another kind, was put there so that something else is written to. */
function checkPlain(fd: number, path: string, op: string): void {
  const stats = fstatSync(fd);
  if (stats.isFile() && stats.nlink === 1) return;
  throw new EngineError({
    code: 'LOCK_FILE_PLANTED',
    op,
    target: path,
    reason: `it is no plain file with one name (user ${stats.uid} has it)`,
    hint: 'find out who put it there, and remove it',
  });
}

/**
 * Opens a lock file, made where it is missing, and locks it until the descriptor is closed. Undefined where it can
 * neither be opened nor made. Throws SystemError (EAGAIN: another process has locked it), EngineError LOCK_FILE_PLANTED.
 */
export function openLocked(path: string, call: Omit<SystemCall, 'target'>): number | undefined {
  const fd = openOrMake(path);
  if (fd === undefined) return undefined;
  try {
    checkPlain(fd, path, call.op);
    lockRecord(fd, { ...call, target: path });
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
