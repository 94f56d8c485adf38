import { closeSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../../engine/errors.js';
import { readStdin, STDIO, shownName } from '../files/stdio.js';

/** The largest configuration file read. */
export const MAX_CONFIG_BYTES = 1024 * 1024;

const OP = 'read the configuration';

const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['there is no such file', 'check the path, or start from a sample: nvbench init'],
  ENOTDIR: ['a part of the path is not a directory', 'check the path'],
  EISDIR: ['it is a directory', 'name a YAML file in it'],
  EACCES: ['permission denied', 'make the file readable for this user (chmod u+r) or run as its owner'],
  EPERM: ['permission denied', 'make the file readable for this user (chmod u+r) or run as its owner'],
  ELOOP: ['the path is a loop of symbolic links', 'check the links'],
  ENAMETOOLONG: ['the path is too long', 'check the path'],
};

function unreadable(path: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'CONFIG_UNREADABLE',
    op: OP,
    target: shownName(path),
    reason,
    hint,
    kind: 'input',
    cause,
  });
}

/** Reads at most one byte beyond the limit, so that a device or an endless pipe cannot fill memory. */
function readBounded(path: string): Uint8Array {
  if (path === STDIO) return readStdin(MAX_CONFIG_BYTES);
  const fd = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(MAX_CONFIG_BYTES + 1);
    let lengthBytes = 0;
    while (lengthBytes < buffer.length) {
      const readBytes = readSync(fd, buffer, lengthBytes, buffer.length - lengthBytes, null);
      if (readBytes === 0) break;
      lengthBytes += readBytes;
    }
    return buffer.subarray(0, lengthBytes);
  } finally {
    closeSync(fd);
  }
}

/**
 * Reads a configuration file, or stdin for `-`, as UTF-8 text, without a byte order mark.
 * @throws EngineError `CONFIG_UNREADABLE` (input) when it is missing, a directory, not permitted, larger than
 *   1 MiB, or not UTF-8.
 */
export function readConfigFile(path: string): string {
  let bytes: Uint8Array;
  try {
    if (path.includes('\0')) throw Object.assign(new Error('NUL in path'), { code: 'ENOENT' });
    bytes = readBounded(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    const [reason, hint] = REASONS[code] ?? [(cause as Error).message, 'check the path and the disk'];
    throw unreadable(path, reason, hint, cause);
  }
  if (bytes.length > MAX_CONFIG_BYTES) {
    throw unreadable(
      path,
      'it is larger than 1 MiB',
      'name a YAML configuration; one of a few kilobytes is usual',
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'it is not UTF-8 text', 'save it as UTF-8 (iconv -t UTF-8)', cause);
  }
}
