/** Jobs of fio that stand for several: what group_reporting adds up has the name of one member and the options of one. */
import type { ResultWarning } from '../document/result.js';
import { iosOf } from './fio-direction.js';
import type { FioOptions } from './fio-options.js';
import type { FioJob } from './fio-schema.js';

const GROUP_JOINED: ResultWarning = {
  code: 'imported-group-joined',
  message:
    'fio added this job up over a group of several (group_reporting): its name and its options are each those of one of them, and nothing is said of the others',
  advice:
    'run fio without group_reporting, or with new_group before each job: clones (numjobs) are joined here',
};

/** Only where the time of all members is not known. */
const GROUP_MAY_BE_JOINED: ResultWarning = {
  ...GROUP_JOINED,
  message:
    'fio adds up the jobs of a group (group_reporting), and does not say that this one is alone in it: its name and options may be those of one of several',
};

/** Beyond what clones take of time that nothing moves in. */
const MOST_OFF = 1.05;
const SLACK_MS = 100;

const directionsOf = ({ read, write, trim, mixed }: FioJob) => [read, write, trim, mixed];

/** Whether the times of all members add up to more than those of the clones; undefined where they are not known. */
function hasOthers(job: FioJob, clones: number, options: FioOptions): boolean | undefined {
  const times = directionsOf(job).map((part) => part?.runtime ?? 0);
  // What is verified is read after it was written.
  const each = options.verify === undefined ? Math.max(...times) : times.reduce((sum, ms) => sum + ms, 0);
  if (job.job_runtime === undefined || each === 0) return undefined;
  return job.job_runtime > clones * each * MOST_OFF + SLACK_MS;
}

/** Patterns, and what they never do. What is verified is read. */
function contradiction(job: FioJob, said: string | undefined, options: FioOptions): ResultWarning[] {
  const [pattern] = (said ?? '').split(':');
  const did = (part: FioJob['read']): boolean => part !== undefined && iosOf(part) > 0;
  const isRead = /^(rand)?read$/.test(pattern);
  const isWrite = /^(rand)?(write|trim|trimwrite)$/.test(pattern);
  const never = [
    ...(isWrite && options.verify === undefined && did(job.read) ? ['read'] : []),
    ...(isRead && did(job.write) ? ['wrote'] : []),
  ];
  return never.map((what) => ({
    code: 'imported-pattern-contradicted',
    message: `the imported job ${what}, and its options say ${pattern}: they are not those of all that it did`,
    advice: 'run fio without group_reporting, or look at what ran',
  }));
}

/** `said`: the pattern, by the options or by the user. */
export function groupWarnings(job: FioJob, said: string | undefined, options: FioOptions): ResultWarning[] {
  const clones = Number(options.numjobs ?? 1);
  const others = hasOthers(job, clones, options);
  const isGrouped = (options.group_reporting ?? '0') !== '0' && clones <= 1;
  return [
    ...(others ? [GROUP_JOINED] : []),
    ...(others === undefined && isGrouped ? [GROUP_MAY_BE_JOINED] : []),
    ...contradiction(job, said, options),
  ];
}
