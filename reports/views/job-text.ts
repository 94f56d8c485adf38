/** The part of the terminal report that tells of one job. */

import { combineFigures, combineOperations } from '../document/build.js';
import { JOB_FIGURES } from '../document/figures.js';
import { healthText } from '../document/health-record.js';
import type { HistogramReader } from '../document/histograms.js';
import { laterSettings } from '../document/job-workload.js';
import { recoveryTexts } from '../document/recovery.js';
import { type Spread, summarizeRepeats } from '../document/repeats.js';
import {
  endedAsAsked,
  type JobRecord,
  type OperationRecord,
  type ResultWarning,
  type StopReason,
  type WorkerRecord,
} from '../document/result.js';
import { operationsOf, titleOf } from '../document/rows.js';
import { steadyText } from '../document/steady-record.js';
import { sureText } from '../document/sure-record.js';
import { badBlocksOf, badBlockTexts, verificationText } from '../document/verification.js';
import { errorTexts } from '../render/errors.js';
import { cellOf, headsOf, sentenceOf } from '../render/figures.js';
import { formatCount, formatCpuList, formatDuration, formatLatency, plural } from '../render/format.js';
import { operationColumns } from '../render/operation-columns.js';
import { QUANTITIES } from '../render/quantity.js';
import { sizesText } from '../render/sizes.js';
import { MOST_SLOWEST, slowestTable } from '../render/slowest.js';
import { type Column, fittingTableLines } from '../render/table.js';
import { labelled, type Paint, sanitize, wrap } from '../render/terminal.js';

export const LABEL_WIDTH = 11;
/** A table no wider than this is set with room between its columns. */
const NARROW_WIDTH = 96;

const stopReasons: Readonly<Record<StopReason, string>> = {
  runtime: 'ended by runtime',
  number_ios: 'ended by number_ios',
  size: 'ended by size',
  exitall: 'ended with a job beside it',
  steady: 'ended once steady',
  sure: 'ended once sure',
  interrupted: 'INTERRUPTED',
  timeout: 'STOPPED: an I/O timed out',
  'device-lost': 'STOPPED: the device was lost',
  errors: 'STOPPED: too many errors',
  verify: 'STOPPED: a block was not what was written',
  error: 'FAILED',
};

type Columns = ReturnType<typeof operationColumns>;

/** What is counted against a job is red. */
function operationRow(
  [name, record]: readonly [name: string, record: OperationRecord],
  job: JobRecord,
  columns: Columns,
  paint: Paint,
): string[] {
  const cells = columns.map((figure) => {
    const cell = cellOf(figure, record, job);
    const isBad = 'counted' in QUANTITIES[figure.quantity] && (figure.value(record) ?? 0) > 0;
    return isBad ? paint('red', cell) : cell;
  });
  return [name, ...cells];
}

function operationTable(job: JobRecord, { reader, paint, width, percentiles }: JobTextOptions): string[] {
  const operations = operationsOf(job);
  if (operations.length === 0) return ['  no I/O was measured'];
  const columns = operationColumns(percentiles, reader);
  const rows = operations.map((operation) => operationRow(operation, job, columns, paint));
  if (operations.length > 1) {
    const parts = operations.map(([, record]) => record);
    const total = (percentiles === undefined ? combineFigures : combineOperations)(parts, reader);
    rows.push(operationRow(['total', { ...total, errors: job.errors.total }], job, columns, paint));
  }
  const narrow = width < NARROW_WIDTH;
  const heads: Column[] = [
    { head: narrow ? '' : 'direction', align: 'left' },
    ...headsOf(columns).map((head): Column => ({ head, align: 'right' })),
  ];
  return fittingTableLines(heads, rows, { gap: narrow ? 1 : 2, fixed: 1, width }).flatMap(
    ([head, ...body]) => [paint('bold', head), ...body],
  );
}

function workersOf({ numjobs, queuePairs }: JobRecord): string {
  const workers = plural(numjobs, 'worker');
  // An imported job does not know its queue pairs.
  if (queuePairs === 0) return workers;
  return `${workers} with ${plural(queuePairs, 'queue pair')}${numjobs === 1 ? '' : ' each'}`;
}

