/** Files that come from outside, read within bounds and refused with a reason. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../../engine/errors.js';
import { isStdinKept, openablePath, readStdin, STDIO, shownName } from './stdio.js';

/** Documented in docs/reports.md. A run of the most jobs with the widest histograms stays below it; V8 reads up to 512 MiB. */
export const MAX_INPUT_BYTES = 448 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/** How a failure to read is told. */
export interface InputKind {
  /** For example `RESULT_UNREADABLE`. */
  readonly code: string;
  /** For example `read the result`. */
  readonly op: string;
  readonly hint: string;
}

/** A file that cannot be taken, as an error of the input. */
export function inputError(kind: InputKind, path: string, reason: string, cause?: unknown): EngineError {
  return new EngineError({
    ...kind,
    target: path === '' ? '(empty name)' : shownName(path),
    reason,
    kind: 'input',
    cause,
  });
}

/** A file that could not be opened or read, by what the system says of it. */
export function unreadable(kind: InputKind, path: string, cause: unknown): EngineError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return inputError(kind, path, REASONS[code] ?? message, cause);
}

/** The first bytes of a file, or of stdin for `-`, by which its kind is told; none where it cannot be opened: it is refused where it is read. */
export function startOf(path: string, mostBytes: number): Buffer {
  try {
    const fd = openSync(openablePath(path), 'r');
    try {
      const start = Buffer.alloc(mostBytes);
      return start.subarray(0, readSync(fd, start, 0, mostBytes, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

/** Undefined where there is more than the limit: a regular file is not read then, an endless pipe only up to it. */
function readBounded(path: string): Buffer | undefined {
  if (path === STDIO && !isStdinKept()) {
    const all = readStdin(MAX_INPUT_BYTES);
    return all.length > MAX_INPUT_BYTES ? undefined : all;
  }
  const fd = openSync(openablePath(path), 'r');
  try {
    if (fstatSync(fd).size > MAX_INPUT_BYTES) return undefined;
    const chunks: Buffer[] = [];
    for (let lengthBytes = 0; lengthBytes <= MAX_INPUT_BYTES; ) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const readBytes = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (readBytes === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, readBytes));
      lengthBytes += readBytes;
    }
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** UTF-8, or UTF-16 as PowerShell's `>` writes it: with a byte order mark, or text that begins with ASCII. */
function decoded(bytes: Buffer): string {
  const [first = 0, second = 0] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && bytes.length > 1 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  const encoding = isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The text of a file, or of stdin for `-`, of up to 448 MiB in UTF-8 or UTF-16, without a byte order mark. Throws EngineError (input). */
export function readInputText(path: string, kind: InputKind): string {
  let bytes: Buffer | undefined;
  try {
    bytes = readBounded(path);
  } catch (cause) {
    throw unreadable(kind, path, cause);
  }
  if (bytes === undefined) throw inputError(kind, path, 'it is larger than 448 MiB');
  const text = decoded(bytes);
  if (text.trim() === '') throw inputError(kind, path, 'it is empty');
  return text;
}
