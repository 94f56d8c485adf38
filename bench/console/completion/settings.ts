/** `KEY=VALUE`, as `--set` takes it, completed from the tables of keys. */
import { JOB_KEYS, MATRIX_KEYS } from '../../config/job-keys.js';
import { describeKey, type KeyRow, type KeyTable } from '../../config/key-table.js';
import { RUN_KEYS } from '../../config/run-keys.js';
import type { Candidate } from './complete.js';

/** A job, by its place or its name, and whether its sweep is meant. */
const OF_JOB = /^(jobs(?:\[\d+\]|\..+?)\.)(matrix\.)?/u;

function keysOf(prefix: string, table: KeyTable, keys: readonly string[] = Object.keys(table)): Candidate[] {
  return keys.map((key) => {
    const [first] = describeKey(table[key]).split(/(?<=[.;])\s/);
    return { value: `${prefix}${key}=`, describe: first };
  });
}

function candidatesFor(current: string): Candidate[] {
  const [, job, matrix] = OF_JOB.exec(current) ?? [];
  if (matrix !== undefined) return keysOf(`${job}${matrix}`, JOB_KEYS, MATRIX_KEYS);
  if (job !== undefined) return keysOf(job, JOB_KEYS);
  return [...keysOf('defaults.', JOB_KEYS), ...keysOf('', RUN_KEYS)];
}

function rowOf(path: string): KeyRow | undefined {
  const [, key = path] = /^(?:defaults|jobs.*)\.([\w-]+)$/u.exec(path) ?? [];
  const table: KeyTable = key === path ? RUN_KEYS : JOB_KEYS;
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** What the text may become: a key with its equals sign, and after that a value of those that can be listed. */
export function settingsFor(current: string): Candidate[] {
  const equals = current.indexOf('=');
  if (equals < 0) return candidatesFor(current);
  const path = current.slice(0, equals);
  // The values of a sweep are a list.
  if (/\.matrix\.[\w-]+$/.test(path)) return [];
  return (rowOf(path)?.kind.choices ?? []).map((choice) => ({ value: `${path}=${choice}` }));
}
