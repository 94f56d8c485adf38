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
