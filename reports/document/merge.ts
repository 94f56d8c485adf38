/** Results of several hosts or runs as one document. */

import { sanitize } from '../render/terminal.js';
import { ReportError } from '../report-error.js';
import { highestOf } from '../statistics/extremes.js';
import { buildErrors, combineOperations, combineResponses, joinFigures } from './build.js';
import { canonical, digestOf, distinct } from './canonical.js';
import { type HistogramReader, readingHistograms } from './histograms.js';
import { JOB_FIELDS, settingsText, withSettings } from './job-workload.js';
import { byOperation, entriesOf } from './operations.js';
import {
  type BenchResult,
  type DeviceRecord,
  type HostRecord,
  type JobRecord,
  type OperationRecord,
  type ResultWarning,
  SCHEMA_VERSION,
  type StopReason,
} from './result.js';
import { placeKey } from './rows.js';
import { runsInOrder } from './runs.js';

export interface MergeOptions {
  /** Of the nvbench that merges. */
  readonly toolVersion: string;
  /** Add up jobs of the same name, target and settings; otherwise each stays. */
  readonly sum: boolean;
  /** Of the results, for messages. */
  readonly names?: readonly string[];
}

const NS_PER_SECOND = 1e9;

type Placed<T> = T & { hostIndex?: number | undefined };

const hostsOf = ({ host, hosts = [host] }: BenchResult): readonly HostRecord[] => hosts;

/** A machine keeps its name when its kernel or Node.js changes. Those of imports may have none. */
function hostKey(host: HostRecord): string {
  return host.hostname === '' ? canonical(host) : `name ${host.hostname}`;
}

/** Distinct hosts of all results, and for each result the place there of each of its own. */
function placeHosts(results: readonly BenchResult[]): { hosts: HostRecord[]; places: number[][] } {
  const hosts: HostRecord[] = [];
  const known = new Map<string, number>();
  const places = results.map((result) =>
    hostsOf(result).map((each) => {
      const place = known.get(hostKey(each)) ?? hosts.push(each) - 1;
      known.set(hostKey(each), place);
      return place;
    }),
  );
  return { hosts, places };
}

/** A host that changed between the runs, or two that share a name. */
function hostWarnings(results: readonly BenchResult[], hosts: readonly HostRecord[]): ResultWarning[] {
  const kept = new Set(hosts.map(canonical));
  const others = results.flatMap(hostsOf).filter((each) => !kept.has(canonical(each)));
  return [...new Set(others.map(({ hostname }) => hostname))].map((hostname) => ({
    code: 'merged-hosts-differ',
    message: `${hostname} was not the same in all merged results: kernel, Node.js or settings differ; the first is shown`,
    advice: 'look at the results one by one; machines that share a name cannot be told apart',
  }));
}

