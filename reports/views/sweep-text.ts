/** The part of the terminal report that shows sweeps as tables, before their jobs one by one. */
import type { BenchResult } from '../document/result.js';
import type { KeyedTable } from '../render/keyed-table.js';
import { sweepTables, UNFINISHED_MARK } from '../render/sweep-table.js';
import { type Column, fittingTableLines } from '../render/table.js';
import { clipped, type Paint, sanitize, wrap } from '../render/terminal.js';

/** Longer values lose their middle. */
const MOST_VALUE = 28;
/** Keys beside each other that still tell rows apart. */
const MOST_KEYS = 4;

function linesOf({ keys, heads, rows }: KeyedTable, width: number): string[] {
  const columns: Column[] = [
    ...keys.slice(0, MOST_KEYS).map((head): Column => ({ head, align: 'left' })),
    ...heads.map((head): Column => ({ head: clipped(sanitize(head), MOST_VALUE), align: 'right' })),
  ];
  const body = rows.map(({ values, cells }) => [
    ...values.slice(0, MOST_KEYS).map((value) => clipped(sanitize(value), MOST_VALUE)),
    ...cells,
  ]);
  const fixed = Math.min(keys.length, MOST_KEYS);
  return fittingTableLines(columns, body, { gap: 2, fixed, width }).flat();
}

function tableBlock(table: KeyedTable, paint: Paint, width: number): string[] {
  const isMarked = table.rows.some(({ cells }) => cells.some((cell) => cell.endsWith(UNFINISHED_MARK)));
  const note = isMarked ? [`  ${UNFINISHED_MARK} did not end as it was asked to`] : [];
  const [first, ...rest] = wrap(sanitize(table.title), width, 2);
  return [paint('bold', first), ...rest, ...linesOf(table, width), ...note];
}

/** A block of lines for each table. */
export function sweepBlocks(result: BenchResult, paint: Paint, width: number): string[][] {
  return sweepTables(result).map((table) => tableBlock(table, paint, width));
}
