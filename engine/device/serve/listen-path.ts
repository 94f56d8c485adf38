import { chmodSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EngineError, SystemError } from '../../errors.js';
import type { Folder } from '../../files/folder.js';
import { makeNamedFolder, openNamedFolder } from '../../files/named-place.js';
import { nowMs } from '../../sys/clock.js';
import { checkSocketPath } from '../../sys/socket-address.js';
import { UnixListener } from '../../sys/unix-listener.js';
import { UnixSocket } from '../../sys/unix-socket.js';
import { cannotListen, withPathLock } from './path-lock.js';

const SOCKET_NAME = 'cntrl';

/**
 * Listens on `<directory>/cntrl`, for this user only; makes the directory where there is none. Throws as `listenAt`.
 */
export function listenIn(directory: string): UnixListener {
  const path = join(directory, SOCKET_NAME);
  try {
    makeNamedFolder(directory, 0o700);
  } catch (cause) {
    throw cannotListen(path, cause);
  }
  return listenAt(path);
}

/** Which file each listener has bound, and where: by its name alone it may be another's by now. */
const bound = new WeakMap<UnixListener, { folder: Folder; name: string; identity: string | undefined }>();

/**
 * Listens on a path, for this user only unless `mode` says otherwise; removes a socket that a server left behind.
 * Throws EngineError SOCKET_IN_USE where a server listens there, or where there is a file that is no socket;
 * SOCKET_PATH_TOO_LONG; LINK_NOT_FOLLOWED; by the errno where the folder cannot be used; SystemError.
 */
export function listenAt(path: string, mode = 0o600): UnixListener {
  checkSocketPath(path);
  const folder = folderOf(path);
  const name = basename(path);
  try {
    return withPathLock(folder, name, () => {
      const listener = tryListen(path) ?? listenAgain(path, folder, name);
      try {
        setMode(folder, name, mode);
      } catch (error) {
        listener.close();
        throw error;
      }
      bound.set(listener, { folder, name, identity: folder.identity(name) });
      return listener;
    });
  } catch (cause) {
    folder.close();
    throw cannotListen(path, cause);
  }
}

function folderOf(path: string): Folder {
  try {
    return openNamedFolder(dirname(path));
  } catch (cause) {
    throw cannotListen(path, cause);
  }
}

/** Of the socket itself: whoever may write to the folder can have put a link in its place since. */
function setMode(folder: Folder, name: string, mode: number): void {
  folder.held(name, (stats, held) => {
    if (!stats.isSocket() || stats.uid !== process.geteuid?.())
      throw taken(
        join(folder.path, name),
        'another file has taken its place',
        'listen in a folder of your own',
      );
    chmodSync(held, mode);
  });
}

/** Nobody can connect any more, and the path is gone, unless somebody else listens there by now. Idempotent. */
export function stopListening(listener: UnixListener): void {
  const was = bound.get(listener);
  if (was !== undefined) {
    bound.delete(listener);
    // While it still listens nobody takes the path for one that was left behind.
    if (was.folder.identity(was.name) === was.identity) was.folder.remove(was.name);
    was.folder.close();
  }
  listener.close();
}

function tryListen(path: string): UnixListener | undefined {
  try {
    return new UnixListener(path);
  } catch (error) {
    if (error instanceof SystemError && error.errnoName === 'EADDRINUSE') return undefined;
    throw error;
  }
}

function listenAgain(path: string, folder: Folder, name: string): UnixListener {
  if (folder.stat(name)?.isSocket() === false)
    throw taken(path, 'there is a file that is no socket', 'name a path that is free');
  if (answers(path))
    throw taken(path, 'another server listens there', 'end it, or serve in another directory');
  folder.remove(name);
  return new UnixListener(path);
}

function taken(path: string, reason: string, hint: string): EngineError {
  return new EngineError({ code: 'SOCKET_IN_USE', op: 'listen', target: path, reason, hint });
}

function answers(path: string): boolean {
  try {
    UnixSocket.connect(path, nowMs()).close();
    return true;
  } catch (error) {
    // anything but a socket without a listener is somebody's
    return !(error instanceof SystemError && error.errnoName === 'ECONNREFUSED');
  }
}
