import type { BenchResult } from '../document/result.js';
import { type DirectionRow, directionRows } from '../document/rows.js';
import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';

const MAX_LISTED = 12;

/** The one distribution of a result that has just one. Throws ReportError that lists what there is to choose from. */
export function oneDistribution(format: string, result: BenchResult): DirectionRow {
  const rows = directionRows([result]);
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
export function noHistogram(format: string, { job, name }: DirectionRow): ReportError {
  return new ReportError(
    'NO_HISTOGRAM',
    `${sanitize(job.name)} ${name} has no histogram, which ${format} is made of`,
    'choose a format that needs none: text, markdown, csv, openmetrics or junit',
  );
}
