/** Reading single attributes of sysfs, each failure named by its path. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { EngineError } from '../errors.js';

export const DEFAULT_SYSFS_ROOT = '/sys';

/** The `code` of a failed node:fs call, for example `ENOENT`. */
export function fsErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** An attribute that is not there or cannot be read. */
export function unreadable(path: string, cause: unknown): EngineError {
  const code = fsErrorCode(cause);
  return new EngineError({
    code: 'SYSFS_UNREADABLE',
    op: 'read sysfs',
    target: path,
    reason: code,
    hint: code === 'EACCES' ? 'run as root' : missingHint(path),
    cause,
  });
}

function missingHint(path: string): string {
  if (path.startsWith('/proc/') && !existsSync('/proc/self')) return 'mount it: mount -t proc proc /proc';
  return 'the function may have just gone; scan again';
}

/** An attribute whose text is not what the kernel documents. */
export function malformed(path: string, text: string, expected: string): EngineError {
  return new EngineError({
    code: 'SYSFS_MALFORMED',
    op: 'read sysfs',
    target: path,
    reason: `"${text.slice(0, 80)}" is not ${expected}`,
    hint: 'compare with lspci -vv; a mismatch points at the kernel or at what is mounted there',
  });
}

/** An attribute's text without surrounding blanks. Throws EngineError SYSFS_UNREADABLE. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** As `readText`, or undefined where the attribute does not exist. */
export function readOptionalText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (fsErrorCode(cause) === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  }
}

/** `0x144d` as a number of at most `digits` hex digits. Throws EngineError SYSFS_UNREADABLE, SYSFS_MALFORMED. */
export function readHex(path: string, digits: number): number {
  const text = readText(path);
  const match = /^0x([0-9a-f]+)$/i.exec(text);
  if (match === null || match[1].length > digits) throw malformed(path, text, `0x and ${digits} hex digits`);
  return Number.parseInt(match[1], 16);
}

/** A decimal integer, or undefined where the attribute does not exist. Throws as `readHex`. */
export function readOptionalInteger(path: string): number | undefined {
  const text = readOptionalText(path);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,9}$/.test(text)) throw malformed(path, text, 'a decimal integer');
  return Number(text);
}

/**
 * The last component of what a link points at, or undefined where there is no link. A link that leads nowhere
 * throws EngineError SYSFS_MALFORMED: the kernel takes links away together with their targets.
 */
export function readLinkName(path: string): string | undefined {
  let target: string;
  try {
    target = readlinkSync(path);
  } catch (cause) {
    if (fsErrorCode(cause) === 'ENOENT') return undefined;
    if (fsErrorCode(cause) === 'EINVAL') throw malformed(path, 'a file or directory', 'a symbolic link');
    throw unreadable(path, cause);
  }
  if (!existsSync(path)) throw malformed(path, target, 'a link to something that exists');
  return basename(target);
}

/** Names in a directory, or none where it is missing or not a directory. */
export function listNames(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
