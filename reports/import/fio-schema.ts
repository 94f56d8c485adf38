/** The parts of fio's JSON that are read. Fields may be missing, as versions and options differ. */
import { z } from 'zod';
import { MOST_AMOUNT } from '../document/machine.js';

const amount = z.number().nonnegative().max(MOST_AMOUNT);
const whole = z.number().int().nonnegative();
/** Milliseconds since the epoch, to the end of the year 9999, the last that a document can hold. */
const timeMs = z.number().positive().max(253_402_300_799_999);
const MAX_SECONDS = 1e9;
const options = z.record(z.string(), z.coerce.string()).default({});

const latencySchema = z.object({
  min: amount.optional(),
  max: amount.default(0),
  /** Not a number where too little was taken. */
  mean: amount.nullish(),
  stddev: amount.nullish(),
  N: whole.optional(),
  percentile: z.record(z.string(), amount).optional(),
  /** What they are named by differs by version. */
  bins: z.record(z.string(), whole).optional(),
});

const directionSchema = z.object({
  /** In KiB before 2.21. */
  io_bytes: amount.max(Number.MAX_SAFE_INTEGER).default(0),
  /** From 2.21 on. */
  io_kbytes: amount.optional(),
  /** KiB/s. */
  bw: amount.default(0),
  bw_bytes: amount.optional(),
  iops: amount.default(0),
  /** Milliseconds. */
  runtime: amount.max(MAX_SECONDS * 1000).default(0),
  /** From 2.2 on. */
  total_ios: whole.optional(),
  clat_ns: latencySchema.optional(),
  lat_ns: latencySchema.optional(),
  /** Of fio 2, in µs. */
  clat: latencySchema.optional(),
  lat: latencySchema.optional(),
});

const jobSchema = z.object({
  jobname: z.string(),
  groupid: z.number().optional(),
  error: z.number().default(0),
  total_err: whole.default(0),
  /** Seconds, rounded up, since fio began: with what ran before the job, `startdelay` and `ramp_time`. */
  elapsed: amount.max(MAX_SECONDS).default(0),
  /** Milliseconds without these, of newer versions; of clones that are reported as one those of all added up. */
  job_runtime: amount.max(MAX_SECONDS * 1000).optional(),
  /** Of newer versions. */
  job_start: timeMs.optional(),
  /** Of a client/server run. */
  hostname: z.string().optional(),
  port: z.number().optional(),
  'job options': options,
  read: directionSchema.optional(),
  write: directionSchema.optional(),
  trim: directionSchema.optional(),
  /** In place of the others, or beside them, where unified_rw_reporting is set: all of them together. */
  mixed: directionSchema.optional(),
  /** Of a job that was to end at a steady state. */
  steadystate: z.object({ attained: z.number().default(1) }).optional(),
  sync: z.object({ total_ios: whole.default(0) }).optional(),
});

export const fioSchema = z.object({
  'fio version': z.string(),
  /** Seconds since the epoch. */
  timestamp: z.number().positive().max(253_402_300_799).optional(),
  timestamp_ms: timeMs.optional(),
  'global options': options,
  jobs: z.array(jobSchema).optional(),
  /** In place of `jobs` where clients of a server ran. */
  client_stats: z.array(jobSchema).optional(),
});

export type FioDocument = z.infer<typeof fioSchema>;
export type FioJob = z.infer<typeof jobSchema>;
export type FioDirection = z.infer<typeof directionSchema>;
export type FioLatency = z.infer<typeof latencySchema>;
