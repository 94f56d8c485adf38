/** The file that `--output` or an option like it names: checked before the run, replaced as a whole whenever there is something new. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError, type FailureKind } from '../../engine/errors.js';
import type { Folder } from '../../engine/files/folder.js';
import { openNamedPlace } from '../../engine/files/named-place.js';
import { replaceFile, sweepTemporaries } from '../../engine/files/replace-file.js';
import { isSamePlace, type Place, withPlace } from '../../engine/files/walk.js';
import { OutputStream, StreamRefused } from './output-stream.js';
import { STDIO } from './stdio.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the file system',
  EISDIR: 'it is a directory',
  ELOOP: 'the path is a loop of symbolic links',
  EPIPE: 'the reader of the pipe has gone',
  ABORT_ERR: 'it was asked to stop while the reader of the pipe did not read',
};
const OUTPUT = '--output';

function unwritable(
  op: string,
  { path, option = OUTPUT }: { readonly path: string; readonly option?: string },
  cause: unknown,
  kind: FailureKind,
): EngineError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const told = cause instanceof EngineError ? cause : undefined;
  return new EngineError({
    code: 'OUTPUT_UNWRITABLE',
    op,
    target: path === '' ? option : path,
    reason: told?.reason ?? REASONS[code] ?? message,
    hint:
      told?.hint ??
      (cause instanceof StreamRefused ? cause.hint : undefined) ??
      'name a file in a directory that exists and can be written',
    kind,
    cause,
  });
}

function sweep(folder: Folder): void {
  try {
    sweepTemporaries(folder);
  } catch {
    // A directory may be one to write to and not to list.
  }
}

export interface PrepareOptions {
  /** Files that it must not be. */
  readonly kept?: readonly string[];
  /** Which option of the command line names it, for messages; `--output` where left out. */
  readonly option?: string;
}

export interface FinishOptions {
  /** Aborted when nobody may be waited for any more. */
  readonly giveUp?: AbortSignal;
  /** What cannot be written is kept beside other temporary files, and the error names that file. */
  readonly rescue?: boolean;
}

/** An output that was checked before what goes into it was made. */
export class OutputFile {
  readonly path: string;
  readonly #option: string;
  /** Open since the check: the reader of a pipe ends where its only writer closes it. */
  readonly #stream: OutputStream | undefined;

  private constructor(path: string, option: string, stream?: OutputStream) {
    this.path = path;
    this.#option = option;
    this.#stream = stream;
  }

