/** The lines between borders, to be seen among others. */
export function boxed(lines: readonly string[]): string {
  const border = '='.repeat(Math.min(110, Math.max(...lines.map((line) => line.length))));
  return [border, ...lines, border].join('\n');
}
