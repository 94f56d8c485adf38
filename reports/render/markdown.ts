/** Text on its way into GitHub-flavoured Markdown. */
import type { KeyedTable } from './keyed-table.js';
import { sanitize } from './terminal.js';

/** Text that Markdown takes for text: no markup, no HTML, no link, one line. */
export function escapeMarkdown(text: string): string {
  return sanitize(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/^(\s*)([-+#=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replaceAll('://', '&#58;//')
    .replace(/\b(www)\./gi, '$1&#46;');
}

/** Lines of a table of cells that are Markdown already; columns after the first `left` are set to the right. */
export function markdownTable(
  heads: readonly string[],
  left: number,
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, i) => (i < left ? '---' : '---:'))), ...rows.map(line)];
}

/** Lines of a table below its title. */
export function titledMarkdownTable({ title, keys, heads, rows }: KeyedTable): string[] {
  return [
    `**${escapeMarkdown(title)}**`,
    '',
    ...markdownTable(
      [...keys, ...heads].map(escapeMarkdown),
      keys.length,
      rows.map(({ values, cells }) => [...values, ...cells].map(escapeMarkdown)),
    ),
  ];
}
