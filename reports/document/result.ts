/**
 * The result document: what `nvbench run` writes and every view reads. Plain JSON; the types are inferred from the
 * schema. A change that an older reader would misread raises SCHEMA_VERSION; a new optional field does not.
 */
import { z } from 'zod';
import { attemptSchema } from './attempts.js';
import { calibrationSchema } from './calibration.js';
import { gapsSchema } from './gaps-record.js';
import { gateSchema } from './gate-record.js';
import { healthSchema } from './health-record.js';
import { latencyMonitorSchema } from './latency-monitor.js';
import { histogramSchema, latencySchema } from './latency-record.js';
import { amount, count, deviceSchema, hostIndex, hostSchema } from './machine.js';
import { operationFields } from './operations.js';
import { proofSchema, verdictSchema } from './proof.js';
import { purgeSchema } from './purge-record.js';
import { recoveryStepSchema } from './recovery-step.js';
import { roundsSchema } from './rounds-record.js';
import { searchSchema } from './search-record.js';
import { slowIoSchema } from './slow-ios.js';
import { steadySchema } from './steady-record.js';
import { stopReasonSchema } from './stop-reason.js';
import { sureSchema } from './sure-record.js';
import { verificationSchema } from './verification.js';

export type { HealthRecord, HealthSample } from './health-record.js';
export type {
  DeviceRecord,
  FlashRecord,
  HostRecord,
  KernelPathRecord,
  PcieLink,
  SmartRecord,
} from './machine.js';
export type { ProofCheck, VerdictRecord } from './proof.js';
export type { SearchRecord } from './search-record.js';
export type { SlowIoRecord } from './slow-ios.js';
export type { SteadyRecord } from './steady-record.js';
export { ASKED_ENDS, endedAsAsked, type StopReason } from './stop-reason.js';
export type { SureRecord } from './sure-record.js';

export const SCHEMA_VERSION = 1;

/** How the loop takes time; every document says it. */
export const TIMESTAMP_NOTE =
  'one timestamp per submit batch, before its doorbell, and one per reap batch, after the poll that found it';

/** Whole; beyond 2^53, which a week at 14 GB/s is, to 16 digits. */
const bytes = amount;
const isoTime = z.iso.datetime({ offset: true });

const warningSchema = z.object({ code: z.string(), message: z.string(), advice: z.string() });

const operationSchema = z.object({
  /** I/Os that completed with success. */
  ios: count,
  bytes,
  iops: amount,
  bandwidthBytesPerSecond: amount,
  errors: count,
  latencyNs: latencySchema,
  /** Absent only in imported results. */
  histogram: histogramSchema.optional(),
});

/** What completed and failed in one interval, of one operation. */
const intervalOperationSchema = z.object({
  ios: count,
  bytes,
  errors: count,
  histogram: histogramSchema,
});

/** A span of the measured time; from its beginning on. */
const intervalSchema = z.object({
  startNs: amount,
  endNs: amount,
  /** Absent where nothing completed and nothing failed. */
  ...operationFields(intervalOperationSchema),
});

const statusSchema = z.object({
  /** The specification's name, for example `LBA Out of Range (SCT 0h, SC 80h)`. */
  status: z.string(),
  statusCodeType: count,
  statusCode: count,
  doNotRetry: z.boolean(),
  count,
  firstSlba: count,
  /** When the first came, since the measured time began; absent where that was before, and in older documents. */
  firstNs: amount.optional(),
});

const errorsSchema = z.object({
  /** I/Os that completed with an error status, over all operations. */
  total: count,
  byStatus: z.array(statusSchema),
  /** I/Os that had no completion when their worker gave up. */
  timeouts: count,
  /** Completions that named no outstanding command: a broken device. */
  unexpectedCompletions: count,
});

/** What completed after the measured time had ended: it is in no rate and in no histogram. */
const drainSchema = z.object({
  ios: count,
  /** From the end of the measured time to the last completion. */
  durationNs: amount,
  maxLatencyNs: amount,
});

/** Of I/Os that had intended times: from those to the completion. */
const responseSchema = z.object({
  ios: count,
  latencyNs: latencySchema,
  histogram: histogramSchema.optional(),
});

