/** One job without a file: each of its keys an option of the command line. */
import { ENDS } from './checks.js';
import { ConfigError, type ConfigIssue } from './config-error.js';
import { JOB_KEYS, type JobKey, MATRIX_KEYS } from './job-keys.js';
import { type ConfigChanges, check, type LoadedConfig } from './load.js';
import type { Override } from './overrides.js';
import type { HoldsData } from './write-rules.js';
import { parseYaml } from './yaml-document.js';

/** What was typed: the words of each key, several where its option was given several times. */
export interface TypedJob {
  readonly name?: string | undefined;
  readonly keys: Readonly<Record<string, readonly (string | boolean)[]>>;
}

/** Stands in messages for the file that there is not. */
const TYPED = 'the command line';
const EXAMPLE = 'nvbench run --device sim --rw randread --bs 4k --iodepth 32 --runtime 10s';

type Read = { readonly values: readonly unknown[] } | { readonly issue: ConfigIssue };

const isSwept = (key: JobKey): boolean => MATRIX_KEYS.includes(key);

/** `1,32` are two values, unless it is one as it stands; sizes are two all the same. */
function splitList(key: JobKey, value: unknown): unknown[] {
  if (typeof value !== 'string' || !value.includes(',')) return [value];
  const row = JOB_KEYS[key];
  if (!('typedList' in row) && row.kind.schema.safeParse(value).success) return [value];
  return value.split(',').map((part) => {
    const parsed = parseYaml(part);
    return 'faults' in parsed ? part : parsed.data.value;
  });
}

/** The values of one word, read as a file would have them. */
function readWord(key: JobKey, word: string | boolean): Read {
  // In YAML a dash alone is a list of nothing.
  if (typeof word === 'boolean' || word === '-' || 'typedText' in JOB_KEYS[key]) return { values: [word] };
  const parsed = parseYaml(word);
  if ('faults' in parsed) {
    const [{ message }] = parsed.faults;
    return { issue: { path: '', origin: `--${key} ${word}`, message, suggestion: 'quote the value' } };
  }
  const { value } = parsed.data;
  if (!isSwept(key)) return { values: [value] };
  return { values: Array.isArray(value) ? value : splitList(key, value) };
}

interface Draft {
  readonly job: Record<string, unknown>;
  readonly matrix: Record<string, unknown[]>;
  readonly typed: Override[];
  readonly issues: ConfigIssue[];
}

function addKey(draft: Draft, key: JobKey, words: readonly (string | boolean)[]): void {
  const values: unknown[] = [];
  const origins: string[] = [];
  for (const word of words) {
    const read = readWord(key, word);
    if ('issue' in read) draft.issues.push(read.issue);
    else {
      values.push(...read.values);
      origins.push(...read.values.map(() => (typeof word === 'boolean' ? `--${key}` : `--${key} ${word}`)));
    }
  }
  const at = ['jobs', 0];
  const said = { saysKey: true } as const;
  if (values.length === 1) {
    draft.job[key] = values[0];
    draft.typed.push({ path: [...at, key], origin: origins[0], ...said });
  } else if (values.length > 1) {
    draft.matrix[key] = values;
    draft.typed.push(...origins.map((origin, i) => ({ path: [...at, 'matrix', key, i], origin, ...said })));
  }
}

/** What neither options nor changes say, and no job can do without. */
function missing({ keys }: TypedJob, changes: ConfigChanges): string[] {
  if ((changes.set ?? []).length > 0) return [];
  const hasEnd = ENDS.some((key) => keys[key] !== undefined);
  return [
    ...((changes.device ?? []).length > 0 ? [] : ['--device']),
    ...(keys.rw === undefined && keys.read_iolog === undefined ? ['--rw'] : []),
    ...(hasEnd ? [] : ['--runtime (or --number_ios, or a --size to transfer once)']),
  ];
}

/**
 * The configuration of one job, named after its pattern unless it has a name; several values of a key make a sweep, in the
 * order of the table of keys. The changes are made in it. `holdsData`: see `checkRules`.
 * @throws ConfigError `CONFIG_INVALID` (input) with every problem found and the option that it is in.
 */
export function loadTypedJob(
  typedJob: TypedJob,
  changes: ConfigChanges = {},
  holdsData?: HoldsData,
): LoadedConfig {
  const lacks = missing(typedJob, changes);
  if (lacks.length > 0) {
    const message = `the job lacks ${lacks.join(' and ')}`;
    throw new ConfigError(TYPED, [
      { path: '', origin: TYPED, message, suggestion: `for example ${EXAMPLE}` },
    ]);
  }
  const draft: Draft = { job: {}, matrix: {}, typed: [], issues: [] };
  for (const key of Object.keys(JOB_KEYS) as JobKey[]) addKey(draft, key, typedJob.keys[key] ?? []);
  if (draft.issues.length > 0) throw new ConfigError(TYPED, draft.issues);
  const { rw } = draft.job;
  const name = typedJob.name ?? (typeof rw === 'string' && /^\w+$/.test(rw) ? rw : 'job');
  const typedName: Override = { path: ['jobs', 0, 'name'], origin: `--name ${name}`, saysKey: true };
  const matrix = Object.keys(draft.matrix).length > 0 ? { matrix: draft.matrix } : {};
  return check(
    { jobs: [{ name, ...draft.job, ...matrix }] },
    { name: TYPED, typed: [typedName, ...draft.typed], holdsData },
    changes,
  );
}
