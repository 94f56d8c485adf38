/** One process at a time looks at a socket's path and binds it. */
import { closeSync, constants, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../errors.js';
import type { Folder } from '../../files/folder.js';
import { tryLockFd } from '../../sys/fd.js';

/** The folder of a socket cannot be used. */
export function cannotListen(path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const hint = 'name a path in a folder that is there and that you may write to';
  return new EngineError({ code, op: 'listen', target: path, reason: code, hint, cause });
}

function openLock(folder: Folder, name: string, path: string): number {
  try {
    return folder.open(name, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK, 0o600);
  } catch (cause) {
    throw cannotListen(path, cause);
  }
}

/** Whether the file that is open is still the one of the name: the one who locked it before removes it. */
function isCurrent(fd: number, folder: Folder, name: string): boolean {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return folder.identity(name) === `${dev} ${ino}`;
}

function lock(fd: number, path: string): void {
  if (tryLockFd(fd, path)) return;
  throw new EngineError({
    code: 'SOCKET_IN_USE',
    op: 'listen',
    target: path,
    reason: 'another process is about to listen there',
    hint: 'end it, or listen elsewhere',
  });
}

/**
 * Does `body` while no other process is in here for the same name in the folder, by a lock on `NAME.lock`, which is gone
 * afterwards. Throws EngineError SOCKET_IN_USE where one is, or by the errno where the file cannot be made.
 */
export function withPathLock<T>(folder: Folder, name: string, body: () => T): T {
  const lockName = `${name}.lock`;
  const path = join(folder.path, name);
  for (;;) {
    const fd = openLock(folder, lockName, path);
    try {
      lock(fd, path);
      if (!isCurrent(fd, folder, lockName)) continue;
      try {
        return body();
      } finally {
        folder.remove(lockName);
      }
    } finally {
      closeSync(fd);
    }
  }
}
