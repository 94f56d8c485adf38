/** What every imported result has in common: a document of this tool's own, marked with what the other did not say. */

import {
  type BenchResult,
  endedAsAsked,
  type HostRecord,
  type JobRecord,
  type LatencyNs,
  type ResultWarning,
  SCHEMA_VERSION,
} from '../document/result.js';
import { WITHOUT_ERRORS } from '../document/uncounted.js';
import { ReportError } from '../report-error.js';

/** What the user adds to a text that does not say it. */
export interface ImportOptions {
  /** Of the nvbench that imports. */
  readonly toolVersion: string;
  /** Taken for the end of the run where the text has no time. */
  readonly importedAt: Date;
  /** What the jobs ran on; the document's own name for it where absent. */
  readonly target?: string | undefined;
  /** The rest for texts that have none of it. */
  readonly job?: string | undefined;
  readonly rw?: string | undefined;
  readonly bsBytes?: number | undefined;
  readonly iodepth?: number | undefined;
  readonly runtimeMs?: number | undefined;
}

export function importError(reason: string, hint: string): ReportError {
  return new ReportError('IMPORT_UNREADABLE', reason, hint);
}

export const WITHOUT_HISTOGRAM: ResultWarning = {
  code: 'imported-without-histogram',
  message: 'the imported text has no histogram: percentiles are as printed, others are not known',
  advice: 'run fio with --output-format=json+, spdk_nvme_perf with -LL',
};

export const WITHOUT_PERCENTILES: ResultWarning = {
  code: 'imported-without-percentiles',
  message: 'the imported text has no percentiles of the job, at most mean, lowest and highest latency',
  advice: 'run spdk_nvme_perf with -L or -LL, fio without disable_clat',
};

export const WITHOUT_LATENCY: ResultWarning = {
  code: 'imported-without-latency',
  message: 'the imported text has no latencies: they were not taken',
  advice: 'run fio without gtod_reduce and disable_lat',
};

export const WITHOUT_ERROR_COUNTS: ResultWarning = {
  code: WITHOUT_ERRORS,
  message: 'the imported text does not report errors: that there are none is not known',
  advice: 'look at what the tool wrote beside it; a gate on errors is invalid',
};

export const ESTIMATED_IOS: ResultWarning = {
  code: 'imported-estimated-ios',
  message: 'the imported text does not count the I/Os: their number is the product of IOPS and time',
  advice: 'compare rates; fio counts them from 2.2 on',
};

/** `inBins` I/Os in the buckets where so many are stated. */
export function binsDisagree(inBins: number, stated: number): ResultWarning {
  return {
    code: 'imported-bins-disagree',
    message: `the buckets of the imported text hold ${inBins} I/Os, and it states ${stated}: percentiles are of those in the buckets`,
    advice: 'go by IOPS, mean and highest latency, which are as the tool states them',
  };
}

/** `width`: of a bucket, for example `1.6 %` of its latency. */
export function coarseHistogram(width: string): ResultWarning {
  return {
    code: 'imported-coarse-histogram',
    message: `the imported histogram has buckets ${width} wide: percentiles computed from it are that exact`,
    advice: 'differences below that say nothing',
  };
}

const MISSING: readonly ResultWarning[] = [
  {
    code: 'imported-without-host',
    message: 'the imported text does not describe the host: kernel, CPU, governor',
    advice: 'compare it only with runs that you know to be of the same host and settings',
  },
  {
    code: 'imported-without-device',
    message: 'the imported text does not describe the device: model, firmware, format, fill state',
    advice: 'compare it only with runs that you know to be of the same device and state',
  },
];

/** Latencies whose percentiles, named by their bucket, do not go beyond the highest latency itself. */
export function withinMax<T extends LatencyNs>(latencyNs: T): T {
  const { max = Number.POSITIVE_INFINITY } = latencyNs;
  const capped = Object.entries(latencyNs).map(([name, ns]) => [
    name,
    name.startsWith('p') ? Math.min(ns, max) : ns,
  ]);
  return Object.fromEntries(capped) as T;
}

export interface ImportedParts {
  readonly tool: string;
  readonly version: string;
  /** None, or several: those of the jobs' `hostIndex`. */
  readonly hostnames?: readonly string[];
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly config: BenchResult['config'];
  /** What was asked, where the text says it by options that no fields have. */
  readonly workload?: BenchResult['workload'];
  readonly jobs: JobRecord[];
  /** Beside those of any import. */
  readonly warnings?: readonly ResultWarning[];
}

/** Of a host nothing but its name is known. */
function namedHost(hostname: string): HostRecord {
  return {
    hostname,
    kernel: '',
    kernelCommandLine: '',
    cpuModel: '',
    cpuCount: 0,
    governor: null,
    smt: null,
    memoryBytes: 0,
    node: '',
    v8: '',
  };
}

export function importedDocument(parts: ImportedParts, { toolVersion }: ImportOptions): BenchResult {
  const hosts = (parts.hostnames ?? []).map(namedHost);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'nvbench', version: toolVersion },
    complete: parts.jobs.every(endedAsAsked),
    startedAt: parts.startedAt.toISOString(),
    endedAt: parts.endedAt.toISOString(),
    config: parts.config,
    ...(parts.workload === undefined ? {} : { workload: parts.workload }),
    host: hosts[0] ?? namedHost(''),
    ...(hosts.length < 2 ? {} : { hosts }),
    imported: { tool: parts.tool, version: parts.version },
    devices: [],
    warnings: [...MISSING, ...(parts.warnings ?? [])],
    jobs: parts.jobs,
  };
}
