/** Which jobs of fio run side by side: it starts all at once, but for those that wait. */
import { isDeepStrictEqual } from 'node:util';
import { flag } from '../config/fio/values.js';
import { endingOf } from './ending.js';
import { type ConvertFinding, said } from './finding.js';
import type { ConvertedJob } from './job.js';
import { areFiles } from './target.js';

/** A job as it is written: one of fio's, or several that are alike and ran side by side. */
export interface WrittenJob extends ConvertedJob {
  readonly keys: NonNullable<ConvertedJob['keys']>;
}

export interface Order {
  /** In order; those of one turn run side by side. */
  readonly turns: readonly (readonly WrittenJob[])[];
  readonly findings: readonly ConvertFinding[];
}

const IN_ORDER = 'jobs run one after the other, and side by side in a list';

/** The jobs in the turns in which fio runs them side by side. */
function turnsOf(jobs: readonly ConvertedJob[]): { turns: ConvertedJob[][]; findings: ConvertFinding[] } {
  const turns: ConvertedJob[][] = [];
  const findings: ConvertFinding[] = [];
  for (const each of jobs) {
    const [wall, wait] = [each.job.settings.get('stonewall'), each.job.settings.get('wait_for')];
    const last = turns.at(-1);
    const waits = wait !== undefined && last?.some(({ name }) => name === wait.value) === true;
    const walled = wall !== undefined && flag(wall.value) !== false;
    if (last === undefined || walled || waits) turns.push([each]);
    else last.push(each);
    if (wall !== undefined) findings.push(said('dropped', wall, 'stonewall', IN_ORDER));
    if (wait !== undefined) findings.push(said('dropped', wait, 'wait_for', IN_ORDER));
  }
  return { turns, findings };
}

const valuesOf = ({ keys }: WrittenJob) =>
  Object.fromEntries([...keys].filter(([key]) => key !== 'numjobs').map(([key, { value }]) => [key, value]));

const whatOf = (job: WrittenJob) => [valuesOf(job), job.gates];

const isWritten = (job: ConvertedJob): job is WrittenJob => job.keys !== undefined;

/** Jobs side by side that differ in nothing but their names are one job with the workers of all. */
function alike(turn: readonly WrittenJob[]): WrittenJob | undefined {
  const [first, ...others] = turn;
  if (!others.every((other) => isDeepStrictEqual(whatOf(other), whatOf(first)))) return undefined;
  const sameDevice = others.every(
    ({ targets }) =>
      isDeepStrictEqual(targets, first.targets) || (areFiles(targets) && areFiles(first.targets)),
  );
  if (!sameDevice || first.targets.length > 1) return undefined;
  const workers = turn.reduce((sum, { keys }) => sum + Number(keys.get('numjobs')?.value ?? 1), 0);
  const names = turn.map(({ name }) => name);
  const keys = new Map(first.keys).set('numjobs', {
    value: workers,
    comment: `${names.join(', ')}: alike, side by side`,
  });
  return { ...first, keys };
}

function writeTurn(turn: readonly ConvertedJob[]): readonly WrittenJob[] {
  const written = turn.filter(isWritten);
  if (turn.length === 1 || written.length === 0) return written;
  const one = written.length === turn.length ? alike(written) : undefined;
  return one === undefined ? written : [one];
}

/** The jobs in the order in which they are written. */
export function orderOf(jobs: readonly ConvertedJob[]): Order {
  const { turns, findings } = turnsOf(jobs);
  const ended = endingOf(turns, findings);
  const written = ended.map(writeTurn).filter(({ length }) => length > 0);
  return { turns: written, findings };
}
