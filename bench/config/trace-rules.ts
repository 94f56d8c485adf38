/** What a job that plays a trace cannot have beside: the trace says it. */

import { type Finding, finding, playsTrace, type ReadJob, sourceOf } from './checks.js';
import { JOB_KEYS, type JobKey } from './job-keys.js';
import { defaultOf } from './key-table.js';
import { PACING } from './rivals.js';
import { REPLAY_KEYS } from './trace-keys.js';

/** What the trace says of its I/Os. */
const SAID_BY_TRACE = [
  'rw',
  'bs',
  'bsrange',
  'bssplit',
  'blockalign',
  'rwmixread',
  'write_mode',
  'num_range',
  'fsync',
  'offset',
  'size',
  'offset_increment',
  'partition',
  'norandommap',
  'random_distribution',
  'random_sequence_stride',
  'percentage_random',
  ...PACING,
  'rate_process',
  'thinktime_blocks',
  'thinktime_blocks_type',
] as const satisfies readonly JobKey[];

/** What ends a job by its own region, or needs to know what its I/Os are before the trace is read. */
const NOT_OF_TRACE = [
  'io_size',
  'loops',
  'ramp_time',
  'search',
  'verify',
  'verify_only',
  'steadystate',
  'until_sure',
] as const satisfies readonly JobKey[];

/** Keys of defaults that a job with a trace of its own does without. */
export function withoutWhatTraceSays<Keys extends object>(inherited: Keys, own: Iterable<string>): Keys {
  if (![...own].includes('read_iolog')) return inherited;
  const left: readonly string[] = [...SAID_BY_TRACE, ...NOT_OF_TRACE];
  return Object.fromEntries(Object.entries(inherited).filter(([key]) => !left.includes(key))) as Keys;
}

/** Rules of jobs that play a trace, and of keys that only these have. */
export function checkTrace(job: ReadJob): Finding[] {
  const { keys, own, varied, bad } = job;
  const given = (key: string): boolean => own.has(key) || varied.has(key);
  const atKey = (key: string, message: string, hint: string): Finding => ({
    ...finding(sourceOf(job, key), message, hint),
    part: varied.has(key) ? 'value' : 'key',
  });
  if (bad.has('read_iolog')) return [];
  if (!playsTrace(job))
    return REPLAY_KEYS.filter(given).map((key) =>
      atKey(key, 'has no meaning without read_iolog', 'name the trace in read_iolog, or remove it'),
    );
  const found = SAID_BY_TRACE.filter((key) => keys[key] !== undefined && !bad.has(key)).map((key) =>
    atKey(key, `${key} comes from the trace of read_iolog`, 'remove it'),
  );
  for (const key of NOT_OF_TRACE) {
    const value = keys[key];
    if (value === undefined || bad.has(key) || value === defaultOf<(typeof JOB_KEYS)[JobKey]>(JOB_KEYS[key]))
      continue;
    found.push(
      atKey(key, 'has no meaning with read_iolog', 'a trace is played once, from its first I/O: remove it'),
    );
  }
  const { numjobs = 1, completion = defaultOf(JOB_KEYS.completion), read_iolog: path } = keys;
  if (numjobs > 1)
    found.push(
      finding(
        sourceOf(job, 'numjobs'),
        'one worker plays a trace',
        'use iodepth and queue_pairs for more in flight',
      ),
    );
  if (completion !== 'poll' && !bad.has('completion'))
    found.push(finding(sourceOf(job, 'completion'), `read_iolog needs completion: poll, got ${completion}`));
  if (path === '-')
    found.push(
      finding(sourceOf(job, 'read_iolog'), 'a trace is read from a file', 'write it to a file first'),
    );
  return found;
}
