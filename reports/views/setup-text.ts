/** What binding changed, and what `nvbench status` shows, as plain data and as text. */
import { type Column, tableLines } from '../render/table.js';
import { type Paint, painter, sanitize, type TextOptions } from '../render/terminal.js';

/** One write to sysfs. */
export interface WriteRow {
  readonly path: string;
  readonly text: string;
}

/** A change that stands, or was undone. */
export interface ChangeRow {
  /** A PCI address, or `hugepages`. */
  readonly target: string;
  /** For example `0000:01:00.0: nvme -> vfio-pci`. */
  readonly change: string;
  /** The command that made it. */
  readonly maker: string;
  readonly since: string;
  /** For example `until unbind`. */
  readonly lasts: string;
}

/** Something that this host lacks for taking a drive, and what to do. */
export interface MissingPart {
  readonly what: string;
  readonly fix: string;
}

export interface StatusRows {
  readonly stateDir: string;
  readonly changes: readonly ChangeRow[];
  readonly functions: readonly {
    readonly address: string;
    readonly driver: string;
    readonly iommuGroup?: number | undefined;
    readonly nodes: readonly string[];
  }[];
  readonly hugepages: readonly {
    readonly node?: number | undefined;
    readonly pageSizeBytes: number;
    readonly totalPages: number;
    readonly freePages: number;
  }[];
  /** What this machine lacks for binding; empty where nothing. */
  readonly missing: readonly MissingPart[];
}

const left = (...heads: string[]): Column[] => heads.map((head) => ({ head, align: 'left' }));
const right = (...heads: string[]): Column[] => heads.map((head) => ({ head, align: 'right' }));

/** The writes as commands of a shell, a line each. */
export function formatWrites(writes: readonly WriteRow[]): string {
  return writes
    .map(({ path, text }) => `echo ${text.trim() === '' ? '' : sanitize(text)} > ${sanitize(path)}\n`)
    .join('')
    .replaceAll('echo  >', 'echo >');
}

function section(title: string, columns: readonly Column[], rows: readonly string[][]): string[] {
  const [head, ...body] = tableLines(
    columns,
    rows.map((row) => row.map((cell) => (cell === '' ? '-' : sanitize(cell)))),
    2,
  );
  return ['', title, head, ...body];
}

const pageText = (bytes: number): string =>
  bytes >= 2 ** 30
    ? `${bytes / 2 ** 30} GiB`
    : bytes >= 2 ** 20
      ? `${bytes / 2 ** 20} MiB`
      : `${bytes / 1024} KiB`;

/** The text of `nvbench status`. */
export function formatStatus(status: StatusRows, options: TextOptions): string {
  const paint = painter(options.color);
  const lines: string[] = [];
  if (status.changes.length === 0) lines.push('nvbench has changed nothing on this machine.');
  else {
    const rows = status.changes.map((row) => [row.target, row.change, row.maker, row.since, row.lasts]);
    lines.push(...section('changes', left('target', 'change', 'made by', 'since', 'lasts'), rows).slice(1));
  }
  if (status.functions.length > 0) {
    const rows = status.functions.map((row) => [
      row.address,
      row.driver,
      row.iommuGroup === undefined ? '' : String(row.iommuGroup),
      row.nodes.join(', '),
    ]);
    lines.push(...section('NVMe functions', left('address', 'driver', 'group', 'nodes'), rows));
  }
  if (status.hugepages.length > 0) {
    const rows = status.hugepages.map((row) => [
      row.node === undefined ? '' : String(row.node),
      pageText(row.pageSizeBytes),
      String(row.totalPages),
      String(row.freePages),
    ]);
    lines.push(...section('hugepages', right('node', 'page', 'total', 'free'), rows));
  }
  lines.push('', `journal: ${sanitize(status.stateDir)}`);
  lines.push(...missingLines(status.missing, paint));
  return `${lines.join('\n')}\n`;
}

function missingLines(missing: readonly MissingPart[], paint: Paint): string[] {
  return missing.map(({ what, fix }) => `${paint('yellow', 'missing')}: ${sanitize(what)}; ${sanitize(fix)}`);
}

/** What the host lacks, a line each; empty where nothing is missing. */
export function formatMissing(missing: readonly MissingPart[], options: TextOptions): string {
  return missingLines(missing, painter(options.color))
    .map((line) => `${line}\n`)
    .join('');
}
