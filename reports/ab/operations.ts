/** Whether all legs of an experiment issued the same I/Os, by the hashes of their jobs. */
import { roleOf } from '../compare/series.js';
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

/** Of legs that count. A difference that the settings explain is none. */
export function operationFindings({ legs }: AbDocument): Findings {
  const jobs = legs
    .filter(({ block }) => block !== null)
    .flatMap(({ role, result }) =>
      result.jobs.map((job): Placed => ({ side: sideOf(role), job, key: keyOf(result, job) })),
    );
  const series = grouped(jobs, ({ key }) => key);
  const warnings: LegWarning[] = [];
  let alike = 0;
  for (const [first, ...others] of series) {
    const other = others.filter(({ job }) => beganAlike(first.job, job) === false);
    const unexplained = other.filter(({ job }) => askForTheSameIos(first.job, job));
    if (unexplained.length > 0) warnings.push(warningOf(first.job.name, unexplained.length));
    const bothSides = others.some(({ side }) => side !== first.side);
    if (bothSides && others.every(({ job }) => beganAlike(first.job, job) === true)) alike++;
  }
  const note = 'every leg began with the same I/Os in the same order (operationsHash)';
  return { warnings, notes: alike > 0 && alike === series.length ? [note] : [] };
}
