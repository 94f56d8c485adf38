/** The whole file as one schema, assembled from the tables of its keys. */
import { z } from 'zod';
import { JOB_KEYS, type JobKey, MATRIX_KEYS } from './job-keys.js';
import { otherNames, schemasOf } from './key-table.js';
import { ROUNDS } from './rounds.js';
import { RUN_KEYS } from './run-keys.js';
import { expects, expectsMap, line } from './value-kinds.js';

const MAX_JOBS = 1000;

/** The keys that a job and `defaults` share; every one may be left out. */
export const jobKeys = schemasOf(JOB_KEYS);

/** The values that a job of a sweep takes one after the other for one key. */
function valuesOf(key: JobKey): z.ZodOptional<z.ZodArray> {
  const words = expects('a list of at least one value');
  return z
    .array(JOB_KEYS[key].kind.schema, words)
    .min(1, words)
    .optional()
    .meta({ description: `Values of ${key}.` });
}

/** The keys that a sweep may vary. */
export const matrixKeys = Object.fromEntries(MATRIX_KEYS.map((key) => [key, valuesOf(key)]));

/** What stands in a file beside keys that have a value: said in the schema and in the documentation alike. */
export const PARTS = {
  name: { words: 'one line, at most 128 characters', help: 'Name of the job, unique in the file.' },
  matrix: {
    words: 'map of job keys to lists',
    help: 'A sweep: the job runs once for each combination of these values, the last key varying fastest. Not in defaults.',
    alsoCalled: ['sweep'],
  },
  defaults: {
    words: 'map of job keys',
    help: 'Values for every job that does not give its own.',
  },
  jobs: {
    words: `list of jobs, 1 to ${MAX_JOBS}`,
    help: 'The jobs, run one after the other; those of a list within it, `- parallel: [...]`, run side by side. `- purge: deallocate` alone is a purge before what follows.',
    alsoCalled: ['job'],
  },
  parallel: {
    words: `list of jobs, 1 to ${MAX_JOBS}`,
    help: 'Jobs that run side by side. Alone in its place of `jobs`.',
  },
  rounds: {
    words: ROUNDS.words,
    help: 'The `jobs` beside it are done in order, again and again, until the metric of one of them is steady.',
  },
} as const;

const describe = (part: keyof typeof PARTS) => ({ description: PARTS[part].help });

const matrix = z
  .strictObject(matrixKeys, expectsMap('a map of job keys to lists of values'))
  .refine((keys) => Object.keys(keys).length > 0, {
    ...expects('a map of at least one job key to a list of values'),
    // A map of unknown keys alone is told of by their names.
    when: ({ issues }) => issues.length === 0,
  })
  .optional()
  .meta(describe('matrix'));

/** What a job must be called. */
export const JOB_NAME = line('a name of one line, at most 128 characters', 128).schema.meta(describe('name'));

const jobSchema = z
  .strictObject({ name: JOB_NAME, ...jobKeys, matrix }, expectsMap('a job: a map of keys to values'))
  .meta({ description: 'One job.' });

const listOfJobs = <Job extends z.ZodType>(job: Job) =>
  z
    .array(job, expects('a list of jobs'))
    .min(1, expects('a list of at least one job'))
    .max(MAX_JOBS, { error: `has more than ${MAX_JOBS} jobs` });

/**
 * What may stand in a place of `jobs`. One schema for all of it, since of a union it is not told what is wrong with a key;
 * which of them it is, is looked at in `places.ts`.
 */
const placeSchema = z
  .strictObject(
    {
      name: JOB_NAME.optional(),
      ...jobKeys,
      matrix,
      parallel: listOfJobs(jobSchema).optional().meta(describe('parallel')),
      rounds: ROUNDS.schema.optional().meta(describe('rounds')),
      jobs: listOfJobs(jobSchema).optional().meta({ description: 'Jobs of a round, in order.' }),
    },
    expectsMap('a job: a map of keys to values'),
  )
  .meta({
    description: 'One job, jobs that run side by side, jobs in rounds, or a purge before what follows.',
    anyOf: [
      { required: ['name'] },
      { required: ['parallel'], maxProperties: 1 },
      { required: ['purge'], maxProperties: 1 },
      { required: ['rounds', 'jobs'], maxProperties: 2 },
    ],
  });

/** The keys of the file itself. */
export const rootKeys = {
  ...schemasOf(RUN_KEYS),
  defaults: z
    .strictObject(jobKeys, expectsMap('a map of job keys to values'))
    .optional()
    .meta(describe('defaults')),
  jobs: listOfJobs(placeSchema).meta(describe('jobs')),
};

/** The whole file, without the checks that look at two keys at once. */
export const configSchema = z
  .strictObject(rootKeys, expectsMap('a map with device and jobs'))
  .meta({ title: 'nvbench configuration, version 1' });

/** Every key of the file and of its jobs, by the names that other tools, and fio's own long spellings, have for it. */
export const OTHER_NAMES = otherNames({ ...PARTS, ...RUN_KEYS, ...JOB_KEYS });

/**
 * The configuration as JSON Schema (draft 7, which editors understand), with a description for every key. Rules
 * between keys (a job that writes needs `allow_writes`) are checked by `parseConfig` only.
 */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, not: { required: ['device', 'devices'] } };
}
