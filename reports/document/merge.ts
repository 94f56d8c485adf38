/** Results of several hosts or runs as one document. */

import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';
import { highestOf } from '../statistics/extremes.js';
import { buildErrors, combineOperations, combineResponses, joinFigures } from './build.js';
import { digestOf, distinct } from './canonical.js';
import { combineGaps } from './gaps.js';
import { grouped } from './grouped.js';
import { type HistogramReader, readingHistograms } from './histograms.js';
import { JOB_FIELDS, settingsText, withSettings } from './job-workload.js';
import type { LatencyMonitorRecord } from './latency-monitor.js';
import {
  deviceWarnings,
  hostWarnings,
  mergeDevices,
  type Placed,
  placed,
  placeHosts,
} from './merged-machines.js';
import { timeWarnings } from './merged-times.js';
import { byOperation, entriesOf } from './operations.js';
import { worstVerdict } from './proof.js';
import {
  type BenchResult,
  type DeviceRecord,
  type JobRecord,
  type OperationRecord,
  type ResultWarning,
  SCHEMA_VERSION,
  type StopReason,
} from './result.js';
import { firstStart, runsInOrder } from './runs.js';

export interface MergeOptions {
  /** Of the nvbench that merges. */
  readonly toolVersion: string;
  /** Add up jobs of the same name, target and settings; otherwise each stays. */
  readonly sum: boolean;
  /** Of the results, for messages. */
  readonly names?: readonly string[];
}

const NS_PER_SECOND = 1e9;

/** Without the settings, of which one document may know more than another, and the number of its run. */
function measuredOf({
  workload: _workload,
  seedPolicy: _policy,
  run: _run,
  ...measured
}: JobRecord): unknown {
  return measured;
}

/** An import may take its time from when it was made, which tells no runs apart. */
function withTimesThatTell({ imported, jobs }: BenchResult): readonly JobRecord[] {
  return imported === undefined ? jobs : jobs.map((job) => ({ ...job, startedAt: '' }));
}

/** Throws ReportError where the same measurement would count twice. */
function checkOnce(jobs: readonly JobRecord[]): void {
  const keyed = grouped(jobs, (job) =>
    JSON.stringify([job.name, job.target, job.hostIndex, job.repeat, job.startedAt]),
  );
  for (const alike of keyed) {
    if (alike.length < 2) continue;
    const seen = new Set<string>();
    const job = alike.find((each) => seen.size === seen.add(digestOf(measuredOf(each))).size);
    if (job !== undefined)
      throw new ReportError(
        'MERGED_TWICE',
        `${sanitize(job.name)} on ${sanitize(job.target)}${job.startedAt && `, begun ${job.startedAt},`} is in two of them`,
        'give each result once',
      );
  }
}

/** Where any was imported: what measured them, all together. */
function importedOf(results: readonly BenchResult[]): BenchResult['imported'] {
  if (results.every(({ imported }) => imported === undefined)) return undefined;
  const parts = distinct(results.map(({ tool, imported }) => imported ?? tool)).map(
    ({ version, ...part }) => ({ version, tool: 'tool' in part ? part.tool : part.name }),
  );
  const [{ tool }] = parts;
  if (parts.every((part) => part.tool === tool))
    return { tool, version: parts.map(({ version }) => version).join(', ') };
  return { tool: parts.map((part) => `${part.tool} ${part.version}`.trim()).join(' and '), version: '' };
}

/** What jobs must share to be added up, as far as every document tells it. */
function keyOf(job: JobRecord): string {
  const { name, target, repeat, parameters } = job;
  return JSON.stringify([name, target, repeat, parameters, ...JOB_FIELDS.map(({ of }) => of(job))]);
}

/** A job whose settings are not all known goes with the others where these are all alike. */
function bySettings(jobs: readonly JobRecord[]): JobRecord[][] {
  const known = grouped(
    jobs.filter((job) => settingsText(job) !== undefined),
    settingsText,
  );
  const unknown = jobs.filter((job) => settingsText(job) === undefined);
  if (unknown.length === 0) return known;
  return known.length < 2 ? [[...jobs]] : [...known, unknown];
}

/** Jobs that are added up although not all settings of each are known. */
function settingsWarnings(groups: readonly (readonly JobRecord[])[]): ResultWarning[] {
  const names = groups
    .filter((same) => same.length > 1 && same.some((job) => settingsText(job) === undefined))
    .map(([{ name }]) => sanitize(name));
  return [...new Set(names)].map((name) => ({
    code: 'merged-settings-unknown',
    message: `not every result records all settings of ${name}, such as size and offset: they are taken to be the same`,
    advice: 'look at the configurations; merge without --sum where they differ',
  }));
}

