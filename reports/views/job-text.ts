/** The part of the terminal report that tells of one job. */

import { combineOperations } from '../document/build.js';
import { laterSettings } from '../document/job-workload.js';
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
import {
  formatBytes,
  formatCount,
  formatCpuList,
  formatDuration,
  formatIops,
  formatLatency,
  formatMibPerSecond,
  plural,
} from '../render/format.js';
import { type Column, tableLines } from '../render/table.js';
import { labelled, type Paint, sanitize, wrap } from '../render/terminal.js';

export const LABEL_WIDTH = 11;
/** A table no wider than this is set with room between its columns. */
const NARROW_WIDTH = 96;

const stopReasons: Readonly<Record<StopReason, string>> = {
  runtime: 'ended by runtime',
  number_ios: 'ended by number_ios',
  size: 'ended by size',
  interrupted: 'INTERRUPTED',
  timeout: 'STOPPED: an I/O timed out',
  'device-lost': 'STOPPED: the device was lost',
  errors: 'STOPPED: too many errors',
  error: 'FAILED',
};

const columns = (narrow: boolean): Column[] => [
  { head: narrow ? '' : 'direction', align: 'left' },
  ...['IOPS', 'MiB/s', 'mean', 'p50', 'p99', 'p99.9', 'p99.99', 'max', 'errors'].map(
    (head): Column => ({ head, align: 'right' }),
  ),
];

function operationRow(name: string, record: OperationRecord, errors: number, paint: Paint): string[] {
  const { latencyNs, ios } = record;
  const latency = (ns: number | undefined): string =>
    ios === 0 || ns === undefined ? '-' : formatLatency(ns);
  return [
    name,
    formatIops(record.iops),
    formatMibPerSecond(record.bandwidthBytesPerSecond),
    latency(latencyNs.mean),
    latency(latencyNs.p50),
    latency(latencyNs.p99),
    latency(latencyNs.p99_9),
    latency(latencyNs.p99_99),
    latency(latencyNs.max),
    errors === 0 ? '0' : paint('red', formatCount(errors)),
  ];
}

function operationTable(job: JobRecord, paint: Paint, width: number): string[] {
  const operations = operationsOf(job);
  if (operations.length === 0) return ['  no I/O was measured'];
  const rows = operations.map(([name, record]) => operationRow(name, record, record.errors, paint));
  if (operations.length > 1) {
    const total = combineOperations(operations.map(([, record]) => record));
    rows.push(operationRow('total', total, job.errors.total, paint));
  }
  const narrow = width < NARROW_WIDTH;
  const [head, ...body] = tableLines(columns(narrow), rows, narrow ? 1 : 2);
  return [paint('bold', head), ...body];
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
    `${sanitize(job.rw)}${mix} of ${formatBytes(job.bsBytes)}`,
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

function collections(workers: readonly WorkerRecord[]): string {
  const hit = workers.filter((worker) => worker.garbageCollections > 0);
  if (hit.length === 0) return 'garbage collections 0';
  const total = hit.reduce((sum, worker) => sum + worker.garbageCollections, 0);
  const totalMs = hit.reduce((sum, worker) => sum + worker.garbageCollectionMs, 0);
  const where = formatCpuList(hit.map((worker) => worker.index));
  return `garbage collections ${total} (${totalMs.toFixed(1)} ms in worker ${where})`;
}

function workersText(workers: readonly WorkerRecord[]): string {
  const cpus = workers.flatMap((worker) => worker.cpus);
  const sum = (of: (worker: WorkerRecord) => number): number =>
    workers.reduce((total, worker) => total + of(worker), 0);
  const batches = sum((worker) => worker.completionBatches);
  const batch = batches === 0 ? '-' : (sum((worker) => worker.ios) / batches).toFixed(1);
  const parts = [
    `${workers.length}${cpus.length === 0 ? ' (not pinned)' : ` on CPU${new Set(cpus).size === 1 ? '' : 's'} ${formatCpuList(cpus)}`}`,
    collections(workers),
    `empty polls ${formatCount(sum((worker) => worker.emptyPolls))}`,
    `I/Os per reap ${batch}`,
  ];
  const ios = sum((worker) => worker.ios);
  if (ios > 0 && workers.every((worker) => worker.cpuTimeNs !== undefined))
    parts.push(`CPU per I/O ${formatLatency(sum((worker) => worker.cpuTimeNs ?? 0) / ios)}`);
  const sleeps = sum((worker) => worker.sleeps ?? 0);
  if (sleeps > 0) parts.push(`slept ${formatCount(sleeps)} times`);
  if (workers.some((worker) => worker.involuntaryContextSwitches !== undefined))
    parts.push(`preempted ${formatCount(sum((worker) => worker.involuntaryContextSwitches ?? 0))}`);
  return parts.join(', ');
}

function errorTexts(job: JobRecord): string[] {
  const { byStatus, timeouts, unexpectedCompletions } = job.errors;
  const texts = byStatus.map(
    (entry) =>
      `${formatCount(entry.count)} × ${sanitize(entry.status)}, first at LBA ${formatCount(entry.firstSlba)}`,
  );
  if (timeouts > 0) texts.push(`${formatCount(timeouts)} without a completion`);
  if (unexpectedCompletions > 0)
    texts.push(`${plural(unexpectedCompletions, 'completion')} of no outstanding command`);
  return texts;
}

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

/** Lines on all repeats of a job: each figure's mean, and the standard deviation of the repeats. */
export function repeatLines(repeats: readonly JobRecord[], width: number): string[] {
  return summarizeRepeats(repeats).flatMap(({ direction, repeats: count, iops, meanNs, p99Ns }) => {
    const parts = [
      `${direction} IOPS ${spreadText(iops, formatIops)}`,
      `mean ${spreadText(meanNs, formatLatency)}`,
      ...(p99Ns === undefined ? [] : [`p99 ${spreadText(p99Ns, formatLatency)}`]),
      `over ${count} repeats`,
    ];
    return labelled('repeats', parts.join(', '), LABEL_WIDTH, width);
  });
}

/**
 * Lines on one job: what ran (with `place` where it is not empty, sanitized), the table of its operations,
 * its workers, its errors and `warnings`.
 */
export function jobLines(
  job: JobRecord,
  place: string,
  paint: Paint,
  width: number,
  warnings: readonly ResultWarning[] = job.warnings,
): string[] {
  const lines = [...headline(job, place, paint, width), ...operationTable(job, paint, width)];
  if (job.workers.length > 0)
    lines.push(...labelled('workers', workersText(job.workers), LABEL_WIDTH, width));
  for (const text of errorTexts(job)) {
    lines.push(...labelled('error', text, LABEL_WIDTH, width).map((line) => paint('red', line)));
  }
  for (const warning of warnings) lines.push(...warningLines(warning, paint, width));
  return lines;
}
