/** Result files as they come in: read within bounds, checked, and refused with a reason. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../engine/errors.js';
import type { NamedResult } from '../reports/compare/index.js';
import { type BenchResult, parseResultText, ResultFormatError } from '../reports/index.js';

/** A result of a day with an interval each second is below this. */
const MAX_RESULT_BYTES = 512 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

function unreadable(path: string, reason: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'RESULT_UNREADABLE',
    op: 'read the result',
    target: path,
    reason,
    hint: 'name a file that nvbench run --output wrote',
    kind: 'input',
    cause,
  });
}

/** At most one byte beyond the limit, so that an endless pipe cannot fill memory. */
function readBounded(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).size > MAX_RESULT_BYTES) return Buffer.alloc(MAX_RESULT_BYTES + 1);
    const chunks: Buffer[] = [];
    let lengthBytes = 0;
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const readBytes = readSync(fd, chunk, 0, CHUNK_BYTES, null);
      if (readBytes === 0 || lengthBytes > MAX_RESULT_BYTES) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, readBytes));
      lengthBytes += readBytes;
    }
  } finally {
    closeSync(fd);
  }
}

/** Reads and checks a result file. Throws EngineError RESULT_UNREADABLE (input). */
export function readResultFile(path: string): BenchResult {
  let bytes: Buffer;
  try {
    bytes = readBounded(path);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw unreadable(path, REASONS[code] ?? message, cause);
  }
  if (bytes.length > MAX_RESULT_BYTES) throw unreadable(path, 'it is larger than 512 MiB');
  if (bytes.length === 0) throw unreadable(path, 'it is empty');
  try {
    return parseResultText(bytes.toString('utf8'));
  } catch (cause) {
    if (cause instanceof ResultFormatError || cause instanceof RangeError)
      throw unreadable(path, cause.message, cause);
    throw cause;
  }
}

/** A result with the path it came from. Throws EngineError RESULT_UNREADABLE (input). */
export function readNamedResult(path: string): NamedResult {
  return { name: path, result: readResultFile(path) };
}
