/** What a job that searches cannot have beside. */
import { checkGate, GateError } from '../../reports/gates/parse.js';
import { type Finding, finding, gatedJob, type ReadJob, sourceOf } from './checks.js';
import { hasRate } from './pace-keys.js';

const isOfRate = (metric: string): boolean => metric.startsWith('response_') || metric === 'unsent';

/** Keys that the search gives their values. */
function ownValues({ keys, own, varied, path }: ReadJob): Finding[] {
  const { search } = keys;
  if (search === undefined) return [];
  const given = (['runtime', 'number_ios', 'io_size', 'loops'] as const).filter((key) => own.has(key));
  const ends = given.map((key): Finding => {
    const found = finding(
      [...path, key],
      'has no meaning beside search',
      'its `for` says how long; remove it',
    );
    return { ...found, part: 'key' };
  });
  if (keys[search.max] === undefined && !varied.has(search.max)) return ends;
  return [
    ...ends,
    finding([...path, 'search', 'max'], `the job gives ${search.max} itself`, 'remove one of both'),
  ];
}

/** Rules of `search`, for a job as far as it could be read. */
export function checkSearch(job: ReadJob): Finding[] {
  const { search, rw } = job.keys;
  if (search === undefined || job.bad.has('search')) return [];
  const at = (message: string, hint: string): Finding =>
    finding([...sourceOf(job, 'search'), 'while'], message, hint);
  const found = ownValues(job);
  const { metric } = search.while;
  if (isOfRate(metric) && !hasRate(job.keys))
    found.push(at(`${metric} is of jobs with a rate`, 'bound a latency, or give rate_iops or rate'));
  if (rw === undefined || job.bad.has('rw')) return found;
  try {
    checkGate(search.while, gatedJob({ ...job, name: job.name ?? 'job' }));
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    found.push(at(error.problem, error.hint));
  }
  return found;
}
