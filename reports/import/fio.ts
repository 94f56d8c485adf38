/** fio's JSON and JSON+ (--output-format=json or json+) as a result document. */
import { combineOperations } from '../document/build.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { byOperation } from '../document/operations.js';
import type { BenchResult, JobRecord, OperationRecord, ResultWarning } from '../document/result.js';
import { highestOf, lowestOf } from '../statistics/extremes.js';
import {
  coarseHistogram,
  type ImportOptions,
  importError,
  importedDocument,
  WITHOUT_HISTOGRAM,
  WITHOUT_PERCENTILES,
} from './document.js';
import { fioDirection } from './fio-direction.js';
import { type FioDocument, type FioJob, fioSchema } from './fio-schema.js';
import { fioSizeBytes, fioTimeMs } from './fio-units.js';

type Options = Readonly<Record<string, string>>;

const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1000;
const NOTE = 'completion latency (clat) as fio took it';
/** What a server adds up over its clients. */
const ALL_CLIENTS = 'All clients';

function blockBytes(job: FioJob, options: Options): number {
  const said = options.bs ?? options.blocksize;
  const parsed = said === undefined ? undefined : fioSizeBytes(said);
  if (parsed !== undefined) return parsed;
  const parts = [job.read, job.write].flatMap((part) => part ?? []);
  const ios = parts.reduce((sum, part) => sum + part.total_ios, 0);
  const bytes = parts.reduce((sum, part) => sum + part.io_bytes, 0);
  return ios === 0 ? 0 : Math.round(bytes / ios);
}

function patternOf(job: FioJob, options: Options): string {
  const said = options.rw ?? options.readwrite;
  if (said !== undefined) return said;
  const [reads, writes] = [job.read?.total_ios ?? 0, job.write?.total_ios ?? 0];
  if (reads > 0 && writes > 0) return 'rw';
  // Without the option fio reads.
  return writes > 0 ? 'write' : 'read';
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(Number(text))
    ? Number(text)
    : undefined;
}

function warningsOf(job: FioJob, directions: readonly OperationRecord[], options: Options): ResultWarning[] {
  const warnings: ResultWarning[] = [];
  if (directions.some(({ histogram }) => histogram !== undefined)) warnings.push(coarseHistogram('1.6'));
  if (directions.some(({ histogram }) => histogram === undefined)) warnings.push(WITHOUT_HISTOGRAM);
  if (directions.some(({ latencyNs }) => latencyNs.p50 === undefined)) warnings.push(WITHOUT_PERCENTILES);
  if ((job.trim?.total_ios ?? 0) > 0)
    warnings.push({
      code: 'imported-trim-left-out',
      message: `${job.trim?.total_ios} trims of the imported job are left out`,
      advice: 'look at them in the report of fio',
    });
  if (options.bsrange !== undefined || options.bssplit !== undefined || (options.bs ?? '').includes(','))
    warnings.push({
      code: 'imported-block-sizes-mixed',
      message: 'the imported job has several block sizes, of which one is shown',
      advice: 'compare bandwidth rather than IOPS',
    });
  return warnings;
}

/** When a job began: as fio says, or from the end of the run and the time the job took. */
function startOf(job: FioJob, endedAt: Date): Date {
  return new Date(job.job_start ?? endedAt.getTime() - job.elapsed * MS_PER_SECOND);
}

function stopReason(job: FioJob, options: Options): JobRecord['stopReason'] {
  if (job.error !== 0) return 'errors';
  return options.time_based !== undefined || options.runtime !== undefined ? 'runtime' : 'size';
}

/** Those that are read here. A document may have any number of others. */
const OPTION_NAMES = [
  ...['blocksize', 'bs', 'bsrange', 'bssplit', 'directory', 'filename', 'iodepth', 'ioengine', 'numjobs'],
  ...['ramp_time', 'randseed', 'readwrite', 'runtime', 'rw', 'rwmixread', 'time_based'],
];

/** Those of the job before those of all. */
function optionsOf({ 'job options': own }: FioJob, global: Options): Options {
  const given = OPTION_NAMES.flatMap((name) => {
    const from = [own, global].find((options) => Object.hasOwn(options, name));
    return from === undefined ? [] : [[name, from[name]] as const];
  });
  return Object.fromEntries(given);
}

