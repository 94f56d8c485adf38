/** Several documents of fio in one text: states of one run (--status-interval), or one run after another. */
import { canonical } from '../document/canonical.js';
import type { BenchResult } from '../document/result.js';
import { type ImportOptions, importError } from './document.js';
import { fioDocument, fioEndMs, fioJobs, importFioDocument } from './fio.js';
import { iosOf } from './fio-direction.js';
import type { FioDocument, FioJob } from './fio-schema.js';
import { runsTogether } from './job-names.js';

const MS_PER_SECOND = 1000;

const directionsOf = ({ read, write, trim, mixed }: FioJob) => [read, write, trim, mixed];

const nameOf = ({ jobname, groupid, hostname, port, 'job options': options }: FioJob): string =>
  canonical([jobname, groupid, hostname, port, options]);

/** Whether a job of the second may be the same as one of the first, later: what has been counted stays. */
function mayGoOn(before: FioJob, after: FioJob): boolean {
  if (nameOf(before) !== nameOf(after)) return false;
  if (before.job_start !== undefined && before.job_start !== after.job_start) return false;
  const later = directionsOf(after);
  return directionsOf(before).every((part, i) => {
    const next = later[i];
    if (part === undefined || next === undefined) return part === next;
    return iosOf(next) >= iosOf(part) && next.io_bytes >= part.io_bytes && next.runtime >= part.runtime;
  });
}

const longestMs = (document: FioDocument, of: (job: FioJob) => number): number =>
  Math.max(0, ...fioJobs(document).map(of));

/** Whether the second is a later state of the run of the first, which cannot be where it began after the first had ended. */
function isLaterState(before: FioDocument, after: FioDocument): boolean {
  const [jobs, later] = [fioJobs(before), fioJobs(after)];
  if (canonical(before['global options']) !== canonical(after['global options'])) return false;
  if (jobs.length !== later.length || !jobs.every((job, i) => mayGoOn(job, later[i]))) return false;
  if (jobs.every(({ job_start }) => job_start !== undefined)) return true;
  const [beforeMs, afterMs] = [fioEndMs(before), fioEndMs(after)];
  if (beforeMs === undefined || afterMs === undefined) return true;
  // Whole seconds are cut in a time and rounded up in `elapsed`.
  const slackMs = before.timestamp_ms === undefined ? MS_PER_SECOND : 0;
  const ranMs = longestMs(after, (job) =>
    Math.max(0, ...directionsOf(job).map((part) => part?.runtime ?? 0)),
  );
  const elapsedMs = longestMs(after, ({ elapsed }) => elapsed * MS_PER_SECOND);
  return afterMs - ranMs < beforeMs - slackMs || afterMs - elapsedMs < beforeMs - MS_PER_SECOND - slackMs;
}

function withStates(result: BenchResult, count: number): BenchResult {
  if (count === 1) return result;
  const warning = {
    code: 'imported-states-left-out',
    message: `the imported text has ${count} states of one run (--status-interval): the last stands for it`,
    advice: 'run fio with --write_iops_log to see it over time',
  };
  return { ...result, warnings: [...result.warnings, warning] };
}

/**
 * All documents of a text: of states of one run the last, of several runs each, numbered. Throws ReportError where one is
 * none of fio.
 */
export function importFioDocuments(all: readonly unknown[], options: ImportOptions): BenchResult {
  const runs: FioDocument[][] = [];
  for (const document of all.map(fioDocument)) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && isLaterState(before, document)) last.push(document);
    else runs.push([document]);
  }
  const results = runs.map((states) => {
    const last = states.at(-1);
    if (last === undefined) throw importError('it has no jobs', 'check the file');
    return withStates(importFioDocument(last, options), states.length);
  });
  return runsTogether(results, options.toolVersion);
}
