/** What a job that verifies cannot have beside. */
import { type Finding, finding, type ReadJob, sourceOf } from './checks.js';
import { isMixed, isTrim, writes } from './pattern.js';
import { PACING, rivals } from './rivals.js';

/** Keys that do nothing unless data is verified. */
const ONLY_WITH = [
  'do_verify',
  'verify_only',
  'verify_journal',
  'verify_fatal',
  'verify_write_sequence',
  'verify_backlog',
  'verify_backlog_batch',
] as const;

/** Keys of jobs that time ends, or what they find: how much they wrote is not known. */
const OF_TIME = ['runtime', 'ramp_time', 'search', 'steadystate'] as const;

/** Keys that say when I/Os go, or that others go beside them, in ways that a job with a backlog does not have. */
export const NOT_WITH_BACKLOG = ['verify_only', ...PACING, 'fsync'] as const;

/** Keys by which the nth write of a run is not that of another. */
const NOT_WITH_JOURNAL = ['ramp_time', 'repeat', 'search'] as const;

/** Of what zones have no place for. */
const notByZones = (job: ReadJob, beside: string): Finding[] =>
  job.keys.zonemode === 'zbd'
    ? [finding(sourceOf(job, 'zonemode'), `zbd is not to be had with ${beside}`, 'remove one of them')]
    : [];

/** What a job that reads between its writes cannot have beside. */
function checkBacklog(job: ReadJob): Finding[] {
  const { keys, own } = job;
  const { rw, verify_backlog: every = 0 } = keys;
  const at = (key: string, message: string, hint: string): Finding =>
    finding(sourceOf(job, key), message, hint);
  if (every === 0)
    return own.has('verify_backlog_batch')
      ? [at('verify_backlog_batch', 'has no meaning without verify_backlog', 'add it, or remove this')]
      : [];
  if (rw !== undefined && (!writes(rw) || isMixed(rw)))
    return [at('verify_backlog', `is of writes alone, not of rw: ${rw}`, 'verify mixes by do_verify')];
  return [...rivals(job, NOT_WITH_BACKLOG, 'verify_backlog'), ...notByZones(job, 'verify_backlog')];
}

/** What is wrong with `verify_only`, where the order in which a former run wrote is not known. */
function checkOnly(job: ReadJob): Finding[] {
  const { keys } = job;
  const { rw, fsync = 0, number_ios: ios } = keys;
  if (!keys.verify_only || rw === undefined) return [];
  const at = (key: string, message: string, hint: string): Finding =>
    finding(sourceOf(job, key), message, hint);
  if (!writes(rw) || isMixed(rw) || isTrim(rw))
    return [at('verify_only', `has no meaning with rw: ${rw}`, 'give it the pattern of the run that wrote')];
  const found = OF_TIME.filter((key) => keys[key] !== undefined && keys[key] !== 0).map((key) =>
    at(key, 'has no meaning with verify_only', 'remove it: all that the job wrote is read, once'),
  );
  if (fsync > 0 && ios !== undefined)
    found.push(
      at('number_ios', 'counts the flushes of fsync, which verify_only has none of', 'give size instead'),
    );
  return found;
}

/** What a job whose writes are kept in a journal cannot have: the nth is to be found again as the nth. */
function checkJournal(job: ReadJob): Finding[] {
  const { rw, verify_journal: journal } = job.keys;
  if (journal === undefined || rw === undefined) return [];
  if (!writes(rw) || isMixed(rw) || isTrim(rw))
    return [finding(sourceOf(job, 'verify_journal'), `is of writes alone, not of rw: ${rw}`, 'remove it')];
  return [...rivals(job, NOT_WITH_JOURNAL, 'verify_journal'), ...notByZones(job, 'verify_journal')];
}

/** Rules of `verify`, for a job as far as it could be read. */
export function checkVerify(job: ReadJob): Finding[] {
  const { keys, bad, own } = job;
  const { rw, verify = 'off', write_mode: modes = [], search } = keys;
  if (bad.has('verify') || bad.has('rw') || rw === undefined || keys.read_iolog !== undefined) return [];
  if (verify === 'off') {
    return ONLY_WITH.filter((key) => own.has(key)).map((key): Finding => {
      const found = finding(
        sourceOf(job, key),
        'has no meaning without verify',
        'add verify: crc32c, or remove it',
      );
      return { ...found, part: 'key' };
    });
  }
  const found: Finding[] = [];
  if (isTrim(rw)) found.push(finding(sourceOf(job, 'verify'), `has no meaning with rw: ${rw}`));
  if (modes.some(({ mode }) => mode !== 'write'))
    found.push(finding(sourceOf(job, 'write_mode'), 'verify is of plain writes', 'remove one of them'));
  if (search !== undefined && writes(rw) && !keys.verify_only)
    found.push(
      finding(sourceOf(job, 'verify'), 'has no meaning beside search', 'verify in a job of its own'),
    );
  return [...found, ...checkOnly(job), ...checkJournal(job), ...checkBacklog(job)];
}
