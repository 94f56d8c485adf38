/** Puts what a run counted into the result document that every report reads. */
import { decodeStatus, type EngineWarning, type SmartLog, statusName } from '../engine/index.js';
import { HISTOGRAM_LENGTH } from '../engine/stats/histogram.js';
import { totalCountOf } from '../engine/stats/percentiles.js';
import type { WorkerResult } from '../engine/worker/index.js';
import {
  type BenchResult,
  buildDirection,
  buildErrors,
  buildSmart,
  buildWorker,
  type DeviceRecord,
  type JobRecord,
  plural,
  SCHEMA_VERSION,
  type StatusRecord,
  type StopReason,
  TIMESTAMP_NOTE,
} from '../reports/index.js';
import { isMixed } from './config/run-config.js';
import { hostFacts } from './environment/host.js';
import { toolVersion } from './environment/tool.js';
import type { JobOutcome } from './job-run.js';
import type { OpenDevice } from './plan.js';

const BASE_PAGE_BYTES = 4096;

/** What identifies a device in the document, with its SMART log before the run where it has one. */
export function deviceRecord(device: OpenDevice, smartBefore?: SmartLog): DeviceRecord {
  const { controller, namespace } = device;
  const { identity } = controller;
  const { maxTransferBytes } = controller;
  const arenaPageBytes = controller.arena.pageSizeBytes;
  return {
    target: device.target,
    transport: controller.device.kind,
    software: controller.device.software,
    modelNumber: identity.modelNumber,
    serialNumber: identity.serialNumber,
    firmwareRevision: identity.firmwareRevision,
    pciVendorId: identity.pciVendorId,
    nvmeVersion: controller.version,
    namespaceId: namespace.nsid,
    capacityBytes: namespace.sizeBytes,
    lbaBytes: namespace.lbaBytes,
    metadataBytes: namespace.metadataBytes,
    mdtsBytes: Number.isFinite(maxTransferBytes) ? maxTransferBytes : null,
    numaNode: controller.device.numaNode,
    maxQueueEntries: controller.capabilities.maxQueueEntries,
    hugepageBytes: arenaPageBytes > BASE_PAGE_BYTES ? arenaPageBytes : 0,
    pageSizeBytes: controller.pageBytes,
    ...(smartBefore ? { smartBefore: buildSmart(smartBefore) } : {}),
  };
}

/** The document of a run that has not yet done a job. */
export function emptyResult(
  config: unknown,
  devices: DeviceRecord[],
  warnings: readonly EngineWarning[],
): BenchResult {
  const { kernelCommandLine = '', governor = null, smt = null, ...host } = hostFacts();
  const now = new Date().toISOString();
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'nvbench', version: toolVersion() },
    complete: false,
    startedAt: now,
    endedAt: now,
    config: config as BenchResult['config'],
    host: { ...host, kernelCommandLine, governor, smt },
    devices,
    warnings: foldWarnings(warnings),
    jobs: [],
  };
}

function foldWarnings(warnings: readonly EngineWarning[]): EngineWarning[] {
  return [
    ...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, { ...warning }])).values(),
  ];
}

function statusRecord({ status, count, firstSlba }: WorkerResult['statuses'][number]): StatusRecord {
  const { statusCodeType, statusCode, doNotRetry } = decodeStatus(status);
  return { status: statusName(status), statusCodeType, statusCode, doNotRetry, count, firstSlba };
}

const SEVERITY: readonly StopReason[] = [
  'device-lost',
  'timeout',
  'errors',
  'interrupted',
  'number_ios',
  'runtime',
];

function stopReasonOf(outcome: JobOutcome): StopReason {
  const reasons = outcome.workers.map((worker) => worker.stopReason);
  const worst = SEVERITY.find((reason) => (reasons as StopReason[]).includes(reason)) ?? 'runtime';
  const { config } = outcome.planned;
  const bySize = worst === 'number_ios' && config.numberIos === undefined;
  return bySize ? 'size' : worst;
}

/** The record of one job on one device. */
export function jobRecord(outcome: JobOutcome): JobRecord {
  const { planned, workers, counts, startedAt } = outcome;
  const { config, spec, repeat } = planned;
  const elapsedNs = Math.max(...workers.map((worker) => worker.elapsedNs));
  const statuses = workers.flatMap((worker) => worker.statuses);
  const failed = (write: boolean): number =>
    statuses.filter((s) => s.write === write).reduce((sum, s) => sum + s.count, 0);
  const direction = (write: boolean) => {
    const part = counts.subarray(write ? HISTOGRAM_LENGTH : 0, write ? undefined : HISTOGRAM_LENGTH);
    if (totalCountOf(part) === 0 && failed(write) === 0) return {};
    return { [write ? 'write' : 'read']: buildDirection(part, spec.bsBytes, elapsedNs, failed(write)) };
  };
  const sum = (of: (worker: WorkerResult) => number): number =>
    workers.reduce((total, w) => total + of(w), 0);
  return {
    name: config.name,
    ...config.sweep,
    ...(repeat.count > 1 ? { repeat } : {}),
    target: planned.device.target,
    rw: config.rw,
    ...(isMixed(config.rw) ? { rwmixread: config.rwmixread } : {}),
    bsBytes: spec.bsBytes,
    iodepth: spec.iodepth,
    numjobs: spec.numjobs,
    queuePairs: spec.queuePairs,
    completion: config.completion,
    seed: spec.seed,
    startedAt: startedAt.toISOString(),
    rampTimeMs: spec.rampTimeMs,
    elapsedNs,
    stopReason: stopReasonOf(outcome),
    directions: { ...direction(false), ...direction(true) },
    errors: buildErrors(
      statuses.map(statusRecord),
      sum((w) => w.lostIos),
      sum((w) => w.unexpectedCompletions),
    ),
    workers: workers.map(buildWorker),
    timestampNote: TIMESTAMP_NOTE,
    warnings: jobWarnings(outcome),
  };
}

function jobWarnings({ planned, workers }: JobOutcome): EngineWarning[] {
  const warnings: EngineWarning[] = [];
  const collections = workers.reduce((sum, w) => sum + w.garbageCollections, 0);
  if (collections > 0) {
    warnings.push({
      code: 'garbage-collected-while-measuring',
      message: `${plural(collections, 'garbage collection')} within the measured time`,
      advice: 'lengthen ramp_time; otherwise the tail latencies include pauses of the tool',
    });
  }
  if (planned.spec.yieldWhenIdle) {
    warnings.push({
      code: 'fewer-cpus-than-threads',
      message: 'busy threads outnumber the CPUs: workers give their CPU away between polls',
      advice: 'use fewer numjobs or more CPUs; latencies include the wait for a CPU',
    });
  }
  return warnings;
}
