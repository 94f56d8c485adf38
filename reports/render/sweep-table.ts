/** The sweeps of a result as tables, for people: rows and columns are the values of the matrix. */
import { OPERATION_FIGURES, type OperationFacts } from '../document/figures.js';
import { grouped } from '../document/grouped.js';
import type { OperationName } from '../document/operations.js';
import { type BenchResult, endedAsAsked, type JobRecord } from '../document/result.js';
import { operationsOf } from '../document/rows.js';
import { meanCellOf, type Shown } from './figures.js';
import type { KeyedTable } from './keyed-table.js';
import { parameterText, type Sweep, sweepsOf } from './sweeps.js';

/** Values side by side; with more a table has them below each other. */
const MOST_COLUMNS = 12;
const DEVICE = 'device';
/** Follows figures of a job that did not end as it was asked to. */
export const UNFINISHED_MARK = '*';

/** One table each, where the values of two keys cross. */
const CROSSED = OPERATION_FIGURES.filter((figure) => figure.name === 'iops' || figure.name === 'p99');
/** Side by side in one table, where one key has all values. */
const CHIEF = OPERATION_FIGURES.filter((figure) => 'chief' in figure);

type Value = number | string;
type Point = Readonly<Record<string, Value>>;

function pointOf({ parameters = {} }: JobRecord, place: string | undefined): Point {
  return place === undefined ? parameters : { [DEVICE]: place, ...parameters };
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
function cellOf(jobs: readonly JobRecord[], operation: OperationName, figure: Shown<OperationFacts>): string {
  const cell = meanCellOf(
    figure,
    jobs.flatMap(({ directions }) => directions[operation] ?? []),
  );
  return cell === '-' || jobs.every(endedAsAsked) ? cell : `${cell}${UNFINISHED_MARK}`;
}

function tablesOf({ group, jobs, placeOf }: Sweep): KeyedTable[] {
  const points = new Map(jobs.map((job) => [job, pointOf(job, placeOf(job))]));
  const varied = variedOf([...points.values()]);
  if (varied.size === 0) return [];
  const across = columnKey(varied);
  const keys = [...varied.keys()].filter((key) => key !== across);
  const valuesAt = (job: JobRecord): Value[] => keys.map((key) => points.get(job)?.[key] ?? '-');
  const textsAt = (job: JobRecord): string[] =>
    valuesAt(job).map((value, i) => parameterText(keys[i], value));
  const rows = grouped(jobs, (job) => JSON.stringify(valuesAt(job)));
  const operations = [...new Set(jobs.flatMap((job) => operationsOf(job).map(([name]) => name)))];
  return operations.flatMap((operation): KeyedTable[] => {
    if (across === undefined)
      return [
        {
          title: `${group}: ${operation}`,
          keys,
          heads: CHIEF.map(({ head }) => head),
          rows: rows.map((own) => ({
            values: textsAt(own[0]),
            cells: CHIEF.map((figure) => cellOf(own, operation, figure)),
          })),
        },
      ];
    const columns = varied.get(across) ?? [];
    return CROSSED.map((figure) => ({
      title: `${group}: ${figure.head} of ${operation} by ${across}`,
      keys,
      heads: columns.map((value) => parameterText(across, value)),
      rows: rows.map((own) => ({
        values: textsAt(own[0]),
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
export function sweepTables(result: BenchResult): KeyedTable[] {
  return sweepsOf(result).flatMap(tablesOf);
}
