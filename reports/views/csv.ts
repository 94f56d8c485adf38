/** CSV (RFC 4180): a header, then one row for each job and operation. */

import { knownValue } from '../document/figure.js';
import {
  DEVICE_FIGURES,
  type Figure,
  JOB_FIGURES,
  OPERATION_FIGURES,
  type OperationFacts,
} from '../document/figures.js';
import { type JobWorkload, workloadOfJob } from '../document/job-workload.js';
import type { BenchResult, JobRecord, SmartRecord } from '../document/result.js';
import { deviceOf, hostOf, type OperationRow, operationsOf } from '../document/rows.js';
import { lazyLibrary } from '../render/lazy-library.js';
import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';

const csvStringify = lazyLibrary<typeof import('csv-stringify/sync')>('csv-stringify/sync');

type Cell = string | number | undefined;
/** A row of a job that measured nothing has neither name nor record. */
type CsvRow = Pick<OperationRow, 'result' | 'job'> & Partial<OperationRow> & { workload?: JobWorkload };

const codes = ({ result, job }: CsvRow): string =>
  [...new Set([...result.warnings, ...job.warnings].map(({ code }) => code))].join(' ');

function parametersText({ parameters }: JobRecord): string | undefined {
  if (parameters === undefined) return undefined;
  return Object.entries(parameters)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

type Column = readonly [name: string, of: (row: CsvRow) => Cell];

const operationFigures: readonly Figure<OperationFacts>[] = OPERATION_FIGURES;
const jobFigures: readonly Figure<JobRecord>[] = JOB_FIGURES;
const deviceFigures: readonly Figure<SmartRecord>[] = DEVICE_FIGURES;

/** Those that the first version had, in its order: columns keep their places. Those of all others stand behind them. */
const FIRST_FIGURES: readonly string[] = [
  ...['ios', 'bytes', 'iops', 'bandwidth', 'errors', 'min', 'mean', 'stddev'],
  ...['p50', 'p90', 'p95', 'p99', 'p99.9', 'p99.99', 'p99.999', 'max'],
];

function operationColumn(wanted: string): Column {
  const [figure] = operationFigures.filter(({ name }) => name === wanted);
  return [
    figure.column,
    ({ record, job }) => (record === undefined ? undefined : knownValue(figure, record, job)),
  ];
}

function ofHealth({ result, job }: CsvRow, value: Figure<SmartRecord>['value']): Cell {
  const device = deviceOf(result, job);
  const health = device?.smartAfter ?? device?.smartBefore;
  return health === undefined ? undefined : value(health);
}

/** Name of each column, with its unit, and where it comes from. */
const COLUMNS: readonly Column[] = [
  ['run_started_at', ({ result }) => result.startedAt],
  ['host', ({ result, job }) => hostOf(result, job)?.hostname],
  ['device', ({ job }) => job.target],
  ['serial', ({ result, job }) => deviceOf(result, job)?.serialNumber],
  ['model', ({ result, job }) => deviceOf(result, job)?.modelNumber],
  ['firmware', ({ result, job }) => deviceOf(result, job)?.firmwareRevision],
  ['software_controller', ({ result, job }) => boolean(deviceOf(result, job)?.software)],
  ['job', ({ job }) => job.name],
  ['group', ({ job }) => job.group],
  ['parameters', ({ job }) => parametersText(job)],
  ['repeat', ({ job }) => job.repeat?.index],
  ['direction', ({ name }) => name],
  ['rw', ({ job }) => job.rw],
  ['rwmixread_percent', ({ job }) => job.rwmixread],
  ['bs_bytes', ({ job }) => job.bsBytes],
  ['iodepth', ({ job }) => job.iodepth],
  ['numjobs', ({ job }) => job.numjobs],
  ['queue_pairs', ({ job }) => job.queuePairs],
  ['job_started_at', ({ job }) => job.startedAt],
  ['elapsed_ns', ({ job }) => job.elapsedNs],
  ...FIRST_FIGURES.map(operationColumn),
  ['job_timeouts', ({ job }) => job.errors.timeouts],
  ['stop_reason', ({ job }) => job.stopReason],
  ['run_complete', ({ result }) => boolean(result.complete)],
  ['imported_from', ({ result }) => result.imported?.tool],
  ['warning_codes', codes],
  ['verdict', ({ job }) => job.verdict?.level],
  ...operationFigures
    .filter(({ name }) => !FIRST_FIGURES.includes(name))
    .map(({ name }) => operationColumn(name)),
  ...jobFigures.map(({ column, value }): Column => [column, ({ job }) => value(job)]),
  ...deviceFigures.map(({ column, value }): Column => [column, (row) => ofHealth(row, value)]),
];

/** The columns in their order; docs/reports.md says what each is. */
export const CSV_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

function boolean(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function rowsOf(result: BenchResult): CsvRow[] {
  return result.jobs.flatMap((job): CsvRow[] => {
    const whole = { result, job, workload: workloadOfJob(result, job) };
    const operations = operationsOf(job);
    return operations.length === 0
      ? [whole]
      : operations.map(([name, record]) => ({ ...whole, name, record }));
  });
}

/** Keys of the configuration that have a column above, some under a name with its unit. */
const KEYS_WITH_COLUMNS = ['rw', 'rwmixread', 'bs', 'iodepth', 'numjobs', 'queue_pairs'];

/** Many times what there are. A column for each key that somebody made up is a row of as many cells for each job. */
const MOST_KEYS = 500;

/** A column for every other key of the jobs, after all others and in the order of the alphabet. */
function keyColumns(rows: readonly CsvRow[]): Column[] {
  const keys = new Set<string>();
  for (const { workload = {} } of rows) {
    for (const key of Object.keys(workload)) if (!KEYS_WITH_COLUMNS.includes(key)) keys.add(key);
    if (keys.size > MOST_KEYS)
      throw new ReportError(
        'TOO_MANY_COLUMNS',
        `the workload of its jobs has more than ${MOST_KEYS} different keys, of which each is a column`,
        "choose a job with --job NAME or --job '#N', or another format",
      );
  }
  return [...keys].sort().map((key): Column => [key, ({ workload }) => keyText(workload?.[key])]);
}

function keyText(value: JobWorkload[string] | undefined): Cell {
  return value === undefined || typeof value === 'string' || typeof value === 'number'
    ? value
    : JSON.stringify(value);
}

/** Rows end in CR LF. A text that a spreadsheet would take for a formula begins with an apostrophe. */
export function formatCsv(results: readonly BenchResult[]): string {
  const found = results.flatMap(rowsOf);
  const columns = [...COLUMNS, ...keyColumns(found)];
  const rows = found.map((row) =>
    columns.map(([, of]) => {
      const cell = of(row);
      return typeof cell === 'string' ? sanitize(cell) : cell;
    }),
  );
  return csvStringify().stringify([columns.map(([name]) => sanitize(name)), ...rows], {
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}