const workerSchema = z.object({
  index: count,
  /** CPUs it may run on; empty where it is not pinned. */
  cpus: z.array(count),
  /** NUMA node of these CPUs; absent where the host does not say or they are on several. */
  numaNode: count.optional(),
  ios: count,
  reads: count,
  writes: count,
  elapsedNs: amount,
  /** CPU time of its thread while measuring. */
  cpuTimeNs: amount.optional(),
  /**
   * Threads of the kernel that submitted for its queues (SQPOLL); absent where there were none. The CPUs that they ran on last, and
   * their CPU time while measuring, absent where the kernel does not say.
   */
  submitters: z.object({ cpus: z.array(count).readonly(), cpuTimeNs: amount.optional() }).optional(),
  /**
   * Threads of the kernel that did I/O of its queues which would have blocked (io-wq); absent where there were none. How many, and
   * their CPU time while measuring, absent where it is not known.
   */
  blockedIo: z.object({ threads: count, cpuTimeNs: amount.optional() }).optional(),
  /** Instructions that its thread executed in user mode while measuring; or why they were not counted. */
  instructions: count.optional(),
  instructionsProblem: z.string().optional(),
  /** Times it slept for an interrupt. */
  sleeps: count.optional(),
  /** Sleeps that no interrupt ended though an I/O had completed. */
  lostInterrupts: count.optional(),
  garbageCollections: count,
  garbageCollectionMs: amount,
  heapGrowthBytes: z.number(),
  emptyPolls: count,
  completionBatches: count,
  /** I/Os of a completion batch, on average. */
  meanBatch: amount,
  involuntaryContextSwitches: count.optional(),
  /** How long its thread stood still within the measured time, in pauses of more than 10 ms. */
  pausedNs: amount.optional(),
  /** What its loop takes by itself. */
  calibration: calibrationSchema.optional(),
});

const jobSchema = z.object({
  /** The same for all repeats; in a sweep with its values, for example `sweep[bs=4k,iodepth=32]`. */
  name: z.string(),
  /** In a sweep: the name of the configured job, and the values of its matrix by key; sizes in bytes. */
  group: z.string().optional(),
  parameters: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  /** Which of the job's repeats this is, from 0; absent where it ran once. */
  repeat: z.object({ index: count, count }).optional(),
  /** In a merged document: which of the runs that it was made of this is from, from 0; absent in the sum of several. */
  run: count.optional(),
  /** The job was still running when this was written. */
  partial: z.literal(true).optional(),
  target: z.string(),
  /** Absent also where the job is the sum of jobs on several hosts. */
  hostIndex,
  /** How many jobs `nvbench merge --sum` made this one from. */
  sumOf: count.optional(),
  /** fio's name of the pattern, for example `randread`. */
  rw: z.string(),
  /** Percent of reads; absent where the pattern has one direction only. */
  rwmixread: z.number().min(0).max(100).optional(),
  bsBytes: count,
  iodepth: count,
  numjobs: count,
  queuePairs: count,
  /** How workers learned of completions; absent: by polling. */
  completion: z.enum(['poll', 'interrupt', 'hybrid']).optional(),
  /**
   * What is asked of the device, by the keys of the configuration and in one spelling: sizes in bytes, times as text. All
   * keys by which jobs are the same work; one that is absent is at its default. In imported results options of the other
   * tool that no field has, where its text says them. Absent in older ones, which have it in `workload` of the run, and in
   * the sum of jobs of which one does not know it.
   */
  workload: z.record(z.string(), z.json()).optional(),
  /** Absent in imported results, and in the sum of jobs with several. */
  seed: z.number().optional(),
  /** Where the seed comes from: `fixed` by the configuration, or the job's `own`. Absent as `workload` is. */
  seedPolicy: z.enum(['fixed', 'own']).optional(),
  /**
   * SHA-256, its first 16 digits, over the first I/Os of each worker, one worker after the other: opcode and length of each, 4
   * bytes, and its offset in bytes, 8 bytes, little-endian. Absent where a worker did not begin so many, in imported results,
   * and in older ones.
   */
  operationsHash: z.object({ version: count, value: z.string(), iosPerWorker: count }).optional(),
  startedAt: isoTime,
  rampTimeMs: amount,
  /** Measured time: of the worker that took longest, without the ramp. */
  elapsedNs: amount,
  stopReason: stopReasonSchema,
  /** By operation; version 1 began with reads and writes, hence the name. */
  directions: z.object(operationFields(operationSchema)),
  /** Width that the intervals have, but for the last one. */
  intervalNs: amount.optional(),
  /** In order and without gaps; their histograms add up to those of `directions`. */
  intervals: z.array(intervalSchema).optional(),
  /**
   * Amounts of the whole job that no other field has, by name: means over its measured time. Absent in imported results,
   * and in older ones.
   */
  figures: z.record(z.string(), amount).optional(),
  /** Absent where nothing was outstanding when the measured time ended, in imported results, and in older ones. */
  drain: drainSchema.optional(),
  /** Over all operations, where the job had a rate. */
  response: responseSchema.optional(),
  /** Where workers did not look, and the latencies without what was in flight then; absent in imported results, and in older ones. */
  gaps: gapsSchema.optional(),
  /** The slowest first, within the measured time; absent where they were not kept, while the job runs, and in sums of jobs. */
  slowest: z.array(slowIoSchema).optional(),
  /** Of a job that logged its I/Os: the file, how many records it has, and how many I/Os are not among them. */
  log: z.object({ file: z.string(), ios: count, droppedIos: count }).optional(),
  /** Of a job that searched: the record is of what it measured at what was found. */
  search: searchSchema.optional(),
  /** Of a job that was to become steady; absent in sums of jobs. */
  steady: steadySchema.optional(),
  /** Of a job that was to end once a metric is known well enough; absent in sums of jobs. */
  sure: sureSchema.optional(),
  health: healthSchema.optional(),
  /** Of a job that verifies what it reads; absent in sums of jobs. */
  verification: verificationSchema.optional(),
  /** Absent while the job runs, in imported results, in sums of jobs, and in older ones. */
  proof: proofSchema.optional(),
  /** Absent while the job runs, in imported results, and in older ones. */
  verdict: verdictSchema.optional(),
  errors: errorsSchema,
  /** In order; absent where every I/O came back in time. */
  recovery: z.array(recoveryStepSchema).optional(),
  workers: z.array(workerSchema),
  timestampNote: z.string(),
  warnings: z.array(warningSchema),
});

