/** Plain data to a RunConfig, or everything that is wrong with it. */
import type { z } from 'zod';
import { checkBatches } from './batch-rules.js';
import { checkRules, type Finding, type ReadJob, type ReadRoot } from './checks.js';
import { checkContent } from './content-rules.js';
import { isMap } from './data-map.js';
import { fioAnswer } from './fio/answer.js';
import { type JobKeys, MATRIX_KEYS } from './job-keys.js';
import {
  aloneFindings,
  groupFindings,
  type Place,
  placeFindings,
  placesOf,
  type WrittenMap,
} from './places.js';
import { preconditionJob } from './precondition-job.js';
import { type PurgeWay, purgeWay } from './purge-keys.js';
import { checkRanges } from './range-rules.js';
import { ROUNDS } from './rounds.js';
import { checkRounds } from './rounds-rules.js';
import { completeJob, completeRun, type JobConfig, type RunConfig } from './run-config.js';
import type { RunKeys } from './run-keys.js';
import { configSchema, jobKeys, OTHER_NAMES, rootKeys } from './schema.js';
import { checkSearch } from './search-rules.js';
import { checkSequence } from './sequence-rules.js';
import { withoutRivals } from './size-keys.js';
import { checkSteadyState, checkUntilSure } from './steady-rules.js';
import { expandJob, expansionFindings, matrixFindings, readMatrix } from './sweep.js';
import { checkTrace, withoutWhatTraceSays } from './trace-rules.js';
import { checkVerify } from './verify-rules.js';
import { formatKeyPath, type KeyPath, nearest, quote } from './wording.js';
import { checkWrites, type HoldsData } from './write-rules.js';
import { checkZones } from './zone-rules.js';

export type Validation = { readonly config: RunConfig } | { readonly findings: readonly Finding[] };

const ROOT_NAMES = Object.keys(rootKeys);
const JOB_NAMES = Object.keys(jobKeys);

function valueAt(source: unknown, path: KeyPath): unknown {
  return path.reduce((part: unknown, step) => (part as Record<string, unknown> | undefined)?.[step], source);
}

/** What is said of an option of fio, unless one of `known` has that name too. */
function ofFio(key: string, value: unknown, known: readonly string[]): string | undefined {
  const other = OTHER_NAMES[key.toLowerCase()];
  return other !== undefined && known.includes(other) ? undefined : fioAnswer(key, value, known);
}

function unknownInMatrix(path: KeyPath, key: string, value: unknown): Finding {
  const near = nearest(key, MATRIX_KEYS, OTHER_NAMES);
  const suggestion =
    ofFio(key, value, MATRIX_KEYS) ??
    (near === undefined ? `a sweep may vary ${MATRIX_KEYS.join(', ')}` : `did you mean ${quote(near)}?`);
  return { path: [...path, key], part: 'key', message: 'unknown key', suggestion };
}

function unknownKey(path: KeyPath, key: string, value: unknown): Finding {
  if (path.at(-1) === 'matrix') return unknownInMatrix(path, key, value);
  const atRoot = path.length === 0;
  const inPlace = path.length === 2 ? ['parallel', 'rounds', 'jobs'] : [];
  const inJob = path[0] === 'jobs' ? ['name', ...JOB_NAMES, 'matrix', ...inPlace] : JOB_NAMES;
  const [here, elsewhere] = atRoot ? [ROOT_NAMES, JOB_NAMES] : [inJob, ROOT_NAMES];
  const otherPlace = atRoot ? 'in a job or in defaults' : 'at the top of the file';
  const near = nearest(key, here, OTHER_NAMES);
  const nearElsewhere = nearest(key, elsewhere, OTHER_NAMES);
  const ofOthers = ofFio(key, value, [...here, ...elsewhere]);
  let suggestion = `the keys here are ${here.join(', ')}`;
  let belonging: string | undefined;
  if (nearElsewhere === key) {
    suggestion = `put it ${otherPlace}`;
    belonging = key;
  } else if (ofOthers !== undefined) suggestion = ofOthers;
  else if (near !== undefined) suggestion = `did you mean ${quote(near)}?`;
  else if (nearElsewhere !== undefined) {
    suggestion = `did you mean ${quote(nearElsewhere)}, ${otherPlace}?`;
    belonging = nearElsewhere;
  }
  const belongsAt = belonging && [...(atRoot ? ['defaults'] : []), belonging];
  return {
    path: [...path, key],
    part: 'key',
    message: 'unknown key',
    suggestion,
    ...(belongsAt ? { belongsAt } : {}),
  };
}

