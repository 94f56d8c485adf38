/** The file that `--output` names: checked before the run, replaced as a whole whenever there is something new. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError, type FailureKind } from '../engine/errors.js';
import type { Folder } from '../engine/files/folder.js';
import { openNamedPlace } from '../engine/files/named-place.js';
import { replaceFile, sweepTemporaries } from '../engine/files/replace-file.js';
import { withPlace } from '../engine/files/walk.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the file system',
  EISDIR: 'it is a directory',
  ELOOP: 'the path is a loop of symbolic links',
};

function unwritable(op: string, path: string, cause: unknown, kind: FailureKind): EngineError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const told = cause instanceof EngineError ? cause : undefined;
  return new EngineError({
    code: 'OUTPUT_UNWRITABLE',
    op,
    target: path === '' ? '--output' : path,
    reason: told?.reason ?? REASONS[code] ?? message,
    hint: told?.hint ?? 'name a file in a directory that exists and can be written',
    kind,
    cause,
  });
}

/**
 * Refuses an output path that could not be written after the run; removes what killed nvbench have left half written
 * in its directory. Throws EngineError OUTPUT_UNWRITABLE.
 */
export function checkWritable(path: string): void {
  try {
    if (path === '') throw new Error('the file name is empty');
    withPlace(openNamedPlace(path), ({ folder, name, stats }) => {
      if (stats?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      if (stats?.isBlockDevice()) throw new Error('it is a disk');
      if (stats !== undefined) folder.access(constants.W_OK, name);
      if (stats !== undefined && !stats.isFile()) return;
      folder.access(constants.W_OK);
      sweep(folder);
    });
  } catch (cause) {
    throw unwritable('prepare --output', path, cause, 'input');
  }
}

function sweep(folder: Folder): void {
  try {
    sweepTemporaries(folder);
  } catch {
    // A directory may be one to write to and not to list.
  }
}

/** Whether what stands at `path` may be replaced again and again: nothing yet, or a regular file, but no pipe. */
export function isReplaceable(path: string): boolean {
  return withPlace(openNamedPlace(path), ({ stats }) => stats === undefined || stats.isFile());
}

/**
 * Writes all of it or nothing: a reader sees the text before or after, not between. What is no regular file (a
 * pipe, /dev/null) is written to, never replaced. Throws EngineError OUTPUT_UNWRITABLE.
 */
export function writeWhole(path: string, text: string): void {
  try {
    withPlace(openNamedPlace(path), ({ folder, name, stats }) => {
      if (stats === undefined || stats.isFile()) replaceFile(folder, name, text);
      else writeInto(folder, name, text, stats.isSymbolicLink());
    });
  } catch (cause) {
    throw unwritable('write --output', path, cause, 'environment');
  }
}

/** A name that is no regular file's; `through` where it is a link of procfs to a pipe. */
function writeInto(folder: Folder, name: string, text: string, through: boolean): void {
  const flags = constants.O_WRONLY | constants.O_APPEND;
  const fd = through ? folder.openThrough(name, flags) : folder.open(name, flags);
  try {
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

/** Adds to the end of a file, made where it is missing. Throws EngineError OUTPUT_UNWRITABLE. */
export function appendText(path: string, text: string): void {
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants;
  try {
    withPlace(openNamedPlace(path), ({ folder, name }) => {
      const fd = folder.open(name, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
      try {
        writeFileSync(fd, text);
      } finally {
        closeSync(fd);
      }
    });
  } catch (cause) {
    throw unwritable('append', path, cause, 'environment');
  }
}

/**
 * Writes what a run measured; where that fails, beside other temporary files, so that it is not lost. Throws EngineError
 * OUTPUT_UNWRITABLE, which names that file.
 */
export function writeOrRescue(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const { code, op, target, reason, kind } = cause;
    const rescue = rescued(text);
    if (rescue === undefined) throw cause;
    const hint = `the result is in ${rescue} instead`;
    throw new EngineError({ code, op, target, reason, hint, kind, cause });
  }
}

function rescued(text: string): string | undefined {
  const path = join(tmpdir(), `nvbench-result-${randomBytes(8).toString('hex')}.json`);
  try {
    // Never over a file, or through a link, that someone else put there.
    writeFileSync(path, text, { flag: 'wx' });
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    return undefined;
  }
}