function headline(job: JobRecord, place: string, paint: Paint, width: number): string[] {
  const mix = job.rwmixread === undefined ? '' : ` ${job.rwmixread} % reads`;
  const ramp = job.rampTimeMs === 0 ? '' : ` after ${formatDuration(job.rampTimeMs * 1e6)} of ramp`;
  const text = [
    ...(place === '' ? [] : [`on ${place}`]),
    `${sanitize(job.rw)}${mix} of ${sizesText(job)}`,
    `depth ${job.iodepth}`,
    ...(job.completion === undefined || job.completion === 'poll'
      ? []
      : [`completions by ${job.completion}`]),
    workersOf(job),
    ...laterSettings(job).map(sanitize),
    ...(job.sumOf === undefined ? [] : [`sum of ${plural(job.sumOf, 'job')}`]),
    `${formatDuration(job.elapsedNs)}${ramp}`,
    stopReasons[job.stopReason],
  ].join(', ');
  const [first, ...rest] = wrap(`${sanitize(titleOf(job))}: ${text}`, width, 2);
  const lines = [paint('bold', first), ...rest];
  return endedAsAsked(job) ? lines : lines.map((line) => paint('yellow', line));
}

function cpusText(workers: readonly WorkerRecord[]): string {
  const cpus = workers.flatMap((worker) => worker.cpus);
  if (cpus.length === 0) return `${workers.length} (not pinned)`;
  return `${workers.length} on ${cpusOf(cpus)}`;
}

const cpusOf = (cpus: readonly number[]): string =>
  `CPU${new Set(cpus).size === 1 ? '' : 's'} ${formatCpuList(cpus)}`;

/** Where the kernel submitted for them, on a thread of its own for each queue. */
function submittersText(workers: readonly WorkerRecord[]): string {
  if (workers.every(({ submitters }) => submitters === undefined)) return '';
  const cpus = workers.flatMap(({ submitters }) => submitters?.cpus ?? []);
  return `the kernel submitting ${cpus.length === 0 ? 'elsewhere' : `on ${cpusOf(cpus)}`}`;
}

/** Where the kernel did I/O for them that would have blocked. */
function blockedText(workers: readonly WorkerRecord[]): string {
  const threads = workers.reduce((sum, { blockedIo }) => sum + (blockedIo?.threads ?? 0), 0);
  return threads === 0 ? '' : `I/O that blocks on ${plural(threads, 'thread')} of the kernel`;
}

/** The workers, and what is told of the job as a whole. */
function wholeLines(job: JobRecord, width: number): string[] {
  const others = JOB_FIGURES.filter(({ name }) => name !== 'drained');
  const where = job.workers.length === 0 ? '' : cpusText(job.workers);
  const parts = [where, submittersText(job.workers), blockedText(job.workers), sentenceOf(others, job)];
  const text = parts.filter((part) => part !== '').join(', ');
  return text === '' ? [] : labelled('workers', text, LABEL_WIDTH, width);
}

/** What completed after the measured time stands apart: it is in no figure above. */
function drainLines({ drain }: JobRecord, width: number): string[] {
  if (drain === undefined) return [];
  const text = `${plural(drain.ios, 'I/O')} in ${formatDuration(drain.durationNs)} after the measured time, longest ${formatLatency(drain.maxLatencyNs)}; not in the figures`;
  return labelled('drained', text, LABEL_WIDTH, width);
}

/** The slowest I/Os, where they were kept. */
function slowestLines(job: JobRecord, { paint, width }: JobTextOptions): string[] {
  const table = slowestTable(job, MOST_SLOWEST);
  if (table === undefined) return [];
  const columns = table.heads.map(
    (head): Column => ({ head, align: head === 'operation' ? 'left' : 'right' }),
  );
  const gap = width < NARROW_WIDTH ? 1 : 2;
  const lines = fittingTableLines(columns, table.rows, { gap, fixed: 1, width }).flatMap(
    ([head, ...body]) => [paint('bold', head), ...body],
  );
  return table.leftOut === undefined ? lines : [...lines, ...labelled('', table.leftOut, LABEL_WIDTH, width)];
}

const logText = ({ file, ios, droppedIos }: NonNullable<JobRecord['log']>): string =>
  `${plural(ios, 'I/O')} in ${sanitize(file)}${droppedIos === 0 ? '' : `, ${formatCount(droppedIos)} not`}`;