/** The findings of the schema, key by key; two failed limits of one value are one finding. */
function schemaFindings(source: unknown): Finding[] {
  // What zod would compile for each kind of object takes longer than reading a file without it.
  const result = configSchema.safeParse(source, { jitless: true });
  const found = new Map<string, Finding>();
  for (const issue of result.error?.issues ?? []) {
    const path = issue.path as KeyPath;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const at = [...path, key];
        found.set(formatKeyPath(at), unknownKey(path, key, valueAt(source, at)));
      }
    } else if (!found.has(formatKeyPath(path))) {
      found.set(formatKeyPath(path), { path, part: 'value', message: issue.message });
    }
  }
  return [...found.values()];
}

/** Reads each key of `shape` by itself, so that one wrong value does not hide what the others say. */
function readKeys(shape: Record<string, z.ZodType>, raw: Record<string, unknown>) {
  const keys: Record<string, unknown> = {};
  const bad = new Set<string>();
  for (const [key, type] of Object.entries(shape)) {
    if (!Object.hasOwn(raw, key)) continue;
    const result = type.safeParse(raw[key]);
    if (result.success) keys[key] = result.data;
    else bad.add(key);
  }
  return { keys, bad };
}

/** A job of the file, before its matrix makes several of it. */
interface WrittenJob {
  readonly job: ReadJob;
  readonly matrix: ReturnType<typeof readMatrix>;
}

/** What stands in one place of the file. */
interface ReadPlace {
  readonly kind: Place['kind'];
  readonly jobs: readonly WrittenJob[];
  /** Of a place without jobs: what is done before those of the next. */
  readonly purge?: { readonly way: PurgeWay; readonly path: KeyPath };
}

/** The places of the file, with their jobs. */
function readPlaces(places: readonly Place[], source: Record<string, unknown>): ReadPlace[] {
  const defaultsUsable = source.defaults === undefined || isMap(source.defaults);
  const defaults = readKeys(jobKeys, isMap(source.defaults) ? source.defaults : {});
  // Defaults that are no map may have been meant to hold any key.
  const inheritedBad = defaultsUsable ? defaults.bad : new Set(JOB_NAMES);
  const readOne = ({ raw, path }: WrittenMap): WrittenJob => {
    const own = readKeys(jobKeys, raw);
    const matrix = readMatrix(raw.matrix, path);
    const stillBad = [...inheritedBad].filter((key) => !Object.hasOwn(own.keys, key));
    const inherited = Object.entries(defaults.keys).filter(([key]) => !own.bad.has(key));
    const job: ReadJob = {
      path,
      name: typeof raw.name === 'string' ? raw.name : undefined,
      keys: {
        ...withoutWhatTraceSays(
          withoutRivals(Object.fromEntries(inherited), Object.keys(raw)),
          Object.keys(raw),
        ),
        ...own.keys,
      } as JobKeys,
      bad: new Set([...own.bad, ...stillBad, ...matrix.bad]),
      own: new Set(Object.keys(raw)),
      varied: new Map(),
    };
    return { job, matrix };
  };
  return places.map(({ kind, raw, path, jobs }) => {
    const read = jobs.map(readOne);
    const rounds = kind === 'rounds' ? ROUNDS.schema.safeParse(raw.rounds).data : undefined;
    if (rounds !== undefined)
      return { kind, jobs: read.map(({ job, matrix }) => ({ job: { ...job, rounds }, matrix })) };
    const way = kind === 'purge' ? purgeWay.schema.safeParse(raw.purge).data : undefined;
    return { kind, jobs: read, ...(way && { purge: { way, path: [...path, 'purge'] } }) };
  });
}

/** In the order of the run; those of one turn run side by side. */
type Turns = readonly (readonly ReadJob[])[];

/** The jobs of the first turn purge first, unless they say how themselves. */
function purgedFirst(turns: Turns, purge: ReadPlace['purge']): Turns {
  const [first, ...others] = turns;
  if (first === undefined || purge === undefined) return turns;
  const { way, path } = purge;
  const purged = first.map((job) =>
    job.keys.purge === undefined
      ? { ...job, keys: { ...job.keys, purge: way }, varied: new Map([...job.varied, ['purge', path]]) }
      : job,
  );
  return [purged, ...others];
}