function jobOf(job: FioJob, global: Options, endedAt: Date, { target }: ImportOptions): JobRecord {
  const options = optionsOf(job, global);
  const isOneWay = (job.read?.total_ios ?? 0) === 0 || (job.write?.total_ios ?? 0) === 0;
  // fio does not say which direction failed.
  const errors = isOneWay ? job.total_err : 0;
  const read = fioDirection(job.read, errors);
  const write = fioDirection(job.write, errors);
  const seed = wholeNumber(options.randseed);
  const rwmixread = wholeNumber(options.rwmixread);
  const ranMs = Math.max(job.read?.runtime ?? 0, job.write?.runtime ?? 0);
  return {
    name: job.jobname,
    target: target ?? options.filename ?? options.directory ?? `fio ${options.ioengine ?? ''}`.trim(),
    rw: patternOf(job, options),
    ...(isOneWay || rwmixread === undefined || rwmixread > 100 ? {} : { rwmixread }),
    bsBytes: blockBytes(job, options),
    iodepth: wholeNumber(options.iodepth) ?? 1,
    numjobs: wholeNumber(options.numjobs) ?? 1,
    queuePairs: 0,
    ...(seed === undefined ? {} : { seed }),
    startedAt: startOf(job, endedAt).toISOString(),
    rampTimeMs: fioTimeMs(options.ramp_time ?? '') ?? 0,
    elapsedNs: ranMs * NS_PER_MS,
    stopReason: stopReason(job, options),
    directions: { ...(read ? { read } : {}), ...(write ? { write } : {}) },
    errors: { total: job.total_err, byStatus: [], timeouts: 0, unexpectedCompletions: 0 },
    workers: [],
    timestampNote: NOTE,
    warnings: warningsOf(
      job,
      [read, write].flatMap((each) => each ?? []),
      options,
    ),
  };
}

/** Clones of a job (numjobs), which fio reports one by one unless told to group them, as one. */
function joinClones(clones: readonly JobRecord[], reader: HistogramReader): JobRecord {
  if (clones.length === 1) return clones[0];
  const failed = clones.find((job) => job.stopReason === 'errors');
  return {
    ...(failed ?? clones[0]),
    numjobs: clones.length,
    elapsedNs: highestOf(clones.map(({ elapsedNs }) => elapsedNs)),
    directions: byOperation((name) => {
      const parts = clones.flatMap(({ directions }) => directions[name] ?? []);
      return parts.length === 0 ? undefined : combineOperations(parts, reader);
    }),
    errors: { ...clones[0].errors, total: clones.reduce((sum, { errors }) => sum + errors.total, 0) },
  };
}

function clonesOf(jobs: readonly FioJob[], global: Options): FioJob[][] {
  const groups = new Map<string, FioJob[]>();
  for (const job of jobs) {
    const { numjobs } = optionsOf(job, global);
    const alone = numjobs === undefined || numjobs === '1';
    const key = JSON.stringify([job.hostname, job.jobname, job.groupid, alone ? groups.size : numjobs]);
    const group = groups.get(key);
    if (group) group.push(job);
    else groups.set(key, [job]);
  }
  return [...groups.values()];
}

function documentOf(json: unknown): FioDocument {
  const parsed = fioSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw importError(
    `it is no result of fio: ${path.join('.') || 'the document'}: ${message.replace(/^Invalid input: /, '')}`,
    'write it with fio --output-format=json+ --output=FILE',
  );
}

/** Parsed JSON of fio 2 or 3 as a document. Throws ReportError where it is none, or has no jobs. */
export function importFio(json: unknown, options: ImportOptions): BenchResult {
  const document = documentOf(json);
  const listed = document.jobs ?? document.client_stats ?? [];
  const jobs = listed.filter(({ jobname }) => jobname !== ALL_CLIENTS);
  if (jobs.length === 0) throw importError('it has no jobs', 'run fio to its end, with at least one job');
  const endMs = document.timestamp_ms ?? (document.timestamp ?? 0) * MS_PER_SECOND;
  const endedAt = endMs > 0 ? new Date(endMs) : options.importedAt;
  const global = document['global options'];
  const records = readingHistograms([], (reader) =>
    clonesOf(jobs, global).map((clones) =>
      joinClones(
        clones.map((job) => jobOf(job, global, endedAt, options)),
        reader,
      ),
    ),
  );
  const begun = records.map((job) => Date.parse(job.startedAt));
  const startedAt = new Date(Math.min(endedAt.getTime(), lowestOf(begun)));
  const [hostname] = new Set(jobs.flatMap((job) => job.hostname ?? []));
  return importedDocument(
    {
      tool: 'fio',
      version: document['fio version'].replace(/^fio-/, ''),
      ...(hostname === undefined ? {} : { hostname }),
      startedAt,
      endedAt,
      config: { global, jobs: jobs.map((job) => job['job options']) },
      jobs: records,
    },
    options,
  );
}
