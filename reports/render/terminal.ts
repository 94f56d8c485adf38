/** Text on its way to a terminal: made harmless, coloured, wrapped. */
import { styleText } from 'node:util';
import { columnsOf } from './columns.js';

export interface TextOptions {
  /** Use colour escapes. */
  color: boolean;
  /** Columns of the terminal; 100 where not given. */
  width?: number;
  /** Percentiles that tables of operations show, in place of the usual ones. */
  percentiles?: readonly number[];
}

export const DEFAULT_WIDTH = 100;

type Format = Parameters<typeof styleText>[0];

/** Styles text, or leaves it alone. */
export type Paint = (format: Format, text: string) => string;

export function painter(color: boolean): Paint {
  // The caller has decided; the state of this process's stdout must not decide again.
  return color
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
}

/**
 * Replaces what could move a cursor, colour, hide or reorder text: C0, DEL, C1, line separators, zero-width and
 * bidirectional controls; and U+FFFE and U+FFFF, which XML cannot hold. For every string that a device, a file or a user gave.
 */
export function sanitize(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu, '?');
}

/** The beginning of a text that is longer than `most` characters, with an ellipsis. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Breaks at spaces so that lines fit; lines after the first begin with `indent` spaces. Long words stay whole. */
export function wrap(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const candidate = line === '' ? word : `${line} ${word}`;
    if (columnsOf(candidate) > width && line.trim() !== '') {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line = candidate;
    }
  }
  lines.push(line);
  return lines;
}

/** A label column, then text wrapped beside it: `  label   text`. */
export function labelled(label: string, text: string, labelWidth: number, width: number): string[] {
  const head = `  ${label.padEnd(labelWidth)}`;
  const [first, ...rest] = wrap(text, width - head.length, 0);
  return [`${head}${first}`, ...rest.map((line) => ' '.repeat(head.length) + line)].map((line) =>
    line.trimEnd(),
  );
}

/** Blocks of lines with an empty line between them and a line end; empty ones are left out. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string {
  const texts = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
