/** A page of the documentation for a terminal. */
import { lexer, type Token, type Tokens } from 'marked';
import { tableLines } from '../../reports/render/table.js';
import { joinBlocks, labelled, painter, type TextOptions, wrap } from '../../reports/render/terminal.js';
import { inlineText } from './inline-text.js';

/** Lines are read best up to this width. */
const MOST_WIDTH = 100;
const INDENT = '  ';

/** `first` is the indent of the first line, `rest` that of those after it. */
function indented(text: string, width: number, first: number, rest = first): string[] {
  return wrap(text, width - rest, 0).map((line, i) => ' '.repeat(i === 0 ? first : rest) + line);
}

const cellText = ({ tokens }: Tokens.TableCell): string => inlineText(tokens);

/** Columns where they fit, else each row by itself: its first cell, and the others below it. */
function tableText({ header, rows }: Tokens.Table, width: number): string[] {
  const heads = header.map(cellText);
  const cells = rows.map((row) => row.map(cellText));
  const columns = heads.map((head) => ({ head, align: 'left' as const }));
  const lines = tableLines(columns, cells, 2);
  if (lines.every((line) => line.length <= width)) return lines;
  return cells.flatMap(([first, ...others], row) => [
    ...(row > 0 ? [''] : []),
    ...indented(first, width, 2, 4),
    ...others.flatMap((text, i) => {
      const head = heads[i + 1];
      const label = others.length > 1 && head !== '' ? `${head}: ` : '';
      return text === '' ? [] : indented(`${label}${text}`, width, 6, 8);
    }),
  ]);
}

function listText({ items, ordered, start }: Tokens.List, width: number): string[] {
  return items.flatMap(({ tokens }, i) => {
    const mark = ordered ? `${Number(start) + i}. ` : '- ';
    const [text = [], ...below] = tokens.map((token) =>
      token.type === 'text' || token.type === 'paragraph'
        ? labelled(mark, inlineText(token.tokens ?? [token]), mark.length, width)
        : blockText(token, width).map((line) => INDENT + line),
    );
    return [...text, ...below.flat()];
  });
}

function blockText(token: Token, width: number): string[] {
  switch (token.type) {
    case 'space':
    case 'html':
      return [];
    case 'code':
      return String(token.text)
        .split('\n')
        .map((line) => `${INDENT.repeat(2)}${line}`.trimEnd());
    case 'table':
      return tableText(token as Tokens.Table, width);
    case 'list':
      return listText(token as Tokens.List, width);
    default:
      return indented(inlineText([token]), width, INDENT.length);
  }
}

/** `markdown` with its headings at the margin, all else within; links name the command that shows what they lead to. */
export function topicText(markdown: string, { color, width = MOST_WIDTH }: TextOptions): string {
  const paint = painter(color);
  const most = Math.max(40, Math.min(MOST_WIDTH, width));
  const blocks = lexer(markdown).map((token) =>
    token.type === 'heading' ? [paint('bold', inlineText([token]))] : blockText(token, most),
  );
  return joinBlocks(blocks);
}