/** Without the settings, of which one document may know more than another, and the number of its run. */
function measuredOf({
  workload: _workload,
  seedPolicy: _policy,
  run: _run,
  ...measured
}: JobRecord): unknown {
  return measured;
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
        `${sanitize(job.name)} on ${sanitize(job.target)}, begun ${job.startedAt}, is in two of them`,
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

/** Moves what a result says of its hosts to the places of all hosts. A job that is a sum over hosts stays so. */
function placed<T>(item: Placed<T>, result: BenchResult, places: readonly number[]): Placed<T> {
  if (result.hosts === undefined) return { ...item, hostIndex: places[0] };
  return item.hostIndex === undefined ? item : { ...item, hostIndex: places[item.hostIndex] };
}

/** What stays the same while a device runs. */
function identityOf(device: DeviceRecord): unknown {
  const { smartBefore: _before, smartAfter: _after, utilizationBytes: _used, ...identity } = device;
  return identity;
}

/** One record for each device of each host, with its SMART log before the first run and after the last. */
function mergeDevices(devices: readonly DeviceRecord[]): DeviceRecord[] {
  const merged = new Map<string, DeviceRecord>();
  for (const device of devices) {
    const key = canonical(identityOf(device));
    const known = merged.get(key);
    const { smartBefore, smartAfter = known?.smartAfter } = device;
    const before = known?.smartBefore ?? smartBefore;
    merged.set(key, {
      ...(known ?? device),
      ...(before === undefined ? {} : { smartBefore: before }),
      ...(smartAfter === undefined ? {} : { smartAfter }),
    });
  }
  return [...merged.values()];
}

/** A device that was exchanged, or changed, between the runs. */
function deviceWarnings(devices: readonly DeviceRecord[]): ResultWarning[] {
  const seen = new Set<string>();
  const twice = devices.filter((device) => seen.size === seen.add(placeKey(device)).size);
  return twice.map(({ target }) => ({
    code: 'merged-devices-differ',
    message: `${target} was not the same device, firmware or format in all merged results`,
    advice: 'merge only results of the same device, or look at them one by one',
  }));
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

const SEVERITY: readonly StopReason[] = ['error', 'device-lost', 'timeout', 'errors', 'interrupted'];

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
  const { seed, seedPolicy, workload, hostIndex, run, ...rest } = jobs[0];
  const { intervals: _intervals, intervalNs: _intervalNs, figures: _figures, ...first } = rest;
  const figures = joinFigures(jobs, how);
  const settings = jobs.every((job) => settingsText(job) !== undefined) ? { workload, seedPolicy } : {};
  const all = <T>(of: (job: JobRecord) => T): T[] => jobs.map(of);
  const sum = (of: (job: JobRecord) => number): number => all(of).reduce((total, each) => total + each, 0);
  const worst = SEVERITY.find((reason) => jobs.some(({ stopReason }) => stopReason === reason));
  return {
    ...first,
    ...settings,
    ...(new Set(all((job) => job.seed)).size === 1 && seed !== undefined ? { seed } : {}),
    ...(new Set(all((job) => job.hostIndex)).size === 1 && hostIndex !== undefined ? { hostIndex } : {}),
    ...(new Set(all((job) => job.run)).size === 1 && run !== undefined ? { run } : {}),
    ...(figures === undefined ? {} : { figures }),
    sumOf: sum((job) => job.sumOf ?? 1),
    startedAt: all((job) => job.startedAt).reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a)),
    stopReason: worst ?? first.stopReason,
    errors: buildErrors(
      jobs.flatMap(({ errors }) => errors.byStatus),
      sum(({ errors }) => errors.timeouts),
      sum(({ errors }) => errors.unexpectedCompletions),
    ),
    workers: jobs.flatMap(({ workers }) => workers).map((worker, index) => ({ ...worker, index })),
    warnings: distinct(jobs.flatMap(({ warnings }) => warnings)),
    ...(jobs.some(({ partial }) => partial) ? { partial: true as const } : {}),
  };
}

/** Jobs of one host, which ran one after another: measured times add up, and rates are over all of it. */
function sumInTurn(jobs: readonly JobRecord[], reader: HistogramReader): JobRecord {
  if (jobs.length === 1) return jobs[0];
  const elapsedNs = jobs.reduce((sum, job) => sum + job.elapsedNs, 0);
  const directions = combined(jobs, (parts) => operationInTurn(parts, elapsedNs, reader));
  return { ...joined(jobs, 'in turn'), elapsedNs, directions, response: combineResponses(jobs, reader) };
}

/** Jobs of several hosts, which ran side by side: rates add up. */
function sumOfHosts(jobs: readonly JobRecord[], reader: HistogramReader): JobRecord {
  if (jobs.length === 1) return jobs[0];
  const elapsedNs = highestOf(jobs.map((job) => job.elapsedNs));
  const directions = combined(jobs, (parts) => combineOperations(parts, reader));
  return { ...joined(jobs, 'side by side'), elapsedNs, directions, response: combineResponses(jobs, reader) };
}

function grouped<T>(items: readonly T[], key: (item: T) => string | number | undefined): T[][] {
  const groups = new Map<string | number | undefined, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
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
  const workloads = distinct(results.map(({ workload }) => workload));
  const configs = distinct(results.map(({ config }) => config));
  checkOnce(jobs);
  const imported = importedOf(results);
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
    warnings: distinct([
      ...results.flatMap(({ warnings }) => warnings),
      ...hostWarnings(results, hosts),
      ...deviceWarnings(devices),
      ...(imported || alikeAsWritten ? [] : settingsWarnings(groups)),
    ]),
    jobs: readingHistograms(documents, (reader) => sumJobs(groups, reader)),
  };
}
