/** What a drive counted of its own latencies: the latency monitor's log page (OCP Datacenter NVMe SSD 2.0, 4.8.9, C3h). */
import { z } from 'zod';
import { count, hostIndex } from './machine.js';

/** What it counts: reads, writes, and deallocations by Dataset Management. */
export const MONITORED = ['read', 'write', 'deallocate'] as const;
export type Monitored = (typeof MONITORED)[number];

/** A counter stays at this once it is there. */
export const SATURATED = 2 ** 32 - 1;

const ofOperations = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ read: schema, write: schema, deallocate: schema });

const counterSchema = z.object({
  /** Commands whose latency, from the fetch of the entry to the post of its completion, was in the bucket. */
  commands: count,
  /** Of one of them: the longest, or the first, as the bucket is configured. Absent where the drive says none. */
  latencyMs: count.optional(),
  /** When that one was: in UTC where the drive was told the time, else since it was powered on. Absent likewise. */
  at: z.iso.datetime({ offset: true }).optional(),
  sincePowerOnMs: count.optional(),
  /** Which one. Absent where the text does not say. */
  of: z.enum(['first', 'longest']).optional(),
});

const bucketSchema = ofOperations(counterSchema);

const ofBuckets = <Schema extends z.ZodType>(bucket: Schema) => z.array(bucket).length(4);

export const latencyMonitorSchema = z.object({
  target: z.string(),
  hostIndex,
  /** Where the reading comes from, for example `nvme-cli`. */
  readBy: z.string(),
  pageVersion: count,
  /** Without it the buckets are to be ignored. */
  enabled: z.boolean(),
  /** A, B, C and D. Bucket 0 is from A to below B, bucket 3 from D on; what is below A is not counted. */
  thresholdsMs: z.array(count).length(4),
  /** For how long `active` has counted, in steps of 5 minutes. */
  activeMinutes: count,
  /** After so long `active` becomes `earlier` and begins anew; 0 for never. */
  periodMinutes: count,
  /** The latency that is kept of a bucket changes no sooner than that; absent where the text does not say. */
  minimumWindowMs: count.optional(),
  active: ofBuckets(bucketSchema),
  /** The period before. */
  earlier: ofBuckets(bucketSchema),
  /** Commands that `active` counted since a reading before. Absent where there is none, or it counted anew in between. */
  since: ofBuckets(ofOperations(count)).optional(),
});

export type LatencyMonitorRecord = z.infer<typeof latencyMonitorSchema>;
export type MonitoredBucket = z.infer<typeof bucketSchema>;
export type MonitoredCounter = z.infer<typeof counterSchema>;
