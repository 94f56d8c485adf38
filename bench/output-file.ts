/** The file that `--output` names: checked before the run, replaced as a whole whenever there is something new. */
import { accessSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineError, type FailureKind } from '../engine/errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the file system',
  EISDIR: 'it is a directory',
};

function unwritable(op: string, path: string, cause: unknown, kind: FailureKind): EngineError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new EngineError({
    code: 'OUTPUT_UNWRITABLE',
    op,
    target: path === '' ? '--output' : path,
    reason: REASONS[code] ?? message,
    hint: 'name a file in a directory that exists and can be written',
    kind,
    cause,
  });
}

/** Refuses an output path that could not be written after the run. Throws EngineError OUTPUT_UNWRITABLE. */
export function checkWritable(path: string): void {
  try {
    if (path === '') throw new Error('the file name is empty');
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    accessSync(found ? path : dirname(path), constants.W_OK);
    if (found?.isFile()) accessSync(dirname(realpathSync(path)), constants.W_OK);
  } catch (cause) {
    throw unwritable('prepare --output', path, cause, 'input');
  }
}

/** Whether what stands at `path` may be replaced again and again: nothing yet, or a regular file, but no pipe. */
export function isReplaceable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || found.isFile();
}

/**
 * Writes all of it or nothing: a reader sees the text before or after, not between. What is no regular file (a
 * pipe, /dev/null) is written to, never replaced. Throws EngineError OUTPUT_UNWRITABLE.
 */
export function writeWhole(path: string, text: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && !found.isFile()) writeFileSync(path, text);
    else replace(found ? realpathSync(path) : path, text);
  } catch (cause) {
    throw unwritable('write --output', path, cause, 'environment');
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
  const path = join(tmpdir(), `nvbench-result-${process.pid}.json`);
  try {
    // Never over a file, or through a link, that someone else put there.
    writeFileSync(path, text, { flag: 'wx' });
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    return undefined;
  }
}

function replace(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
