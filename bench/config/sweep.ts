/** `matrix`: one job of the file to one job for each combination of values, and what can be wrong with that. */
import { type Finding, finding, type ReadJob } from './checks.js';
import { isMap } from './data-map.js';
import { JOB_KEYS, type JobKey, type JobKeys, MATRIX_KEYS } from './job-keys.js';
import type { ParameterValue } from './run-config.js';
import { matrixKeys } from './schema.js';
import { withoutRivals } from './size-keys.js';
import type { ValueKind } from './value-kinds.js';
import type { KeyPath } from './wording.js';

/** Jobs of one file, each combination and each repeat counted. */
export const MAX_EXPANDED_JOBS = 10_000;

/** One value of one key, and where it stands. */
interface Choice {
  readonly key: JobKey;
  readonly value: unknown;
  readonly path: KeyPath;
}

/** What could be read of a matrix: the lists whose every value is right, and the keys that have others. */
export interface ReadMatrix {
  readonly axes: readonly (readonly Choice[])[];
  readonly bad: ReadonlySet<string>;
}

const kindOf = (key: JobKey): ValueKind<unknown> => JOB_KEYS[key].kind;

/** Reads the `matrix` of the job at `path`. One that is no map may have been meant to hold any key. */
export function readMatrix(matrix: unknown, path: KeyPath): ReadMatrix {
  if (matrix === undefined) return { axes: [], bad: new Set() };
  if (!isMap(matrix)) return { axes: [], bad: new Set(MATRIX_KEYS) };
  const axes: Choice[][] = [];
  const bad = new Set<string>();
  for (const [name, raw] of Object.entries(matrix)) {
    const key = MATRIX_KEYS.find((known) => known === name);
    if (key === undefined) continue;
    const list = matrixKeys[key].safeParse(raw);
    if (!list.success || list.data === undefined) bad.add(key);
    else axes.push(list.data.map((value, i) => ({ key, value, path: [...path, 'matrix', key, i] })));
  }
  return { axes, bad };
}

function parameterOf({ key, value }: Choice): ParameterValue {
  return kindOf(key).record(value) as ParameterValue;
}

function parameterText({ key, value }: Choice): string {
  return `${key}=${kindOf(key).short(value)}`;
}

const pointCount = ({ axes }: ReadMatrix): number => axes.reduce((product, axis) => product * axis.length, 1);

/** Problems of one matrix by itself: values twice, keys that the job gives as well. */
export function matrixFindings(job: ReadJob, { axes }: ReadMatrix): Finding[] {
  const given = axes
    .filter(([{ key }]) => job.own.has(key))
    .map(
      ([{ key }]): Finding => ({
        ...finding([...job.path, 'matrix', key], 'the job gives this key as well', 'keep one of them'),
        part: 'key',
      }),
    );
  const twice = axes.flatMap((axis) => {
    const texts = axis.map(parameterText);
    return axis
      .filter((_, i) => texts.indexOf(texts[i]) < i)
      .map((choice) => finding(choice.path, `${parameterText(choice)} is in the list twice`));
  });
  return [...given, ...twice];
}

/** Whether all jobs together are more than a run can hold. */
export function expansionFindings(jobs: readonly { job: ReadJob; matrix: ReadMatrix }[]): Finding[] {
  const counts = jobs.map(({ job, matrix }) => pointCount(matrix) * (job.keys.repeat ?? 1));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= MAX_EXPANDED_JOBS) return [];
  const largest = jobs[counts.indexOf(Math.max(...counts))];
  const key = largest.matrix.axes.length > 0 ? 'matrix' : 'repeat';
  const path = key === 'repeat' && !largest.job.own.has(key) ? ['defaults', key] : [...largest.job.path, key];
  return [
    finding(
      path,
      `the jobs of this file expand to ${total}, more than ${MAX_EXPANDED_JOBS}`,
      'use fewer values, a smaller repeat, or several files',
    ),
  ];
}

/** All combinations, the last axis varying fastest. */
function combinations(axes: ReadMatrix['axes']): Choice[][] {
  return axes.reduce<Choice[][]>(
    (points, axis) => points.flatMap((point) => axis.map((choice) => [...point, choice])),
    [[]],
  );
}

/** The job itself where it has no matrix, else one for each combination. */
export function expandJob(job: ReadJob, matrix: ReadMatrix): ReadJob[] {
  if (matrix.axes.length === 0) return [job];
  return combinations(matrix.axes).map((choices) => {
    const { name } = job;
    const parameters = Object.fromEntries(choices.map((choice) => [choice.key, parameterOf(choice)]));
    return {
      ...job,
      name: name === undefined ? undefined : `${name}[${choices.map(parameterText).join(',')}]`,
      keys: {
        ...withoutRivals(job.keys, [...job.own, ...choices.map(({ key }) => key)]),
        ...Object.fromEntries(choices.map(({ key, value }) => [key, value])),
      } as JobKeys,
      varied: new Map(choices.map(({ key, path }) => [key, path])),
      ...(name === undefined ? {} : { sweep: { group: name, parameters } }),
    };
  });
}
