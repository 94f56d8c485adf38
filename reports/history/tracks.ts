/** Which results are runs of one device, on one host, of one workload: a track each, in the order of their time. */
import { workloadOf } from '../compare/comparability.js';
import { problemOfRun } from '../compare/job-problem.js';
import { allRuns, distinctRuns, type NamedResult, type RunOfDocument } from '../compare/runs.js';
import { canonical } from '../document/canonical.js';
import { grouped } from '../document/grouped.js';
import type { BenchResult } from '../document/result.js';
import { firstStart } from '../document/runs.js';

/** One run of the program. */
export interface TrackRun extends RunOfDocument {
  readonly startedAt: string;
}

export interface Track {
  /** For example `ExampleDrive S123, namespace 1, 4096 B`; several with a semicolon. */
  readonly devices: string;
  readonly host: string;
  /** Names of the jobs, each once. */
  readonly jobs: readonly string[];
  readonly runs: readonly TrackRun[];
}

export interface Tracks {
  /** Those of most runs first. */
  readonly tracks: readonly Track[];
  /** Results that are left out, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** Runs that are given more than once, of which one counts. */
  readonly repeatedRuns: number;
  readonly manyNames: readonly ManyNames[];
}

/** Results that would be one track if their hosts had one name, as those of a container that gets a new one each time. */
export interface ManyNames extends Pick<Track, 'devices'> {
  /** Without its name. */
  readonly host: string;
  readonly hostnames: readonly string[];
  readonly results: number;
}

/** From so many names on, of fewer results each than a history needs to show how runs differ. */
const NAMES = 3;
const RESULTS_OF_A_NAME = 4;

function devicesText({ devices, imported, jobs }: BenchResult): string {
  if (devices.length === 0) return [imported?.tool, ...new Set(jobs.map(({ target }) => target))].join(' ');
  return devices
    .map(({ modelNumber, serialNumber, namespaceId, lbaBytes, metadataBytes, software }) => {
      const lba = metadataBytes === 0 ? `${lbaBytes} B` : `${lbaBytes}+${metadataBytes} B`;
      const kind = software ? ' (software)' : '';
      return `${modelNumber.trim()} ${serialNumber.trim()}${kind}, namespace ${namespaceId}, ${lba}`;
    })
    .join('; ');
}

const kindOfHost = ({ host: { cpuModel, cpuCount } }: BenchResult): string =>
  [cpuModel, cpuCount > 0 ? `${cpuCount} CPUs` : ''].filter((part) => part !== '').join(', ');

const hostText = (result: BenchResult): string =>
  [result.host.hostname, kindOfHost(result)].filter((part) => part !== '').join(', ');

/** What makes runs a track; what else may change from run to run is their environment. */
function identityOf(result: BenchResult, host: string): string {
  const work = result.workload ?? workloadOf(result.config);
  return JSON.stringify([devicesText(result), host, canonical(work)]);
}

function manyNames(results: readonly NamedResult[]): ManyNames[] {
  const known = results.filter(({ result }) => result.host.cpuModel !== '');
  return grouped(known, ({ result }) => identityOf(result, kindOfHost(result))).flatMap(
    (alike): ManyNames[] => {
      const hostnames = [...new Set(alike.map(({ result }) => result.host.hostname))];
      if (hostnames.length < NAMES || alike.length >= RESULTS_OF_A_NAME * hostnames.length) return [];
      const [{ result }] = alike;
      return [{ devices: devicesText(result), host: kindOfHost(result), hostnames, results: alike.length }];
    },
  );
}

export const byTime = (a: TrackRun, b: TrackRun): number =>
  Date.parse(a.startedAt) - Date.parse(b.startedAt) || (a.name < b.name ? -1 : 1);

/** Sorts results by what they are of. One that did not run to its end, or has an invalid job, is left out. */
export function tracksOf(results: readonly NamedResult[]): Tracks {
  const leftOut: { name: string; reason: string }[] = [];
  const whole = results.filter(({ name, result }) => {
    const reason = problemOfRun(result);
    if (reason !== undefined) leftOut.push({ name, reason });
    return reason === undefined;
  });
  let given = 0;
  const tracks = grouped(whole, ({ result }) => identityOf(result, hostText(result))).map(
    (documents): Track => {
      const runs = distinctRuns(documents).map((run): TrackRun => {
        return { ...run, startedAt: firstStart(run.jobs) };
      });
      given += allRuns(documents).length;
      const { result } = documents[0];
      const jobs = [...new Set(runs.flatMap((run) => run.jobs.map(({ name }) => name)))];
      return { devices: devicesText(result), host: hostText(result), jobs, runs: runs.sort(byTime) };
    },
  );
  const kept = tracks.reduce((sum, { runs }) => sum + runs.length, 0);
  return {
    tracks: tracks.sort((a, b) => b.runs.length - a.runs.length),
    leftOut,
    repeatedRuns: given - kept,
    manyNames: manyNames(whole),
  };
}
