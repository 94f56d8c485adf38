/** What goes to stdout. */
import { once } from 'node:events';
import { EngineError } from '../../engine/errors.js';
import type { OutputFile } from '../files/output-file.js';
import { STDIO } from '../files/stdio.js';

/** How stdout shows a text: colour on a terminal, unless NO_COLOR (no-color.org) is set, and its width. */
export interface StdoutStyle {
  readonly color: boolean;
  readonly width: number;
}

/** `width` is that of a pipe or file, in columns. */
export function stdoutStyle(width = 100): StdoutStyle {
  return styleOf(process.stdout, width);
}

/** How a text is shown that goes to the output, or to `stream` where there is none; `width` is that of a pipe or file. */
export function styleFor(
  output: OutputFile | undefined,
  width = 100,
  stream: NodeJS.WriteStream = process.stdout,
): StdoutStyle {
  if (output === undefined) return styleOf(stream, width);
  return output.path === STDIO ? stdoutStyle(width) : { color: false, width };
}

/** To stdout, at the pace of whoever reads it; false once nobody does any more. */
export async function printPaced(text: string): Promise<boolean> {
  const { stdout } = process;
  if (stdout.destroyed) return false;
  if (stdout.write(text)) return true;
  await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  return !stdout.destroyed;
}

/** Text to the output, or to `stream` where there is none. */
export async function writeOut(
  output: OutputFile | undefined,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<void> {
  if (output === undefined) stream.write(text);
  else await output.finish(text);
}

/**
 * Where a report for people goes: stdout, or stderr where one of these options has named `-` as its file, which then has
 * stdout to itself. Throws EngineError BAD_ARGUMENTS where several have.
 */
export function reportStream(files: Readonly<Record<string, string | undefined>>): NodeJS.WriteStream {
  const owners = Object.keys(files).filter((option) => files[option] === STDIO);
  if (owners.length > 1)
    throw new EngineError({
      code: 'BAD_ARGUMENTS',
      op: 'write to stdout',
      target: owners.join(' and '),
      reason: 'there is only one stdout',
      hint: 'name a file for all but one',
      kind: 'input',
    });
  return owners.length === 0 ? process.stdout : process.stderr;
}

/** How a stream shows a text, as `stdoutStyle`. */
export function styleOf(stream: NodeJS.WriteStream, width = 100): StdoutStyle {
  return { color: stream.isTTY === true && !process.env.NO_COLOR, width: stream.columns ?? width };
}
