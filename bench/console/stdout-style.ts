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