const SEVERITY: readonly StopReason[] = [
  'error',
  'device-lost',
  'timeout',
  'errors',
  'verify',
  'interrupted',
];

/** An operation of jobs that ran one after the other, `elapsedNs` in all. */
function operationInTurn(
  parts: readonly OperationRecord[],
  elapsedNs: number,
  reader: HistogramReader,
): OperationRecord {
  const all = combineOperations(parts, reader);
  const rate = (total: number): number => (elapsedNs > 0 ? (total * NS_PER_SECOND) / elapsedNs : 0);
  return { ...all, iops: rate(all.ios), bandwidthBytesPerSecond: rate(all.bytes) };
}

type Combine = (parts: readonly OperationRecord[]) => OperationRecord;

function combined(jobs: readonly JobRecord[], combine: Combine): JobRecord['directions'] {
  return byOperation((name) => {
    const parts = jobs.flatMap(({ directions }) => directions[name] ?? []);
    return parts.length === 0 ? undefined : combine(parts);
  });
}

/** The facts of jobs together. */
function joined(jobs: readonly JobRecord[], how: Parameters<typeof joinFigures>[1]): JobRecord {
  const {
    seed,
    seedPolicy,
    workload,
    hostIndex,
    run,
    operationsHash,
    search: _search,
    slowest: _slowest,
    log: _log,
    proof: _proof,
    steady: _steady,
    verification: _verification,
    verdict: _verdict,
    ...rest
  } = jobs[0];
  const { intervals: _intervals, intervalNs: _intervalNs, figures: _figures, ...first } = rest;
  const figures = joinFigures(jobs, how);
  const settings = jobs.every((job) => settingsText(job) !== undefined) ? { workload, seedPolicy } : {};
  const all = <T>(of: (job: JobRecord) => T): T[] => jobs.map(of);
  const sum = (of: (job: JobRecord) => number): number => all(of).reduce((total, each) => total + each, 0);
  const verdict = worstVerdict(all((job) => job.verdict));
  const worst = SEVERITY.find((reason) => jobs.some(({ stopReason }) => stopReason === reason));
  return {
    ...first,
    ...settings,
    ...(new Set(all((job) => job.seed)).size === 1 && seed !== undefined ? { seed } : {}),
    ...(new Set(all((job) => job.hostIndex)).size === 1 && hostIndex !== undefined ? { hostIndex } : {}),
    ...(new Set(all((job) => job.run)).size === 1 && run !== undefined ? { run } : {}),
    ...(operationsHash !== undefined && distinct(all((job) => job.operationsHash)).length === 1
      ? { operationsHash }
      : {}),
    ...(figures === undefined ? {} : { figures }),
    ...(verdict === undefined ? {} : { verdict }),
    sumOf: sum((job) => job.sumOf ?? 1),
    startedAt: firstStart(jobs),
    stopReason: worst ?? first.stopReason,
    errors: buildErrors(
      jobs.flatMap(({ errors }) => errors.byStatus),
      sum(({ errors }) => errors.timeouts),
      sum(({ errors }) => errors.unexpectedCompletions),
    ),
    ...(jobs.some(({ recovery }) => recovery) ? { recovery: jobs.flatMap((job) => job.recovery ?? []) } : {}),
    workers: jobs.flatMap(({ workers }) => workers).map((worker, index) => ({ ...worker, index })),
    warnings: distinct(jobs.flatMap(({ warnings }) => warnings)),
    ...(jobs.some(({ partial }) => partial) ? { partial: true as const } : {}),
  };
}

/** What jobs together have as one over all their operations. */
function histogramsOf(
  jobs: readonly JobRecord[],
  reader: HistogramReader,
): Pick<JobRecord, 'response' | 'gaps'> {
  return { response: combineResponses(jobs, reader), gaps: combineGaps(jobs, reader) };
}

/** Jobs of one host, which ran one after another: measured times add up, and rates are over all of it. */
function sumInTurn(jobs: readonly JobRecord[], reader: HistogramReader): JobRecord {
  if (jobs.length === 1) return jobs[0];
  const elapsedNs = jobs.reduce((sum, job) => sum + job.elapsedNs, 0);
  const directions = combined(jobs, (parts) => operationInTurn(parts, elapsedNs, reader));
  return { ...joined(jobs, 'in turn'), elapsedNs, directions, ...histogramsOf(jobs, reader) };
}

