/** The places of `jobs`: each has one job, or a list of jobs that run side by side. */
import { type Finding, finding, type ReadJob } from './checks.js';
import { isMap } from './data-map.js';
import { JOB_NAME } from './schema.js';
import type { KeyPath } from './wording.js';

/** A job as it is written, and where. */
export interface WrittenMap {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly path: KeyPath;
}

/** What stands in one place of `jobs`. */
export interface Place {
  readonly path: KeyPath;
  /** In a list of its own, of one job too. */
  readonly parallel: boolean;
  /** No job: `purge` alone, which the jobs of the next place have. */
  readonly step?: true;
  /** Of a job that is done in rounds with others: the place of all of them. */
  readonly inRounds?: KeyPath;
  readonly jobs: readonly WrittenMap[];
}

/** Each job of a round in a place of its own, as they are done in order. */
function roundPlaces({ jobs }: Readonly<Record<string, unknown>>, path: KeyPath): Place[] {
  const list: unknown[] = Array.isArray(jobs) ? jobs : [];
  return list.flatMap((raw, i): Place[] => {
    const own = [...path, 'jobs', i];
    return isMap(raw) ? [{ path: own, parallel: false, inRounds: path, jobs: [{ raw, path: own }] }] : [];
  });
}

/** What rounds lack, and keys beside them. */
export function roundsFindings(jobs: unknown): Finding[] {
  if (!Array.isArray(jobs)) return [];
  return jobs.flatMap((raw: unknown, index): Finding[] => {
    if (!isMap(raw) || (raw.rounds === undefined && raw.jobs === undefined)) return [];
    const path = ['jobs', index];
    if (raw.rounds === undefined)
      return [
        finding(
          path,
          'a list of jobs in rounds lacks rounds',
          'say when they end: rounds: {job: …, of: iops}',
        ),
      ];
    if (raw.jobs === undefined)
      return [finding(path, 'rounds lack jobs', 'list what a round does: jobs: […]')];
    return Object.keys(raw)
      .filter((key) => key !== 'rounds' && key !== 'jobs')
      .map((key) => ({
        ...finding([...path, key], 'has no meaning beside rounds', 'give it to each job of the list'),
        part: 'key' as const,
      }));
  });
}

/** The places of a file's `jobs`, whatever they hold; what is no map is left out. */
export function placesOf(jobs: unknown): Place[] {
  if (!Array.isArray(jobs)) return [];
  return jobs.flatMap((raw: unknown, index): Place[] => {
    const path = ['jobs', index];
    if (!isMap(raw)) return [];
    if (Object.keys(raw).join() === 'purge') return [{ path, parallel: false, step: true, jobs: [] }];
    if (raw.rounds !== undefined || raw.jobs !== undefined) return roundPlaces(raw, path);
    if (raw.parallel === undefined) return [{ path, parallel: false, jobs: [{ raw, path }] }];
    const list: unknown[] = Array.isArray(raw.parallel) ? raw.parallel : [];
    const inside = list.flatMap((job, i) =>
      isMap(job) ? [{ raw: job, path: [...path, 'parallel', i] }] : [],
    );
    return [{ path, parallel: true, jobs: inside }];
  });
}

/** Keys beside a list of jobs, and jobs without a name, which the schema lets pass since the other may lack it. */
export function placeFindings(jobs: unknown): Finding[] {
  return placesOf(jobs).flatMap(({ path, parallel, step, inRounds }, place, { length }): Finding[] => {
    if (inRounds !== undefined) return [];
    const [, index] = path;
    const raw = (jobs as Record<string, unknown>[])[Number(index)];
    if (step)
      return place + 1 < length ? [] : [finding(path, 'a purge goes before a job', 'put a job behind it')];
    if (!parallel) {
      const problem =
        raw.name === undefined ? JOB_NAME.safeParse(undefined).error?.issues[0]?.message : undefined;
      return problem === undefined ? [] : [finding([...path, 'name'], problem)];
    }
    const beside = Object.keys(raw).filter((key) => key !== 'parallel');
    const hint = 'give it to each job of the list, or put it into defaults';
    return beside.map((key) => ({
      ...finding([...path, key], 'has no meaning beside parallel', hint),
      part: 'key',
    }));
  });
}

/** What a job that runs alone has no use for. */
export function aloneFindings({ own, path }: ReadJob): Finding[] {
  if (!own.has('exitall')) return [];
  const message = 'has no meaning for a job that runs alone';
  return [{ ...finding([...path, 'exitall'], message, 'remove it'), part: 'key' }];
}

/** What jobs that run side by side cannot have, since they begin together. */
export function groupFindings(jobs: readonly ReadJob[]): Finding[] {
  const [first, ...others] = jobs;
  const swept = jobs
    .filter(({ own }) => own.has('matrix'))
    .map(({ path }): Finding => {
      const hint = 'write the combinations as lists of their own';
      return {
        ...finding([...path, 'matrix'], 'a job side by side with others is no sweep', hint),
        part: 'key',
      };
    });
  const searching = jobs
    .filter(({ keys }) => keys.search !== undefined)
    .map(({ path }) =>
      finding([...path, 'search'], 'a job side by side with others cannot search', 'let it run alone'),
    );
  const purged = others
    .filter((job) => !job.bad.has('purge') && !first.bad.has('purge') && job.keys.purge !== first.keys.purge)
    .map((job) =>
      finding(
        job.own.has('purge') ? [...job.path, 'purge'] : job.path,
        'begins beside a job with another purge',
        'put the purge before the list: - purge: deallocate',
      ),
    );
  const times = ({ keys }: ReadJob): number => keys.repeat ?? 1;
  const differing = others
    .filter((job) => !job.bad.has('repeat') && !first.bad.has('repeat') && times(job) !== times(first))
    .map((job) => {
      const message = `runs ${times(job)} times beside a job that runs ${times(first)} times`;
      return finding(
        job.own.has('repeat') ? [...job.path, 'repeat'] : job.path,
        message,
        'give all the same repeat',
      );
    });
  return [...swept, ...searching, ...purged, ...differing];
}
