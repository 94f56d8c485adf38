/** The sweeps of a result as tables, for people: rows and columns are the values of the matrix. */
import { type Figure, OPERATION_FIGURES, type OperationFacts } from '../document/figures.js';
import { grouped } from '../document/grouped.js';
import type { OperationName } from '../document/operations.js';
import { type BenchResult, endedAsAsked, type JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { formatBytes } from './format.js';
import { QUANTITIES } from './quantity.js';

export interface SweepTable {
  /** Names what the cells are. */
  readonly title: string;
  /** Heads of the columns that say which job a row is; then those of the cells. */
  readonly keys: readonly string[];
  readonly heads: readonly string[];
  readonly rows: readonly { readonly values: readonly string[]; readonly cells: readonly string[] }[];
}

/** Values side by side; with more a table has them below each other. */
const MOST_COLUMNS = 12;
const DEVICE = 'device';
/** Follows figures of a job that did not end as it was asked to. */
export const UNFINISHED_MARK = '*';

const figureNamed = (name: string): Figure<OperationFacts> => {
  const figure = OPERATION_FIGURES.find((each) => each.name === name);
  if (figure === undefined) throw new Error(`no figure ${name}`);
  return figure;
};
/** One table each, where the values of two keys cross. */
const CROSSED = ['iops', 'p99'].map(figureNamed);
/** Side by side in one table, where one key has all values. */
const CHIEF = OPERATION_FIGURES.filter((figure) => 'chief' in figure) as Figure<OperationFacts>[];

type Value = number | string;
type Point = Readonly<Record<string, Value>>;

function valueText(key: string, value: Value): string {
  return key === 'bs' && typeof value === 'number' ? formatBytes(value) : String(value);
}

function pointOf({ parameters = {}, target }: JobRecord, namesDevice: boolean): Point {
  return namesDevice ? { [DEVICE]: target, ...parameters } : parameters;
}

/** Values of each key that has more than one, in the order in which they ran. */
function variedOf(points: readonly Point[]): Map<string, Value[]> {
  const values = new Map<string, Set<Value>>();
  for (const point of points)
    for (const [key, value] of Object.entries(point))
      values.set(key, (values.get(key) ?? new Set()).add(value));
  return new Map([...values].filter(([, { size }]) => size > 1).map(([key, own]) => [key, [...own]]));
}

/** The depth, else the key that varies fastest; undefined where no key but one has several values, or all have too many. */
function columnKey(varied: ReadonlyMap<string, readonly Value[]>): string | undefined {
  if (varied.size < 2) return undefined;
  const fitting = [...varied]
    .filter(([key, { length }]) => key !== DEVICE && length <= MOST_COLUMNS)
    .map(([key]) => key);
  return fitting.includes('iodepth') ? 'iodepth' : fitting.at(-1);
}

/** The mean over repeats of one point; `-` where there is nothing. */
function cellOf(
  jobs: readonly JobRecord[],
  operation: OperationName,
  { quantity, value }: Figure<OperationFacts>,
): string {
  const values = jobs.flatMap(({ directions }) => {
    const record = directions[operation];
    return record === undefined ? [] : (value(record) ?? []);
  });
  if (values.length === 0) return '-';
  const mark = jobs.every(endedAsAsked) ? '' : UNFINISHED_MARK;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return `${QUANTITIES[quantity].cell(mean)}${mark}`;
}

function tablesOf(group: string, jobs: readonly JobRecord[]): SweepTable[] {
  const namesDevice = new Set(jobs.map(({ target }) => target)).size > 1;
  const points = new Map(jobs.map((job) => [job, pointOf(job, namesDevice)]));
  const varied = variedOf([...points.values()]);
  if (varied.size === 0) return [];
  const across = columnKey(varied);
  const keys = [...varied.keys()].filter((key) => key !== across);
  const valuesAt = (job: JobRecord): string[] =>
    keys.map((key) => valueText(key, points.get(job)?.[key] ?? '-'));
  const rows = grouped(jobs, (job) => JSON.stringify(valuesAt(job)));
  const operations = [...new Set(jobs.flatMap((job) => operationsOf(job).map(([name]) => name)))];
  return operations.flatMap((operation): SweepTable[] => {
    if (across === undefined)
      return [
        {
          title: `${group}: ${operation}`,
          keys,
          heads: CHIEF.map(({ head = '' }) => head),
          rows: rows.map((own) => ({
            values: valuesAt(own[0]),
            cells: CHIEF.map((figure) => cellOf(own, operation, figure)),
          })),
        },
      ];
    const columns = varied.get(across) ?? [];
    return CROSSED.map((figure) => ({
      title: `${group}: ${figure.head} of ${operation} by ${across}`,
      keys,
      heads: columns.map((value) => valueText(across, value)),
      rows: rows.map((own) => ({
        values: valuesAt(own[0]),
        cells: columns.map((value) => {
          const here = own.filter((job) => points.get(job)?.[across] === value);
          return cellOf(here, operation, figure);
        }),
      })),
    }));
  });
}

/**
 * Tables of each sweep: where two keys or more have several values IOPS and p99 by the depth, else by the key that varies
 * fastest; otherwise the chief figures of each value. Repeats are one, their mean.
 */
export function sweepTables({ jobs }: BenchResult): SweepTable[] {
  const swept = jobs.filter(({ group, parameters }) => group !== undefined && parameters !== undefined);
  return grouped(swept, ({ group }) => group).flatMap((own) => tablesOf(own[0].group ?? '', own));
}
