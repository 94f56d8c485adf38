import { sanitize } from '../../reports/render/terminal.js';

/** A text as one word of a shell's command line; what could move a cursor is shown as `?`. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${sanitize(text).replaceAll("'", "'\\''")}'`;
}
