/** A job of fio's JSON as this tool has it. */
import type { JobRecord, OperationRecord, ResultWarning } from '../document/result.js';
import { contradicted } from './contradictions.js';
import {
  binsDisagree,
  coarseHistogram,
  ESTIMATED_IOS,
  type ImportOptions,
  importError,
  WITHOUT_HISTOGRAM,
  WITHOUT_LATENCY,
  WITHOUT_PERCENTILES,
} from './document.js';
import { fioDirection, fioErrors, type ImportedDirection, iosOf } from './fio-direction.js';
import { groupWarnings } from './fio-group.js';
import { type FioOptions, fioOptions, fioWork } from './fio-options.js';
import type { FioDirection, FioJob } from './fio-schema.js';
import { fioJobSizeBytes, fioTimeMs } from './fio-units.js';
import { BINS_CONTRADICTED } from './printed-percentiles.js';

const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1000;
const NOTE = 'completion latency (clat) as fio took it';
const NOTE_OF_NONE = 'none taken by fio';
const NOTE_OF_TOTAL = 'total latency (lat) as fio took it, from before the submission on';

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(Number(text))
    ? Number(text)
    : undefined;
}

/** Percent of reads, as the options have it. */
function mixOf({ rwmixread, rwmixwrite }: FioOptions): number | undefined {
  const [reads, writes] = [wholeNumber(rwmixread), wholeNumber(rwmixwrite)];
  const mix = reads ?? (writes === undefined ? undefined : 100 - writes);
  return mix !== undefined && mix >= 0 && mix <= 100 ? mix : undefined;
}

interface Parts {
  readonly read?: FioDirection | undefined;
  readonly write?: FioDirection | undefined;
  readonly trim?: FioDirection | undefined;
}

/** What unified_rw_reporting adds up is of one direction where the pattern is. Throws ReportError where it is not. */
function partsOf(job: FioJob, said: string | undefined, mix: number | undefined): Parts {
  const { read, write, trim, mixed } = job;
  if (mixed === undefined || [read, write, trim].some((part) => part !== undefined) || iosOf(mixed) === 0)
    return { read, write, trim };
  const [pattern] = (said ?? '').split(':');
  if (/^(rand)?read$/.test(pattern) || (/^(rand)?rw$|^readwrite$/.test(pattern) && mix === 100))
    return { read: mixed };
  if (/^(rand)?write$/.test(pattern) || (/^(rand)?rw$|^readwrite$/.test(pattern) && mix === 0))
    return { write: mixed };
  if (/^(rand)?trim$/.test(pattern)) return { trim: mixed };
  throw importError(
    said === undefined
      ? `of ${job.jobname} it has reads and writes together, and does not say which it did`
      : `of ${job.jobname}, a ${said}, it has reads and writes together`,
    said === undefined ? 'give --rw randread, or what it did' : 'run fio without unified_rw_reporting',
  );
}

function blockBytes(directions: readonly OperationRecord[], options: FioOptions): number {
  const said = options.bs ?? options.blocksize;
  const parsed =
    said === undefined ? undefined : fioJobSizeBytes(said.split(',')[0], Number(options.kb_base ?? 1024));
  const { bssplit, bsrange, kb_base } = options;
  // As of jobs of this tool, the longest; what was done of each differs from run to run.
  const sizes = [...(bssplit?.split(/[:,]/) ?? bsrange?.split(/[-,]/) ?? [])].map(
    (each) => fioJobSizeBytes(each.split('/')[0], Number(kb_base ?? 1024)) ?? 0,
  );
  if (sizes.length > 0 && Math.max(...sizes) > 0) return Math.max(...sizes);
  if (parsed !== undefined) return parsed;
  const sum = (of: (each: OperationRecord) => number): number =>
    directions.reduce((total, each) => total + of(each), 0);
  const ios = sum((each) => each.ios);
  return ios === 0 ? 0 : Math.round(sum(({ bytes }) => bytes) / ios);
}

function patternOf(read: boolean, write: boolean, said: string | undefined): string {
  if (said !== undefined) return said;
  if (read && write) return 'rw';
  // Without the option fio reads.
  return write ? 'write' : 'read';
}

/** `what` fio did beside reads and writes, for example `trims`. */
function leftOut(what: string, count: number): ResultWarning[] {
  if (count === 0) return [];
  return [
    {
      code: `imported-${what.slice(0, -1)}-left-out`,
      message: `${count} ${what} of the imported job are left out`,
      advice: 'look at them in the report of fio',
    },
  ];
}