/** Jobs of several hosts, which ran side by side: rates add up. */
function sumOfHosts(jobs: readonly JobRecord[], reader: HistogramReader): JobRecord {
  if (jobs.length === 1) return jobs[0];
  const elapsedNs = highestOf(jobs.map((job) => job.elapsedNs));
  const directions = combined(jobs, (parts) => combineOperations(parts, reader));
  return { ...joined(jobs, 'side by side'), elapsedNs, directions, ...histogramsOf(jobs, reader) };
}

function checkHistograms(jobs: readonly JobRecord[]): void {
  for (const { name, directions } of jobs) {
    if (entriesOf(directions).every(([, { histogram }]) => histogram)) continue;
    throw new ReportError(
      'NO_HISTOGRAM',
      `${sanitize(name)} was imported without a histogram, which the sum is made of`,
      'merge without --sum',
    );
  }
}

function sumJobs(groups: readonly (readonly JobRecord[])[], reader: HistogramReader): JobRecord[] {
  for (const same of groups) if (same.length > 1) checkHistograms(same);
  return groups.map((same) => {
    const ofHosts = grouped(same, (job) => job.hostIndex).map((jobs) => sumInTurn(jobs, reader));
    return sumOfHosts(ofHosts, reader);
  });
}

/**
 * One document of the jobs of all results (one at least), in their order, each with the place of its host. With `sum`,
 * jobs of the same name, target and settings become one: of the same host as run one after another, of different
 * hosts as run side by side. Throws ReportError where a job is given twice, or one to be summed has no histogram.
 */
export function mergeResults(
  results: readonly BenchResult[],
  { toolVersion, sum, names }: MergeOptions,
): BenchResult {
  const { hosts, places } = placeHosts(results);
  const all = <T>(of: (result: BenchResult) => readonly Placed<T>[]): Placed<T>[] =>
    results.flatMap((result, i) => of(result).map((item) => placed(item, result, places[i])));
  const devices = mergeDevices(all<DeviceRecord>((result) => result.devices));
  const runs = runsInOrder(results);
  const jobs = all<JobRecord>((result) => result.jobs.map((job) => withSettings(result, job))).map(
    (job, i): JobRecord => ({ ...job, run: runs[i] }),
  );
  const purges = results.flatMap((result) => result.purges ?? []);
  const workloads = distinct(results.map(({ workload }) => workload));
  const configs = distinct(results.map(({ config }) => config));
  checkOnce(all(withTimesThatTell));
  const imported = importedOf(results);
  const monitors = all<LatencyMonitorRecord>((result) => result.latencyMonitors ?? []);
  const documents = results.map((result, i) => ({ result, ...(names ? { name: names[i] } : {}) }));
  const groups = sum ? grouped(jobs, keyOf).flatMap(bySettings) : jobs.map((job) => [job]);
  const alikeAsWritten = configs.length === 1;
  const interrupted = results.find((result) => result.interrupted)?.interrupted;
  const times = (of: (result: BenchResult) => string): string[] =>
    results.map(of).sort((a, b) => Date.parse(a) - Date.parse(b));
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'nvbench', version: toolVersion },
    complete: results.every(({ complete }) => complete),
    ...(interrupted === undefined ? {} : { interrupted }),
    startedAt: times(({ startedAt }) => startedAt)[0],
    endedAt: times(({ endedAt }) => endedAt)[results.length - 1],
    config: configs.length === 1 ? configs[0] : { merged: configs },
    ...(workloads.length === 1 && workloads[0] !== undefined ? { workload: workloads[0] } : {}),
    host: hosts[0],
    hosts,
    ...(imported === undefined ? {} : { imported }),
    devices,
    ...(purges.length === 0 ? {} : { purges }),
    ...(monitors.length === 0 ? {} : { latencyMonitors: monitors }),
    warnings: distinct([
      ...results.flatMap(({ warnings }) => warnings),
      ...hostWarnings(results, hosts),
      ...deviceWarnings(devices),
      ...(imported || alikeAsWritten ? [] : settingsWarnings(groups)),
      ...timeWarnings(groups),
    ]),
    jobs: readingHistograms(documents, (reader) => sumJobs(groups, reader)),
  };
}
