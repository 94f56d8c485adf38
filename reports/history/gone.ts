/** Jobs that the last runs on a device and host do not have, though runs before them did. */
import { grouped } from '../document/grouped.js';
import { byTime, type Track } from './tracks.js';

export interface GoneJob extends Pick<Track, 'devices' | 'host'> {
  readonly job: string;
  /** The last result that has it. */
  readonly lastName: string;
  readonly lastStartedAt: string;
  /** Runs on that device and host since then, of whatever workload. */
  readonly runsSince: number;
}

/** Those that take turns with other workloads are not gone: no longer stretch of runs lacked the job before. */
function goneFrom(tracks: readonly Track[]): GoneJob[] {
  const [{ devices, host }] = tracks;
  const runs = tracks.flatMap((track) => track.runs).sort(byTime);
  const places = new Map<string, number[]>();
  for (const [place, { jobs }] of runs.entries())
    for (const name of new Set(jobs.map((job) => job.name)))
      places.set(name, [...(places.get(name) ?? []), place]);
  return [...places].flatMap(([job, own]): GoneJob[] => {
    const last = own[own.length - 1];
    const runsSince = runs.length - 1 - last;
    const before = own.slice(1).map((place, i) => place - own[i] - 1);
    if (before.some((lacking) => lacking >= runsSince) || runsSince === 0) return [];
    const { name: lastName, startedAt: lastStartedAt } = runs[last];
    return [{ devices, host, job, lastName, lastStartedAt, runsSince }];
  });
}

/** Of each device and host, in the order of the tracks. */
export function goneJobs(tracks: readonly Track[]): GoneJob[] {
  return grouped(tracks, ({ devices, host }) => JSON.stringify([devices, host])).flatMap(goneFrom);
}