function histogramWarnings(directions: readonly ImportedDirection[]): ResultWarning[] {
  const units = new Set(directions.map(({ unit }) => unit));
  return [
    ...(units.has('us') ? [coarseHistogram('1.6 % and at least 1 µs')] : []),
    ...(units.has('ns') ? [coarseHistogram('1.6 %')] : []),
    ...(directions.some(({ binsLeftOut }) => binsLeftOut)
      ? [
          {
            code: 'imported-bins-left-out',
            message:
              'the imported text names its latency buckets in a way that is not known: they are left out',
            advice: 'use a newer fio, or --output-format=json',
          },
        ]
      : []),
    ...(directions.some(({ binsContradicted }) => binsContradicted) ? [BINS_CONTRADICTED] : []),
    ...(directions.some(({ unit, record }) => unit === undefined && record.latencyNs.max !== undefined)
      ? [WITHOUT_HISTOGRAM]
      : []),
  ];
}

const NOT_STEADY: ResultWarning = {
  code: 'imported-not-steady',
  message: 'the imported job was to end at a steady state, and did not reach it',
  advice: 'run it for longer; its figures are those of a drive that still changes',
};

/** Beyond what may be in flight at either end of the measured time, so large a share of the I/Os is missing or too many. */
const MOST_OFF = 0.01;

/** Bins that are not those of the I/Os. */
function binWarnings(directions: readonly ImportedDirection[], options: FioOptions): ResultWarning[] {
  const inFlight = (wholeNumber(options.iodepth) ?? 1) * (wholeNumber(options.numjobs) ?? 1);
  return directions.flatMap(({ record: { ios }, inBins, taken }) => {
    if (inBins === undefined) return [];
    if (taken !== undefined && taken !== inBins) return [binsDisagree(inBins, taken)];
    return Math.abs(inBins - ios) > Math.max(inFlight, MOST_OFF * ios) ? [binsDisagree(inBins, ios)] : [];
  });
}

function warningsOf(
  job: FioJob,
  directions: readonly ImportedDirection[],
  parts: Parts,
  options: FioOptions,
) {
  const records = directions.map(({ record }) => record);
  const taken = records.filter(({ latencyNs }) => latencyNs.max !== undefined);
  const warnings: ResultWarning[] = [...histogramWarnings(directions), ...binWarnings(directions, options)];
  if (taken.some(({ latencyNs }) => latencyNs.p50 === undefined)) warnings.push(WITHOUT_PERCENTILES);
  if (taken.length < records.length) warnings.push(WITHOUT_LATENCY);
  if (directions.some(({ total }) => total))
    warnings.push({
      code: 'imported-total-latency',
      message:
        'the completion latency was not taken, or its percentiles were not: the latency is that from before the submission on',
      advice: 'compare it only with runs of the same kind',
    });
  if (directions.some(({ estimated }) => estimated)) warnings.push(ESTIMATED_IOS);
  if (job.steadystate?.attained === 0) warnings.push(NOT_STEADY);
  warnings.push(...leftOut('trims', parts.trim === undefined ? 0 : iosOf(parts.trim)));
  warnings.push(...leftOut('syncs', job.sync?.total_ios ?? 0));
  warnings.push(...directions.flatMap(({ contradictions }) => contradictions), ...uncounted(parts));
  if (options.bsrange !== undefined || options.bssplit !== undefined || (options.bs ?? '').includes(','))
    warnings.push({
      code: 'imported-block-sizes-mixed',
      message: 'the imported job has several block sizes, of which one is shown',
      advice: 'compare bandwidth rather than IOPS',
    });
  return warnings;
}

/** What moved bytes and no I/O would be left out without a word. */
function uncounted({ read, write, trim }: Parts): ResultWarning[] {
  return [read, write, trim].flatMap((part) =>
    part !== undefined && iosOf(part) === 0 && part.io_bytes > 0
      ? [contradicted(`${part.io_bytes} bytes in no I/O, which are left out`)]
      : [],
  );
}

const errorsTakenOff = (count: number): ResultWarning => ({
  code: 'imported-errors-taken-off',
  message: `fio counts ${count} I/Os that failed among those of the imported job: they are taken off its I/Os and IOPS`,
  advice: 'look at the errors in the report of fio',
});

function noteOf(directions: readonly ImportedDirection[]): string {
  if (directions.every(({ record }) => record.latencyNs.max === undefined)) return NOTE_OF_NONE;
  return directions.some(({ total }) => total) ? NOTE_OF_TOTAL : NOTE;
}

