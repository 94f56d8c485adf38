/** What a job that goes by zones cannot have beside. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { JOB_KEYS, type JobKey } from './job-keys.js';
import { defaultOf } from './key-table.js';
import { isTrim, runIosOf, stepBytesOf, writes } from './pattern.js';
import { quote } from './wording.js';
import { ZONE_KEYS } from './zone-keys.js';

const ZONE_KEY_NAMES = Object.keys(ZONE_KEYS) as (keyof typeof ZONE_KEYS)[];

/** Keys that say where I/Os go, how long they are or when they are due in ways that zones do not have. */
export const NOT_WITH_ZONES = [
  'random_distribution',
  'random_sequence_stride',
  'percentage_random',
  'blockalign',
  'bsrange',
  'bssplit',
  'write_mode',
  'verify_only',
  'rate',
  'rate_iops',
  'thinktime',
  'flow',
  'search',
] as const satisfies readonly JobKey[];

const isSaid = (job: ReadJob, key: JobKey): boolean => {
  const value: unknown = job.keys[key];
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(defaultOf(JOB_KEYS[key]));
};

/** Of a job as far as it could be read. */
export function checkZones(job: ReadJob): Finding[] {
  const { keys, bad, own } = job;
  const { rw, zonemode = 'none', bs } = keys;
  if (bad.has('zonemode') || bad.has('rw') || rw === undefined || keys.read_iolog !== undefined) return [];
  if (zonemode === 'none')
    return ZONE_KEY_NAMES.filter((key) => key !== 'zonemode' && own.has(key)).map((key) => ({
      ...finding(sourceOf(job, key), 'has no meaning without zonemode: zbd', 'add it, or remove this'),
      part: 'key',
    }));
  const found = NOT_WITH_ZONES.filter((key) => isSaid(job, key)).map((key) =>
    finding(sourceOf(job, key), 'is not to be had with zonemode: zbd', 'remove one of them'),
  );
  const of = (message: string, hint: string): Finding => finding(sourceOf(job, 'rw'), message, hint);
  if (isTrim(rw))
    found.push(of(`rw: ${rw} is not to be had with zonemode: zbd`, 'writes reset zones by themselves'));
  else if (stepBytesOf(rw) !== 0 || runIosOf(rw) > 1)
    found.push(of(`what stands behind the colon of ${quote(rw)} has no meaning in zones`, 'leave it out'));
  if (bs !== undefined && writes(rw) && bs.read !== bs.write && rw.endsWith('rw'))
    found.push(finding(sourceOf(job, 'bs'), 'reads and writes have one size with zonemode: zbd'));
  return found;
}
