/** One process at a time looks at a socket's path and binds it. */
import { closeSync, constants, fstatSync, lstatSync, openSync, rmSync } from 'node:fs';
import { EngineError, SystemError } from '../errors.js';
import { lockFd } from '../sys/fd.js';

function openLock(lockPath: string, path: string): number {
  try {
    return openSync(lockPath, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const hint = 'name a path in a folder that is there and that you may write to';
    throw new EngineError({ code, op: 'listen', target: path, reason: code, hint, cause });
  }
}

/** Whether the file that is open is still the one at the path: the one who locked it before removes it. */
function isCurrent(fd: number, lockPath: string): boolean {
  const there = lstatSync(lockPath, { bigint: true, throwIfNoEntry: false });
  return there?.ino === fstatSync(fd, { bigint: true }).ino;
}

function lock(fd: number, lockPath: string, path: string): void {
  try {
    lockFd(fd, { op: 'flock', target: lockPath });
  } catch (error) {
    if (!(error instanceof SystemError) || error.errnoName !== 'EAGAIN') throw error;
    throw new EngineError({
      code: 'SOCKET_IN_USE',
      op: 'listen',
      target: path,
      reason: 'another process is about to listen there',
      hint: 'end it, or listen elsewhere',
    });
  }
}

/**
 * Does `body` while no other process is in here for the same path, by a lock on `PATH.lock`, which is gone afterwards.
 * Throws EngineError SOCKET_IN_USE where one is, or by the errno where the file cannot be made.
 */
export function withPathLock<T>(path: string, body: () => T): T {
  const lockPath = `${path}.lock`;
  for (;;) {
    const fd = openLock(lockPath, path);
    try {
      lock(fd, lockPath, path);
      if (!isCurrent(fd, lockPath)) continue;
      try {
        return body();
      } finally {
        rmSync(lockPath, { force: true });
      }
    } finally {
      closeSync(fd);
    }
  }
}