/** Older fio does not repeat the options of a job. */
function assumed(silent: boolean, rw: string, iodepth: number, asked: ImportOptions): ResultWarning[] {
  const guesses = [
    ...(asked.rw === undefined ? [`the pattern ${rw}`] : []),
    ...(asked.iodepth === undefined ? [`a depth of ${iodepth}`] : []),
  ];
  if (!silent || guesses.length === 0) return [];
  return [
    {
      code: 'imported-settings-assumed',
      message: `the imported text does not say how the job was set: ${guesses.join(' and ')} is assumed`,
      advice: 'give what it was with --rw and --iodepth',
    },
  ];
}

/** When a job began: as fio says, or from the end of the run and the time the job took. */
function startOf(job: FioJob, endedAt: Date): Date {
  return new Date(job.job_start ?? endedAt.getTime() - job.elapsed * MS_PER_SECOND);
}

function stopReason(job: FioJob, options: FioOptions): JobRecord['stopReason'] {
  if (job.error !== 0) return 'errors';
  return options.time_based !== undefined || options.runtime !== undefined ? 'runtime' : 'size';
}

/** Milliseconds of measured time of a job of which nothing completed: fio gives its directions none. */
function idleMs({ job_runtime, elapsed }: FioJob, options: FioOptions): number {
  const clones = options.group_reporting === undefined ? 1 : (wholeNumber(options.numjobs) ?? 1);
  if (job_runtime !== undefined) return job_runtime / Math.max(1, clones);
  const asked = options.time_based === undefined ? undefined : fioTimeMs(options.runtime ?? '');
  if (asked !== undefined) return asked;
  const before = (fioTimeMs(options.ramp_time ?? '') ?? 0) + (fioTimeMs(options.startdelay ?? '') ?? 0);
  return Math.max(0, elapsed * MS_PER_SECOND - before);
}

/** What all jobs of a document share. */
export interface FioContext {
  readonly version: string;
  readonly global: FioOptions;
  readonly endedAt: Date;
  readonly asked: ImportOptions;
}

/** Throws ReportError where reads and writes cannot be told apart. */
export function fioJob(job: FioJob, { version, global, endedAt, asked }: FioContext): JobRecord {
  const options = fioOptions(job, global);
  const said = options.rw ?? options.readwrite ?? asked.rw;
  const mix = mixOf(options);
  const parts = partsOf(job, said, mix);
  const both = [parts.read, parts.write];
  const done = both.flatMap((part) => (part && iosOf(part) > 0 ? [part] : []));
  const { counts, among } = fioErrors(both, parts.trim, job.total_err);
  const [read, write] = both.map((part, i) => fioDirection(part, version, counts[i], among ? counts[i] : 0));
  const directions = [read, write].flatMap((each) => each ?? []);
  const seed = wholeNumber(options.randseed);
  const asks = fioWork(job, global);
  const silent = asks === undefined;
  const rw = patternOf(read !== undefined, write !== undefined, said);
  const iodepth = wholeNumber(options.iodepth) ?? (silent ? (asked.iodepth ?? 1) : 1);
  return {
    name: job.jobname,
    target: asked.target ?? options.filename ?? options.directory ?? `fio ${options.ioengine ?? ''}`.trim(),
    rw,
    ...(directions.length < 2 || mix === undefined ? {} : { rwmixread: mix }),
    bsBytes: blockBytes(
      directions.map(({ record }) => record),
      options,
    ),
    iodepth,
    numjobs: wholeNumber(options.numjobs) ?? 1,
    queuePairs: 0,
    ...(silent ? {} : { workload: asks.work, seedPolicy: seed === undefined ? 'own' : 'fixed' }),
    ...(seed === undefined ? {} : { seed }),
    startedAt: startOf(job, endedAt).toISOString(),
    rampTimeMs: fioTimeMs(options.ramp_time ?? '') ?? 0,
    elapsedNs: (Math.max(0, ...done.map(({ runtime }) => runtime)) || idleMs(job, options)) * NS_PER_MS,
    stopReason: stopReason(job, options),
    directions: {
      ...(read === undefined ? {} : { read: read.record }),
      ...(write === undefined ? {} : { write: write.record }),
    },
    errors: { total: job.total_err, byStatus: [], timeouts: 0, unexpectedCompletions: 0 },
    workers: [],
    timestampNote: noteOf(directions),
    warnings: [
      ...warningsOf(job, directions, parts, options),
      ...(among ? [errorsTakenOff(job.total_err)] : []),
      ...groupWarnings(job, said, options),
      ...assumed(silent, rw, iodepth, asked),
    ],
  };
}
