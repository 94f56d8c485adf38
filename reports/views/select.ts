/** Leaves of a result only the jobs and operations that were asked for, down to the one that a format holds. */

import type { OperationName } from '../document/operations.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { type OperationRow, operationRows, operationsOf } from '../document/rows.js';
import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';

export interface Selection {
  /** A job's name, that of a sweep for all of its jobs, or `#N` for the N-th of the document. */
  readonly job?: string | undefined;
  readonly direction?: OperationName | undefined;
}

const MAX_LISTED = 12;

function isNamed(job: JobRecord, index: number, wanted: string): boolean {
  return job.name === wanted || job.group === wanted || wanted === `#${index + 1}`;
}

function only(job: JobRecord, direction: OperationName | undefined): JobRecord {
  if (direction === undefined) return job;
  const directions = operationsOf(job).filter(([name]) => name === direction);
  return { ...job, directions: Object.fromEntries(directions) };
}

/** Throws ReportError where nothing is left. */
export function selectJobs(result: BenchResult, { job, direction }: Selection): BenchResult {
  if (job === undefined && direction === undefined) return result;
  const named = result.jobs.filter((each, index) => job === undefined || isNamed(each, index, job));
  if (named.length === 0) {
    const names = [...new Set(result.jobs.map(({ name }) => sanitize(name)))].slice(0, MAX_LISTED).join(', ');
    throw new ReportError('NO_SUCH_JOB', `it has no job ${sanitize(job ?? '')}`, `its jobs are: ${names}`);
  }
  const jobs = named
    .map((each) => only(each, direction))
    .filter((each) => direction === undefined || operationsOf(each).length > 0);
  const measured = new Set(named.flatMap((each) => operationsOf(each).map(([name]) => name)));
  if (jobs.length === 0)
    throw new ReportError(
      'NO_SUCH_DIRECTION',
      `no job chosen has a ${direction}`,
      `choose another: ${[...measured].join(', ')}`,
    );
  return { ...result, jobs };
}

/** The one distribution of a result that has just one. Throws ReportError that lists what there is to choose from. */
export function oneDistribution(format: string, result: BenchResult): OperationRow {
  const rows = operationRows([result]);
  if (rows.length === 1) return rows[0];
  if (rows.length === 0)
    throw new ReportError('NO_DISTRIBUTION', 'it has no measured I/O', 'choose another job or result');
  const listed = rows
    .slice(0, MAX_LISTED)
    .map(({ job, name }) => `#${result.jobs.indexOf(job) + 1} ${sanitize(job.name)} ${name}`);
  if (rows.length > MAX_LISTED) listed.push(`${rows.length - MAX_LISTED} more`);
  throw new ReportError(
    'SEVERAL_DISTRIBUTIONS',
    `${format} holds one distribution, the result has ${rows.length}: ${listed.join(', ')}`,
    "choose with --job NAME or --job '#N', and --direction",
  );
}

/** Throws ReportError for a direction without a histogram. */
export function noHistogram(format: string, { job, name }: OperationRow): ReportError {
  return new ReportError(
    'NO_HISTOGRAM',
    `${sanitize(job.name)} ${name} has no histogram, which ${format} is made of`,
    'choose a format that needs none: text, markdown, csv, openmetrics or junit',
  );
}
