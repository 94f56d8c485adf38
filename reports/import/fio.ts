/** fio's JSON and JSON+ (--output-format=json or json+) as a result document. */
import { combineOperations } from '../document/build.js';
import { canonical } from '../document/canonical.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { byOperation, entriesOf } from '../document/operations.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { firstStart } from '../document/runs.js';
import { highestOf } from '../statistics/extremes.js';
import { type ImportOptions, importError, importedDocument, WITHOUT_PERCENTILES } from './document.js';
import { type FioContext, fioJob } from './fio-job.js';
import { type FioOptions, fioOptions, fioWork } from './fio-options.js';
import { type FioDocument, type FioJob, fioSchema } from './fio-schema.js';
import { namedApart } from './job-names.js';

const MS_PER_SECOND = 1000;
/** What a server adds up over its clients. */
const ALL_CLIENTS = 'All clients';

/** Clones of a job (numjobs), which fio reports one by one unless told to group them, as one. */
function joinClones(clones: readonly JobRecord[], reader: HistogramReader): JobRecord {
  if (clones.length === 1) return clones[0];
  const failed = clones.find((job) => job.stopReason === 'errors');
  const directions = byOperation((name) => {
    const parts = clones.flatMap((clone) => clone.directions[name] ?? []);
    return parts.length === 0 ? undefined : combineOperations(parts, reader);
  });
  const warnings = clones.flatMap((clone) => clone.warnings);
  const lost = entriesOf(directions).some(
    ([, { latencyNs }]) => latencyNs.max !== undefined && latencyNs.p50 === undefined,
  );
  if (lost) warnings.push(WITHOUT_PERCENTILES);
  return {
    ...(failed ?? clones[0]),
    numjobs: clones.length,
    elapsedNs: highestOf(clones.map(({ elapsedNs }) => elapsedNs)),
    directions,
    errors: { ...clones[0].errors, total: clones.reduce((sum, { errors }) => sum + errors.total, 0) },
    warnings: [...new Map(warnings.map((warning) => [canonical(warning), warning])).values()],
  };
}

/** Jobs that are clones of each other: as many as their options say, of one host, group and section. */
function clonesOf(jobs: readonly FioJob[], global: FioOptions): FioJob[][] {
  const growing = new Map<string, FioJob[]>();
  const groups: FioJob[][] = [];
  for (const job of jobs) {
    const clones = Number(fioOptions(job, global).numjobs ?? 1);
    const { hostname, port, jobname, groupid, 'job options': options } = job;
    const key = canonical([hostname ?? '', port ?? 0, jobname, groupid ?? 0, options]);
    const group = growing.get(key);
    if (group !== undefined && group.length < clones) group.push(job);
    else {
      const begun = [job];
      groups.push(begun);
      growing.set(key, begun);
    }
  }
  return groups;
}

/** Parsed JSON as a document of fio. Throws ReportError where it is none, or has no jobs. */
export function fioDocument(json: unknown): FioDocument {
  const parsed = fioSchema.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw importError(
      `it is no result of fio: ${path.join('.') || 'the document'}: ${message.replace(/^Invalid input: /, '')}`,
      'write it with fio --output-format=json+ --output=FILE',
    );
  }
  if (fioJobs(parsed.data).length === 0)
    throw importError('it has no jobs', 'run fio to its end, with at least one job');
  return parsed.data;
}

/** Without the sum over clients. */
export function fioJobs({ jobs, client_stats }: FioDocument): FioJob[] {
  return (jobs ?? client_stats ?? []).filter(({ jobname }) => jobname !== ALL_CLIENTS);
}

/** When it was written; undefined where it does not say. */
export function fioEndMs({ timestamp_ms, timestamp }: FioDocument): number | undefined {
  return timestamp_ms ?? (timestamp === undefined ? undefined : timestamp * MS_PER_SECOND);
}

/** For each job the name of its host, with the port where a host runs several servers; none where no client ran. */
function hostNamesOf(jobs: readonly FioJob[]): (string | undefined)[] {
  const portsOf = (hostname: string): Set<number | undefined> =>
    new Set(jobs.filter((job) => job.hostname === hostname).map(({ port }) => port));
  return jobs.map(({ hostname, port }) => {
    if (hostname === undefined) return undefined;
    return portsOf(hostname).size === 1 ? hostname : `${hostname}:${port ?? ''}`;
  });
}

/** A document of fio 2 or 3. Throws ReportError. */
export function importFioDocument(document: FioDocument, options: ImportOptions): BenchResult {
  const jobs = fioJobs(document);
  const endedAt = new Date(fioEndMs(document) ?? options.importedAt);
  const global = document['global options'];
  const version = document['fio version'].replace(/^fio-/, '');
  const context: FioContext = { version, global, endedAt, asked: options };
  const clones = clonesOf(jobs, global);
  const names = hostNamesOf(clones.map(([job]) => job));
  const hostnames = [...new Set(names)];
  const records = readingHistograms([], (reader) =>
    clones.map((group, i): JobRecord => {
      const joined = joinClones(
        group.map((job) => fioJob(job, context)),
        reader,
      );
      return hostnames.length < 2 ? joined : { ...joined, hostIndex: hostnames.indexOf(names[i]), run: 0 };
    }),
  );
  const startedAt = new Date(Math.min(endedAt.getTime(), Date.parse(firstStart(records))));
  const named = namedApart(records);
  const asked = clones.map(([job]) => fioWork(job, global));
  const workload = {
    jobs: named.jobs.map(({ name }, i) => ({ name, ...asked[i]?.work, ...asked[i]?.run })),
  };
  return importedDocument(
    {
      tool: 'fio',
      version,
      hostnames: hostnames.map((name) => name ?? ''),
      startedAt,
      endedAt,
      config: { global, jobs: jobs.map((job) => job['job options']) },
      ...(asked.includes(undefined) ? {} : { workload }),
      ...named,
    },
    options,
  );
}