/** The whole document. `parseResult` reads one with better messages. */
export const resultSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.literal('nvbench'), version: z.string() }),
  /** Every job ran to its own end. */
  complete: z.boolean(),
  interrupted: z.object({ reason: z.string() }).optional(),
  /** One line of the configuration that says what the run is. */
  description: z.string().optional(),
  startedAt: isoTime,
  endedAt: isoTime,
  /** Of a run that was gone on with: the attempts before the last, which began at `resumedAt`. Absent of others. */
  attempts: z.array(attemptSchema).optional(),
  resumedAt: isoTime.optional(),
  /** The configuration as it was run, with defaults and overrides. */
  config: z.json(),
  /**
   * What it asks of the devices, complete and in one spelling: by this runs are compared. In imported results it is in
   * options of the other tool. Absent where its text has none, in merged results of several configurations, and in older ones.
   */
  workload: z.record(z.string(), z.json()).optional(),
  host: hostSchema,
  /** Every host of a merged document, `host` being the first. */
  hosts: z.array(hostSchema).optional(),
  /** Where another tool measured this. Then `host` has only what that tool says, the rest '' and 0. */
  imported: z.object({ tool: z.string(), version: z.string() }).optional(),
  devices: z.array(deviceSchema),
  /** In order; absent where there were none. */
  purges: z.array(purgeSchema).optional(),
  /** In order; absent where there were none, and in merged results. */
  rounds: z.array(roundsSchema).optional(),
  /** What drives counted themselves. Absent where nothing of it was given. */
  latencyMonitors: z.array(latencyMonitorSchema).optional(),
  warnings: z.array(warningSchema),
  /** Absent where the configuration has none, and in merged and imported results. */
  gates: z.array(gateSchema).optional(),
  jobs: z.array(jobSchema),
});

export type BenchResult = z.infer<typeof resultSchema>;
export type JobRecord = z.infer<typeof jobSchema>;
export type IntervalRecord = z.infer<typeof intervalSchema>;
export type IntervalOperation = z.infer<typeof intervalOperationSchema>;
export type OperationRecord = z.infer<typeof operationSchema>;
/** An operation that nvbench measured itself: nothing is absent. */
export type MeasuredOperation = OperationRecord &
  Required<Pick<OperationRecord, 'histogram'>> & { latencyNs: MeasuredLatencyNs };
export type LatencyNs = z.infer<typeof latencySchema>;
export type MeasuredLatencyNs = Required<LatencyNs>;
export type ErrorsRecord = z.infer<typeof errorsSchema>;
export type StatusRecord = z.infer<typeof statusSchema>;
export type WorkerRecord = z.infer<typeof workerSchema>;
export type GateRecord = z.infer<typeof gateSchema>;
export type ResultWarning = z.infer<typeof warningSchema>;
