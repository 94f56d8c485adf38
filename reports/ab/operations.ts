/** Whether all legs of an experiment issued the same I/Os, by the hashes of their jobs. */
import { roleOf } from '../compare/roles.js';
import { grouped } from '../document/grouped.js';
import { askForTheSameIos, beganAlike } from '../document/operations-hash.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { sanitize } from '../render/terminal.js';
import { type AbDocument, type AbSideName, sideOf } from './document.js';
import type { LegWarning } from './notes.js';

interface Findings {
  readonly warnings: readonly LegWarning[];
  readonly notes: readonly string[];
}

interface Placed {
  readonly side: AbSideName;
  readonly job: JobRecord;
  readonly key: string;
}

const keyOf = (result: BenchResult, job: JobRecord): string =>
  JSON.stringify([job.name, roleOf(result, job), job.repeat?.index ?? 0, job.seed]);

function warningOf(name: string, legs: number): LegWarning {
  return {
    code: 'operations-differ',
    message: `job ${sanitize(name)} issued other I/Os than in the first leg, with the same seed and settings`,
    advice:
      'the sides do not measure the same work: see operationsHash, and capacity and blocks of the devices',
    legs,
  };
}

/** What the legs of one job say of it. */
interface Series {
  readonly name: string;
  readonly legs: number;
  /** Legs without a hash. */
  readonly unknown: number;
  /** Legs that differ from the first and have the same settings. */
  readonly unexplained: number;
  /** All of both sides began alike. */
  readonly alike: boolean;
}

function seriesOf(jobs: readonly Placed[]): Series {
  const [first, ...others] = jobs;
  const other = others.filter(({ job }) => beganAlike(first.job, job) === false);
  const bothSides = others.some(({ side }) => side !== first.side);
  return {
    name: first.job.name,
    legs: jobs.length,
    unknown: jobs.filter(({ job }) => job.operationsHash === undefined).length,
    unexplained: other.filter(({ job }) => askForTheSameIos(first.job, job)).length,
    alike: bothSides && others.every(({ job }) => beganAlike(first.job, job) === true),
  };
}

const namesOf = (series: readonly Series[]): string =>
  `${series.length === 1 ? 'job' : 'jobs'} ${[...new Set(series.map(({ name }) => sanitize(name)))].join(', ')}`;

function notesOf(series: readonly Series[]): string[] {
  const alike = series.filter((each) => each.alike);
  // Documents from before hashes have none at all.
  const short = series.filter(({ unknown, legs }) => unknown > 0 && unknown < legs);
  const which = alike.length === series.length ? 'every leg' : `every leg of ${namesOf(alike)}`;
  return [
    ...(alike.length > 0 ? [`${which} began with the same I/Os in the same order (operationsHash)`] : []),
    ...short.map(
      ({ name, unknown, legs }) =>
        `${unknown} of ${legs} legs of job ${sanitize(name)} were too short to tell which I/Os they began with`,
    ),
  ];
}

/** Of legs that count. A difference that the settings explain is none. */
export function operationFindings({ legs }: AbDocument): Findings {
  const jobs = legs
    .filter(({ block }) => block !== null)
    .flatMap(({ role, result }) =>
      result.jobs.map((job): Placed => ({ side: sideOf(role), job, key: keyOf(result, job) })),
    );
  const series = grouped(jobs, ({ key }) => key).map(seriesOf);
  return {
    warnings: series
      .filter(({ unexplained }) => unexplained > 0)
      .map(({ name, unexplained }) => warningOf(name, unexplained)),
    notes: notesOf(series),
  };
}