/** Lines of a warning: what it is, then on lines of their own what to do. */
export function warningLines(
  warning: { message: string; advice: string },
  paint: Paint,
  width: number,
): string[] {
  const message = labelled('warning', sanitize(warning.message), LABEL_WIDTH, width);
  const advice = warning.advice === '' ? [] : labelled('', sanitize(warning.advice), LABEL_WIDTH, width);
  return [...message.map((line) => paint('yellow', line)), ...advice];
}

function spreadText({ mean, deviation }: Spread, format: (value: number) => string): string {
  const percent = mean === 0 ? 0 : (deviation * 100) / mean;
  return `${format(mean)} ± ${percent.toFixed(1)} %`;
}

/** Lines on all repeats of a job: the mean of each chief figure, and the standard deviation of the repeats. */
export function repeatLines(repeats: readonly JobRecord[], width: number): string[] {
  return summarizeRepeats(repeats).flatMap(({ direction, repeats: count, spreads }) => {
    const figures = spreads.map(
      ({ figure, spread }) => `${figure.head} ${spreadText(spread, QUANTITIES[figure.quantity].text)}`,
    );
    const text = `${direction} ${[...figures, `over ${count} repeats`].join(', ')}`;
    return labelled('repeats', text, LABEL_WIDTH, width);
  });
}

/** Blocks that were looked at, and the first of the bad ones as they are and as they should be. */
function verificationLines({ verification }: JobRecord, paint: Paint, width: number): string[] {
  if (verification === undefined) return [];
  const lines = labelled('verified', verificationText(verification), LABEL_WIDTH, width);
  if (badBlocksOf(verification) === 0) return lines;
  const shown = verification.shown.flatMap((block) =>
    badBlockTexts(block).flatMap((text, i) => labelled(i === 0 ? 'bad block' : '', text, LABEL_WIDTH, width)),
  );
  return [...lines, ...shown].map((line) => paint('red', line));
}

/** How far its figures can be trusted; the reasons are codes of what is told below and above. */
function verdictLines({ verdict }: JobRecord, paint: Paint, width: number): string[] {
  if (verdict === undefined) return [];
  const { level, reasons } = verdict;
  const text = reasons.length === 0 ? level : `${level}: ${reasons.map(sanitize).join(', ')}`;
  const lines = labelled('verdict', text, LABEL_WIDTH, width);
  if (level === 'valid') return lines;
  return lines.map((line) => paint(level === 'invalid' ? 'red' : 'yellow', line));
}

/** What the lines of a job are made with. */
export interface JobTextOptions {
  readonly reader: HistogramReader;
  readonly paint: Paint;
  readonly width: number;
  /** Percentiles of the tables, in place of the usual ones. */
  readonly percentiles?: readonly number[];
}

/**
 * Lines on one job: what ran (with `place` where it is not empty, sanitized), the table of its operations,
 * its workers, its errors and `warnings`.
 */
export function jobLines(
  job: JobRecord,
  place: string,
  options: JobTextOptions,
  warnings: readonly ResultWarning[] = job.warnings,
): string[] {
  const { paint, width } = options;
  const lines = [...headline(job, place, paint, width), ...operationTable(job, options)];
  lines.push(...wholeLines(job, width), ...drainLines(job, width), ...slowestLines(job, options));
  for (const text of errorTexts(job)) {
    lines.push(...labelled('error', sanitize(text), LABEL_WIDTH, width).map((line) => paint('red', line)));
  }
  if (job.log !== undefined) lines.push(...labelled('log', logText(job.log), LABEL_WIDTH, width));
  const steady = steadyText(job);
  if (steady !== undefined) lines.push(...labelled('steady', sanitize(steady), LABEL_WIDTH, width));
  const health = healthText(job);
  if (health !== undefined) lines.push(...labelled('drive', health, LABEL_WIDTH, width));
  const sure = sureText(job);
  if (sure !== undefined) lines.push(...labelled('sure', sanitize(sure), LABEL_WIDTH, width));
  lines.push(...verificationLines(job, paint, width), ...verdictLines(job, paint, width));
  for (const text of recoveryTexts(job))
    lines.push(...labelled('recovery', sanitize(text), LABEL_WIDTH, width));
  for (const warning of warnings) lines.push(...warningLines(warning, paint, width));
  return lines;
}
