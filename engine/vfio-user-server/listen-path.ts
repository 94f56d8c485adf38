import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, SystemError } from '../errors.js';
import { nowMs } from '../sys/clock.js';
import { checkSocketPath, UnixListener, UnixSocket } from '../sys/unix-socket.js';
import { withPathLock } from './path-lock.js';

const SOCKET_NAME = 'cntrl';

/**
 * Listens on `<directory>/cntrl`, for this user only; makes the directory where there is none. Throws as `listenAt`.
 */
export function listenIn(directory: string): UnixListener {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return listenAt(join(directory, SOCKET_NAME));
}

/** Which file each listener has bound: by its name alone it may be another's by now. */
const bound = new WeakMap<UnixListener, string>();

/**
 * Listens on a path, for this user only unless `mode` says otherwise; removes a socket that a server left behind.
 * Throws EngineError SOCKET_IN_USE where a server listens there, or where there is a file that is no socket;
 * SOCKET_PATH_TOO_LONG; by the errno where the folder cannot be used; SystemError.
 */
export function listenAt(path: string, mode = 0o600): UnixListener {
  checkSocketPath(path);
  return withPathLock(path, () => {
    const listener = tryListen(path) ?? listenAgain(path);
    chmodSync(path, mode);
    bound.set(listener, identityOf(path) ?? '');
    return listener;
  });
}

/** Nobody can connect any more, and the path is gone, unless somebody else listens there by now. */
export function stopListening(listener: UnixListener): void {
  // While it still listens nobody takes the path for one that was left behind.
  if (identityOf(listener.path) === bound.get(listener)) rmSync(listener.path, { force: true });
  listener.close();
}

function identityOf(path: string): string | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev} ${stat.ino}`;
}

function tryListen(path: string): UnixListener | undefined {
  try {
    return new UnixListener(path);
  } catch (error) {
    if (error instanceof SystemError && error.errnoName === 'EADDRINUSE') return undefined;
    throw error;
  }
}

function listenAgain(path: string): UnixListener {
  if (!lstatSync(path).isSocket())
    throw taken(path, 'there is a file that is no socket', 'name a path that is free');
  if (answers(path))
    throw taken(path, 'another server listens there', 'end it, or serve in another directory');
  rmSync(path);
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
