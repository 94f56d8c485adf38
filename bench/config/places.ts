/** The places of `jobs`: a job, a list of jobs that run side by side or in rounds, or a purge before what follows. */
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
export interface Place extends WrittenMap {
  readonly kind: 'job' | 'parallel' | 'rounds' | 'purge';
  /** None of a purge. */
  readonly jobs: readonly WrittenMap[];
}

function kindOf(raw: WrittenMap['raw']): Place['kind'] {
  if (Object.keys(raw).join() === 'purge') return 'purge';
  if (raw.rounds !== undefined || raw.jobs !== undefined) return 'rounds';
  return raw.parallel === undefined ? 'job' : 'parallel';
}

/** The jobs of a list within a place; what is no map is left out. */
function jobsIn(list: unknown, path: KeyPath): WrittenMap[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((raw: unknown, i) => (isMap(raw) ? [{ raw, path: [...path, i] }] : []));
}

/** The places of a file's `jobs`, whatever they hold; what is no map is left out. */
export function placesOf(jobs: unknown): Place[] {
  return jobsIn(jobs, ['jobs']).map((written): Place => {
    const { raw, path } = written;
    const kind = kindOf(raw);
    const inside = {
      job: () => [written],
      parallel: () => jobsIn(raw.parallel, [...path, 'parallel']),
      rounds: () => jobsIn(raw.jobs, [...path, 'jobs']),
      purge: () => [],
    };
    return { raw, path, kind, jobs: inside[kind]() };
  });
}

/** Keys of a place beside those that it may have. */
function besideFindings({ raw, path }: Place, keys: readonly string[], hint: string): Finding[] {
  return Object.keys(raw)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ ...finding([...path, key], `has no meaning beside ${keys[0]}`, hint), part: 'key' }));
}

function roundsFindings(place: Place): Finding[] {
  const { raw, path } = place;
  if (raw.rounds === undefined) {
    const hint = 'say when they end: rounds: {job: …, of: iops}';
    return [finding(path, 'a list of jobs in rounds lacks rounds', hint)];
  }
  if (raw.jobs === undefined) return [finding(path, 'rounds lack jobs', 'list what a round does: jobs: […]')];
  return besideFindings(place, ['rounds', 'jobs'], 'give it to each job of the list');
}

function nameFindings({ raw, path }: Place): Finding[] {
  const problem =
    raw.name === undefined ? JOB_NAME.safeParse(undefined).error?.issues[0]?.message : undefined;
  return problem === undefined ? [] : [finding([...path, 'name'], problem)];
}

/** A purge is of the job behind it. */
function purgeFindings({ path }: Place, next: Place | undefined): Finding[] {
  if (next !== undefined && next.kind !== 'purge') return [];
  return [finding(path, 'a purge goes before a job', 'put a job behind it')];
}

/** What a place lacks and what it cannot have, which the schema lets pass since another kind of place may. */
export function placeFindings(places: readonly Place[]): Finding[] {
  const inDefaults = 'give it to each job of the list, or put it into defaults';
  return places.flatMap((place, i) => {
    const findings: Readonly<Record<Place['kind'], () => Finding[]>> = {
      job: () => nameFindings(place),
      parallel: () => besideFindings(place, ['parallel'], inDefaults),
      rounds: () => roundsFindings(place),
      purge: () => purgeFindings(place, places[i + 1]),
    };
    return findings[place.kind]();
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
