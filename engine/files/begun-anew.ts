/** Files of one kind that are begun anew: in place of nothing, or of an older one. Anything else is not to be written over. */
import { closeSync, constants, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { EngineError } from '../errors.js';
import { openNamedPlace } from './named-place.js';
import { type Place, withPlace } from './walk.js';

const { O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, R_OK, W_OK } = constants;

export interface FileKind {
  /** Of errors, for example `LOG_UNWRITABLE`; and for example `write the log of single I/Os`. */
  readonly code: string;
  readonly op: string;
  /** For example `log of single I/Os`, and `log` where that is enough. */
  readonly name: string;
  readonly shortName: string;
  /** Whether a file that begins so is one. */
  isOne(start: Buffer): boolean;
  /** How much of a file tells. */
  readonly startBytes: number;
}

/** A place that such a file cannot go to, as an error of the input. */
export function unwritable(
  { code, op }: FileKind,
  path: string,
  reason: string,
  hint: string,
  cause?: unknown,
): EngineError {
  return new EngineError({ code, op, target: path, reason, hint, kind: 'input', cause });
}

const irregular = (kind: FileKind, path: string): EngineError =>
  unwritable(kind, path, 'it is no regular file', `name a file for the ${kind.shortName}`);

/** Throws where the open file is neither empty nor one of the kind. */
function requireKind(kind: FileKind, fd: number, path: string): void {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw irregular(kind, path);
  const start = Buffer.alloc(kind.startBytes);
  if (stats.size === 0 || kind.isOne(start.subarray(0, readSync(fd, start, 0, start.length, 0)))) return;
  const reason = `it is there already and is no ${kind.name}`;
  throw unwritable(kind, path, reason, 'name another file, or remove that one');
}

function inPlace<T>(kind: FileKind, path: string, body: (place: Place) => T): T {
  try {
    return withPlace(openNamedPlace(path), body);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const hint = 'name a file in a directory that exists and can be written';
    throw unwritable(kind, path, (cause as Error).message, hint, cause);
  }
}

/** Does `body` with the file and leaves it open, unless `body` throws. */
function withOpen(fd: number, body: (fd: number) => void): number {
  try {
    body(fd);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Refuses a path that no such file may or can be written to. Throws EngineError `kind.code` (input). */
export function checkAnew(kind: FileKind, path: string): void {
  inPlace(kind, path, ({ folder, name, stats }) => {
    if (stats === undefined) return folder.access(W_OK);
    if (!stats.isFile()) throw irregular(kind, path);
    folder.access(R_OK | W_OK, name);
    const fd = folder.open(name, O_RDONLY | O_NONBLOCK);
    closeSync(withOpen(fd, () => requireKind(kind, fd, path)));
  });
}

/**
 * An empty file there, for the caller to close; `claim` is asked before what it had is gone. Throws EngineError `kind.code` (input), and
 * EngineErrors of `claim`.
 */
export function beginAnew(kind: FileKind, path: string, claim?: (fd: number) => void): number {
  return inPlace(kind, path, ({ folder, name }) =>
    withOpen(folder.open(name, O_RDWR | O_CREAT | O_NONBLOCK), (fd) => {
      requireKind(kind, fd, path);
      claim?.(fd);
      ftruncateSync(fd);
    }),
  );
}
