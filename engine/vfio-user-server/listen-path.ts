import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, SystemError } from '../errors.js';
import { nowMs } from '../sys/clock.js';
import { UnixListener, UnixSocket } from '../sys/unix-socket.js';

const SOCKET_NAME = 'cntrl';

/**
 * Listens on `<directory>/cntrl`, for this user only; makes the directory where there is none. Throws as `listenAt`.
 */
export function listenIn(directory: string): UnixListener {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return listenAt(join(directory, SOCKET_NAME));
}

/**
 * Listens on a path, for this user only unless `mode` says otherwise; removes a socket that a server left behind.
 * Throws EngineError SOCKET_IN_USE, SystemError.
 */
export function listenAt(path: string, mode = 0o600): UnixListener {
  const listener = tryListen(path) ?? listenAgain(path);
  chmodSync(path, mode);
  return listener;
}

/** Nobody can connect any more, and the path is gone. */
export function stopListening(listener: UnixListener): void {
  listener.close();
  rmSync(listener.path, { force: true });
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
  if (answers(path)) {
    throw new EngineError({
      code: 'SOCKET_IN_USE',
      op: 'listen',
      target: path,
      reason: 'another server listens there',
      hint: 'end it, or serve in another directory',
    });
  }
  rmSync(path);
  return new UnixListener(path);
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