/** The turns of all places, with what goes before them. */
function allTurns(places: readonly ReadPlace[], { keys }: ReadRoot): Turns {
  let pending: ReadPlace['purge'];
  const turns = places.flatMap((place) => {
    const own = purgedFirst(turnsOf(place), pending);
    pending = place.purge;
    return own;
  });
  const { precondition, purge: way } = keys;
  const filled = precondition === undefined ? [] : [[preconditionJob(precondition)]];
  return purgedFirst([...filled, ...turns], way === undefined ? undefined : { way, path: ['purge'] });
}

const sideBySide = ({ kind, jobs }: ReadPlace): boolean => kind === 'parallel' && jobs.length > 1;

/** Of one place; each job of a sweep by itself. */
function turnsOf(place: ReadPlace): Turns {
  if (sideBySide(place)) return [place.jobs.map(({ job }) => job)];
  return place.jobs.flatMap(({ job, matrix }) => expandJob(job, matrix)).map((job) => [job]);
}

/** Each once: a value of defaults may be at fault for many jobs, and one of a job for all of its sweep. */
const once = (found: readonly Finding[]): Finding[] => [
  ...new Map(found.map((each) => [JSON.stringify([each.path, each.message]), each])).values(),
];

function placeRules(place: ReadPlace): Finding[] {
  const jobs = place.jobs.map(({ job }) => job);
  return sideBySide(place) ? groupFindings(jobs) : jobs.flatMap(aloneFindings);
}

/** The jobs of a turn, each with the names of the others. */
function beside(turn: readonly JobConfig[]): JobConfig[] {
  if (turn.length === 1) return [...turn];
  return turn.map((job) => ({
    ...job,
    parallel: turn.filter((other) => other !== job).map(({ name }) => name),
  }));
}

/** Checks a configuration given as plain data and applies the defaults. Never throws for any data. `holdsData`: see `checkWrites`. */
export function validate(source: unknown, holdsData?: HoldsData): Validation {
  const findings = schemaFindings(source);
  if (!isMap(source)) return { findings };
  const root = readKeys(rootKeys, source);
  const readRoot: ReadRoot = { keys: root.keys as RunKeys, bad: root.bad };
  const writtenPlaces = placesOf(source.jobs);
  const places = readPlaces(writtenPlaces, source);
  const written = places.flatMap(({ jobs }) => jobs);
  const tooMany = expansionFindings(written);
  findings.push(
    ...placeFindings(writtenPlaces),
    ...places.flatMap(placeRules),
    ...written.flatMap(({ job, matrix }) => matrixFindings(job, matrix)),
    ...tooMany,
  );
  const turns = tooMany.length > 0 ? [] : allTurns(places, readRoot);
  const jobs = turns.flat();
  findings.push(
    ...once([
      ...checkRules(readRoot, jobs),
      ...checkWrites(readRoot, jobs, holdsData),
      ...jobs.flatMap(checkSearch),
      ...jobs.flatMap(checkSteadyState),
      ...jobs.flatMap(checkUntilSure),
      ...jobs.flatMap(checkVerify),
      ...jobs.flatMap(checkZones),
      ...jobs.flatMap(checkRanges),
      ...jobs.flatMap(checkBatches),
      ...checkRounds(jobs),
      ...jobs.flatMap(checkContent),
      ...jobs.flatMap(checkSequence),
      ...jobs.flatMap(checkTrace),
    ]),
  );
  if (findings.length > 0) return { findings };
  const complete = ({ name, keys: { rw: written, ...keys }, sweep, rounds }: ReadJob): JobConfig[] => {
    // Until the trace is read nobody knows whether it has both.
    const rw = keys.read_iolog === undefined ? written : 'rw';
    return name === undefined || rw === undefined
      ? []
      : [{ ...completeJob(name, { rw, ...keys }, sweep), ...(rounds === undefined ? {} : { rounds }) }];
  };
  return {
    config: completeRun(
      readRoot.keys,
      turns.map((turn) => beside(turn.flatMap(complete))),
    ),
  };
}
