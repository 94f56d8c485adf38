import { type Column, tableLines } from '../render/table.js';
import { DEFAULT_WIDTH, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';

/** One NVMe function as `nvbench list` shows it; empty or undefined where the host does not say. */
export interface ListRow {
  /** PCI address or target string. */
  readonly address: string;
  /** Vendor and device ID, for example `144d:a80a`. */
  readonly ids: string;
  readonly model: string;
  readonly serial: string;
  readonly driver: string;
  readonly iommuGroup?: number | undefined;
  /** null where the kernel does not know. */
  readonly numaNode?: number | null | undefined;
  readonly usable: boolean;
  /** Why not usable; empty where it is. */
  readonly reason: string;
  /** What to do about it; commands may be part of it. */
  readonly hint: string;
}

const columns: readonly Column[] = [
  { head: 'address', align: 'left' },
  { head: 'ids', align: 'left' },
  { head: 'model', align: 'left' },
  { head: 'serial', align: 'left' },
  { head: 'driver', align: 'left' },
  { head: 'group', align: 'right' },
  { head: 'NUMA', align: 'right' },
  { head: 'usable', align: 'left' },
];

const known = (text: string): string => (text === '' ? '-' : sanitize(text));

const knownNumber = (value: number | undefined): string =>
  value === undefined || value < 0 ? '-' : String(value);

const NONE_FOUND =
  'No NVMe functions found on the PCI buses of this host.\n' +
  'Without a drive: nvbench run --sample quickstart (software controller)\n';

/** The table of `nvbench list`, then for each function that is not usable why and what to do. */
export function formatList(rows: readonly ListRow[], options: TextOptions): string {
  if (rows.length === 0) return NONE_FOUND;
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const cells = rows.map((row) => [
    known(row.address),
    known(row.ids),
    known(row.model),
    known(row.serial),
    known(row.driver),
    knownNumber(row.iommuGroup),
    row.numaNode === null ? 'unknown' : knownNumber(row.numaNode),
    row.usable ? paint('green', 'yes') : paint('yellow', 'no'),
  ]);
  const [head, ...body] = tableLines(columns, cells, 2);
  const lines = [paint('bold', head), ...body];
  for (const row of rows) {
    if (row.usable) continue;
    const why = wrap(`${sanitize(row.address)}: ${sanitize(row.reason)}`, width - 2, 2);
    lines.push('', ...why.map((line) => `  ${line}`));
    // Not wrapped: a hint may be commands to copy.
    if (row.hint !== '') lines.push(`    ${sanitize(row.hint)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What can be named beside PCI functions. */
export interface ListedTarget {
  readonly target: string;
  readonly description: string;
  readonly usable: boolean;
  /** Why not usable, and what to do; empty where it is. */
  readonly reason: string;
}

/** A line for each, below the table. */
export function formatOthers(others: readonly ListedTarget[]): string {
  const lineOf = ({ target, description, usable, reason }: ListedTarget): string =>
    `also: ${sanitize(target)}, ${sanitize(description)}${usable ? '' : `; not usable: ${sanitize(reason)}`}\n`;
  return others.map(lineOf).join('');
}
