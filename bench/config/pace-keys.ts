/** The keys of a job that say when its I/Os begin: rates, pauses, and the search for the highest. */
import type { KeyTable } from './key-table.js';
import { type Search, search } from './search.js';
import { aboveZero, durationMs, integer, sizeBytes, word } from './value-kinds.js';

/** How due times of a rate are spaced. */
const RATE_PROCESSES = ['linear', 'poisson'] as const;
type RateProcess = (typeof RATE_PROCESSES)[number];

/** What gives a job a rate. */
export interface Rates {
  readonly rate_iops?: number;
  readonly rate?: number;
  readonly search?: Search;
}

export const hasRate = ({ rate_iops: rateIops, rate, search: found }: Rates): boolean =>
  rateIops !== undefined || rate !== undefined || found?.max === 'rate_iops';

export const PACE_KEYS = {
  rate_iops: {
    kind: integer(1, 1_000_000_000),
    field: 'rateIops',
    absent: 'as fast as `iodepth` lets: the closed loop',
    sweep: true,
    identity: 'work',
    help: 'I/Os that each worker begins per second, whatever completes: the open loop. Latency is then told twice: from submission, and as response time from when the I/O was due. Needs `completion: poll`.',
  },
  rate: {
    kind: sizeBytes({ check: aboveZero, words: 'size above 0' }),
    field: 'rateBytes',
    absent: 'as fast as `iodepth` lets',
    sweep: true,
    identity: 'work',
    help: 'The same in bytes per second: so many in I/Os of `bs`.',
  },
  rate_process: {
    kind: word(RATE_PROCESSES),
    field: 'rateProcess',
    default: 'linear',
    sweep: true,
    identity: 'work',
    help: 'With `rate_iops` and `rate`: due at even distances, or as independent arrivals are (`poisson`).',
    inForce: (process: RateProcess, rates: Rates): RateProcess | undefined =>
      hasRate(rates) ? process : undefined,
  },
  thinktime: {
    kind: durationMs(),
    field: 'thinkTimeMs',
    default: '0s',
    sweep: true,
    identity: 'work',
    help: 'How long each worker begins nothing after every `thinktime_blocks` I/Os, once all that it has in flight have completed. Not with a rate; needs `completion: poll`.',
  },
  thinktime_blocks: {
    kind: integer(1, 1_000_000_000),
    field: 'thinkTimeBlocks',
    default: 1,
    sweep: true,
    identity: 'work',
    help: 'With `thinktime`: I/Os between two pauses.',
    inForce: (blocks: number, { thinktime }: { readonly thinktime: number }) =>
      thinktime > 0 ? blocks : undefined,
  },
  thinktime_blocks_type: {
    kind: word(['complete', 'issue']),
    field: 'thinkTimeBlocksType',
    default: 'complete',
    identity: 'work',
    help: 'With `thinktime`: whether so many have to complete, with others in flight meanwhile, or no more are begun.',
    inForce: (
      type: 'complete' | 'issue',
      { thinktime }: { readonly thinktime: number },
    ): 'complete' | 'issue' | undefined => (thinktime > 0 ? type : undefined),
  },
  iodepth_batch: {
    kind: integer(0, 65_535),
    field: 'iodepthBatch',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'The most I/Os that go with one doorbell. 0 for as many as are free, 32 at most.',
    alsoCalled: ['iodepth_batch_submit'],
  },
  iodepth_batch_complete_min: {
    kind: integer(0, 65_535),
    field: 'iodepthBatchCompleteMin',
    default: 1,
    sweep: true,
    identity: 'work',
    help: 'So many I/Os of a queue pair have to complete before others go in their places. Each counts as completed when it is found, not when the last of them is.',
    alsoCalled: ['iodepth_batch_complete'],
  },
  iodepth_batch_complete_max: {
    kind: integer(1, 65_535),
    field: 'iodepthBatchCompleteMax',
    absent: 'all that have completed',
    sweep: true,
    identity: 'work',
    help: 'The most completions of a queue pair that are taken, `iodepth_batch_complete_min` at least, before others go in their places. Those beyond wait for the next look, and that is in their latency.',
  },
  iodepth_low: {
    kind: integer(1, 65_535),
    field: 'iodepthLow',
    absent: 'filled as soon as one completes',
    sweep: true,
    identity: 'work',
    help: 'A queue pair that was filled to `iodepth` is not filled again before this many are in flight on it.',
  },
  flow: {
    kind: integer(0, 1000),
    field: 'flowWeight',
    default: 0,
    sweep: true,
    identity: 'work',
    help: 'Jobs side by side whose I/Os keep in proportion to their weights, of each worker: none begins more of all than its part. 0 for a job that does not wait for others. Not with a rate, `thinktime` or `search`; needs `completion: poll`.',
  },
  search: {
    kind: search(),
    field: 'search',
    identity: 'work',
    help: 'The job runs several times to find the highest `rate_iops` (or `iodepth`) at which the bound of `while` holds, each time for so long at most, and then once there.',
    seeAlso: 'See below.',
  },
} as const satisfies KeyTable;
