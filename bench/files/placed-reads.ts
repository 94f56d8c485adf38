/** Files that come from outside and are read from any place, piece by piece: they may be larger than memory. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ReportError } from '../../reports/report-error.js';
import { type InputKind, inputError, unreadable } from './input-file.js';
import { openablePath } from './stdio.js';

/** An open file. Its methods throw EngineError (input). */
export class PlacedReads {
  readonly #fd: number;
  readonly #path: string;
  readonly #kind: InputKind;

  /** A regular file that stays open as long as this is used. */
  constructor(fd: number, path: string, kind: InputKind) {
    if (!fstatSync(fd).isFile()) throw inputError(kind, path, 'it is no regular file');
    this.#fd = fd;
    this.#path = path;
    this.#kind = kind;
  }

  /** Fills the buffer from that place of the file, as far as there is something; how many bytes. */
  fill(into: Buffer, at: number): number {
    try {
      let done = 0;
      while (done < into.length) {
        const bytes = readSync(this.#fd, into, done, into.length - done, at + done);
        if (bytes === 0) break;
        done += bytes;
      }
      return done;
    } catch (cause) {
      throw unreadable(this.#kind, this.#path, cause);
    }
  }

  /** So much of the beginning as there is. */
  start(mostBytes: number): Buffer {
    const start = Buffer.alloc(mostBytes);
    return start.subarray(0, this.fill(start, 0));
  }

  /** What `read` makes of bytes of it; a ReportError of that is one of the input. */
  understood<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof ReportError)) throw cause;
      throw inputError(this.#kind, this.#path, cause.reason, cause);
    }
  }
}

/** Does `body` with the file, or with stdin for `-`. Throws EngineError (input), and what `body` throws. */
export async function withPlacedReads<T>(
  path: string,
  kind: InputKind,
  body: (file: PlacedReads) => T | Promise<T>,
): Promise<T> {
  let fd: number;
  try {
    fd = openSync(openablePath(path), 'r');
  } catch (cause) {
    throw unreadable(kind, path, cause);
  }
  try {
    return await body(new PlacedReads(fd, path, kind));
  } finally {
    closeSync(fd);
  }
}
