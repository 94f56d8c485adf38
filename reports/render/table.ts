import { stripVTControlCharacters as visible } from 'node:util';
import Table from 'cli-table3';

export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};

/** Lines of a table without a frame, columns `gap` spaces apart, two spaces from the left. Cells may hold colour. */
export function tableLines(columns: readonly Column[], rows: readonly string[][], gap: number): string[] {
  const table = new Table({
    chars: { ...BARE, middle: ' '.repeat(gap) },
    colAligns: columns.map((column) => column.align),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    columns.map((column) => column.head),
    ...rows,
  );
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
}

/** The same in parts below each other where the columns need more than `width`; each has the first `fixed` columns. */
export function fittingTableLines(
  columns: readonly Column[],
  rows: readonly string[][],
  { gap, fixed, width }: { readonly gap: number; readonly fixed: number; readonly width: number },
): string[][] {
  const lines = tableLines(columns, rows, gap);
  const others = columns.length - fixed;
  if (others < 2 || lines.every((line) => visible(line).length <= width)) return [lines];
  const middle = fixed + Math.ceil(others / 2);
  const part = (from: number, to?: number): string[][] => {
    const of = <T>(cells: readonly T[]): T[] => [...cells.slice(0, fixed), ...cells.slice(from, to)];
    return fittingTableLines(of(columns), rows.map(of), { gap, fixed, width });
  };
  return [...part(fixed, middle), ...part(middle)];
}
