/** What goes to stdout. */
import type { OutputFile } from '../files/output-file.js';

/** How stdout shows a text: colour on a terminal, unless NO_COLOR (no-color.org) is set, and its width. */
export interface StdoutStyle {
  readonly color: boolean;
  readonly width: number;
}

/** `width` is that of a pipe or file, in columns. */
export function stdoutStyle(width = 100): StdoutStyle {
  const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return { color, width: process.stdout.columns ?? width };
}

/** How a text is shown that goes to the output, or to stdout where there is none; `width` is that of a pipe or file. */
export function styleFor(output: OutputFile | undefined, width = 100): StdoutStyle {
  return output === undefined ? stdoutStyle(width) : { color: false, width };
}

/** Text to the output, or to stdout where there is none. */
export async function writeOut(output: OutputFile | undefined, text: string): Promise<void> {
  if (output === undefined) process.stdout.write(text);
  else await output.finish(text);
}
