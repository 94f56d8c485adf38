/** What the hashes of two jobs tell of the I/Os that they issued. */
import type { JobRecord } from './result.js';

/**
 * Whether two jobs of one seed began with the same I/Os; undefined where nothing can be said: other seeds, hashes of another
 * kind, or one job has none.
 */
export function beganAlike(a: JobRecord, b: JobRecord): boolean | undefined {
  const [first, second] = [a.operationsHash, b.operationsHash];
  if (first === undefined || second === undefined || a.seed === undefined || a.seed !== b.seed)
    return undefined;
  if (first.version !== second.version || first.iosPerWorker !== second.iosPerWorker) return undefined;
  return first.value === second.value;
}

/** What a job's `workload` has that says how deep, when, beside what or with which data, but not which I/Os. */
const NO_OTHER_IOS: readonly string[] = [
  'iodepth',
  'queue_pairs',
  'queue_entries',
  'sq_memory',
  'priority',
  'completion',
  'hybrid_spin',
  'ramp_time',
  'startdelay',
  'rate_iops',
  'rate',
  'rate_process',
  'replay_time_scale',
  'replay_no_stall',
  'flow',
  'thinktime',
  'thinktime_blocks',
  'thinktime_blocks_type',
  'iodepth_batch',
  'iodepth_batch_complete_min',
  'iodepth_batch_complete_max',
  'iodepth_low',
  'search',
  'parallel',
  'purge',
  'verify',
  'pi_act',
  'pi_chk',
  'apptag',
  'apptag_mask',
  'atomic',
  'fdp',
  'plids',
  'plid_select',
  'num_range',
  'readfua',
  'writefua',
  'buffer_pattern',
  'zero_buffers',
  'refill_buffers',
  'scramble_buffers',
  'buffer_compress_percentage',
  'buffer_compress_chunk',
  'dedupe_percentage',
  'dedupe_mode',
  'dedupe_working_set_percentage',
  'dedupe_global',
];

/** Whether nothing in the settings of two jobs explains that their I/Os differ. */
export function askForTheSameIos({ workload: a = {} }: JobRecord, { workload: b = {} }: JobRecord): boolean {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.every((key) => NO_OTHER_IOS.includes(key) || JSON.stringify(a[key]) === JSON.stringify(b[key]));
}