  /**
   * Refuses a path that could not be written later, a pipe that nobody reads among them, or that is one of the files to be
   * `kept`; removes what killed nvbench have left half written in its directory. Throws EngineError OUTPUT_UNWRITABLE
   * (input).
   */
  static prepare(path: string, { kept = [], option = OUTPUT }: PrepareOptions = {}): OutputFile {
    if (path === STDIO) return new OutputFile(path, option, OutputStream.stdout());
    try {
      if (path === '') throw new Error('the file name is empty');
      return withPlace(openNamedPlace(path), (place) => {
        const { folder, name, stats } = place;
        if (stats?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
        if (stats !== undefined) folder.access(constants.W_OK, name);
        if (stats !== undefined && !stats.isFile())
          return new OutputFile(path, option, OutputStream.open(place));
        folder.access(constants.W_OK);
        refuseKept(place, kept);
        sweep(folder);
        return new OutputFile(path, option);
      });
    } catch (cause) {
      const kind = cause instanceof EngineError ? cause.kind : 'input';
      throw unwritable(`prepare ${option}`, { path, option }, cause, kind);
    }
  }

  /** Whether it may be written again and again: a regular file, or none yet, but no pipe. */
  get replaceable(): boolean {
    return this.#stream === undefined;
  }

  /** Puts the text in place of a file that is `replaceable`. Throws EngineError OUTPUT_UNWRITABLE. */
  replace(text: string): void {
    writeWhole(this.path, text, this.#option);
  }

  /**
   * As `finish`, of a text that may be worked on by hand later. Throws EngineError FILE_EXISTS (input) where a file is there
   * that says something else; a pipe takes what comes.
   */
  async finishNew(text: string): Promise<void> {
    if (this.replaceable && !hasText(this.path, text))
      throw fileExists(this.path, `name another file with ${this.#option}, or remove it first`);
    await this.finish(text);
  }

  /** The last text, or the only one of a pipe, whose reader sets the pace. Throws EngineError OUTPUT_UNWRITABLE. */
  async finish(text: string, { giveUp, rescue = false }: FinishOptions = {}): Promise<void> {
    const option = this.#option;
    try {
      if (this.#stream === undefined) this.replace(text);
      else await this.#stream.write(text, giveUp);
    } catch (cause) {
      const error =
        cause instanceof EngineError
          ? cause
          : unwritable(`write ${option}`, { path: this.path, option }, cause, 'environment');
      throw rescue ? withRescued(error, text) : error;
    }
  }

  close(): void {
    this.#stream?.close();
  }
}

function refuseKept(place: Place, kept: readonly string[]): void {
  const found = kept.find((path) => isSamePlace(place, path));
  if (found === undefined) return;
  throw new EngineError({
    code: 'OUTPUT_IS_INPUT',
    op: 'write over',
    target: found,
    reason: `it is ${found}, which this command reads or writes too`,
    hint: 'name another file',
    kind: 'input',
  });
}

/**
 * Does `body` with the output that an option names, where it is given, and closes it; `kept` are the files that it must not
 * be. Throws as `OutputFile.prepare`.
 */
export async function withOutput<Option extends string, T>(
  args: { readonly [Name in Option]?: string | undefined },
  option: Option,
  kept: readonly (string | undefined)[],
  body: (output: OutputFile | undefined) => Promise<T>,
): Promise<T> {
  const path = args[option];
  const others = kept.filter((each) => each !== undefined);
  const output =
    path === undefined ? undefined : OutputFile.prepare(path, { kept: others, option: `--${option}` });
  try {
    return await body(output);
  } finally {
    output?.close();
  }
}

/**
 * Writes all of a regular file or nothing: a reader sees the text before or after, not between. Throws EngineError
 * OUTPUT_UNWRITABLE. `durable`: on return it survives a crash of the machine.
 */
export function writeWhole(path: string, text: string, option = OUTPUT, durable = false): void {
  try {
    withPlace(openNamedPlace(path), ({ folder, name, stats }) => {
      if (stats !== undefined && !stats.isFile()) throw new Error('it is no regular file any more');
      replaceFile(folder, name, text, { durable });
    });
  } catch (cause) {
    throw unwritable(`write ${option}`, { path, option }, cause, 'environment');
  }
}

/** Makes a file that is not there yet. Throws EngineError FILE_EXISTS (input), OUTPUT_UNWRITABLE (input). */
export function createFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
      throw unwritable('write', { path }, cause, 'input');
    throw fileExists(path, 'name another file with --output', cause);
  }
}

function fileExists(path: string, hint: string, cause?: unknown): EngineError {
  const reason = 'it is there already';
  return new EngineError({
    code: 'FILE_EXISTS',
    op: 'write',
    target: path,
    reason,
    hint,
    kind: 'input',
    cause,
  });
}

/** Whether nothing would be lost if the text were put in place of the file: none is there, or it is that text. */
function hasText(path: string, text: string): boolean {
  try {
    return withPlace(openNamedPlace(path), ({ folder, name, stats }) => {
      if (stats === undefined) return true;
      if (stats.size !== Buffer.byteLength(text)) return false;
      const fd = folder.open(name, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        return readFileSync(fd, 'utf8') === text;
      } finally {
        closeSync(fd);
      }
    });
  } catch {
    // What cannot be read cannot be known to say the same.
    return false;
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
    throw unwritable('append', { path }, cause, 'environment');
  }
}

/** The same failure, which says where the text is instead. */
function withRescued(cause: EngineError, text: string): EngineError {
  const { code, op, target, reason, kind } = cause;
  const rescue = rescued(text);
  if (rescue === undefined) return cause;
  const hint = `the result is in ${rescue} instead`;
  return new EngineError({ code, op, target, reason, hint, kind, cause });
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
