/** Files that logs of single I/Os go to: in place of nothing, or of an older log. Anything else is not theirs to write over. */
import { closeSync, constants, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { EngineError } from '../../engine/errors.js';
import { openNamedPlace } from '../../engine/files/named-place.js';
import { type Place, withPlace } from '../../engine/files/walk.js';
import { HEADER_START_BYTES, isLog } from '../../reports/io-log/header.js';

const { O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, R_OK, W_OK } = constants;

function unwritable(path: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'LOG_UNWRITABLE',
    op: 'write the log of single I/Os',
    target: path,
    reason,
    hint,
    kind: 'input',
    cause,
  });
}

/** Throws where the open file is neither empty nor a log. */
function requireLog(fd: number, path: string): void {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw unwritable(path, 'it is no regular file', 'name a file for the log');
  const start = Buffer.alloc(HEADER_START_BYTES);
  if (stats.size === 0 || isLog(start.subarray(0, readSync(fd, start, 0, start.length, 0)))) return;
  throw unwritable(
    path,
    'it is there already and is no log of single I/Os',
    'name another file, or remove that one',
  );
}

function inPlace<T>(path: string, body: (place: Place) => T): T {
  if (path === '-') throw unwritable(path, 'a log needs a file of its own', 'name a file');
  try {
    return withPlace(openNamedPlace(path), body);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const { message } = cause as Error;
    throw unwritable(path, message, 'name a file in a directory that exists and can be written', cause);
  }
}

/** Refuses a path that no log may or can be written to. Throws EngineError LOG_UNWRITABLE (input). */
export function checkLogPath(path: string): void {
  inPlace(path, ({ folder, name, stats }) => {
    if (stats === undefined) return folder.access(W_OK);
    if (!stats.isFile()) throw unwritable(path, 'it is no regular file', 'name a file for the log');
    folder.access(R_OK | W_OK, name);
    const fd = folder.open(name, O_RDONLY | O_NONBLOCK);
    try {
      requireLog(fd, path);
    } finally {
      closeSync(fd);
    }
  });
}

/** An empty file there, for the caller to close. Throws as `checkLogPath`. */
export function openLogFile(path: string): number {
  return inPlace(path, ({ folder, name }) => {
    const fd = folder.open(name, O_RDWR | O_CREAT | O_NONBLOCK);
    try {
      requireLog(fd, path);
      ftruncateSync(fd);
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  });
}
