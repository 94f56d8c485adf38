/** One job as it grows: its keys with what is said beside them, and what was found on the way. */
import type { FioScope } from '../config/fio/option.js';
import { fioOption, firstName } from '../config/fio/options.js';
import type { FioUnits } from '../config/fio/values.js';
import { JOB_KEYS } from '../config/job-keys.js';
import type { KeyRow } from '../config/key-table.js';
import { type ConvertFinding, type FindingKind, settingText } from './finding.js';
import type { FioJob, FioSetting } from './job-file.js';

const ROWS: Readonly<Record<string, KeyRow>> = JOB_KEYS;

/** Whether a job may have this key. */
export function hasKey(key: string): boolean {
  return Object.hasOwn(ROWS, key);
}

/** What is wrong with a value of a key; undefined where it is one. */
export function keyProblem(key: string, value: unknown): string | undefined {
  return ROWS[key].kind.schema.safeParse(value).error?.issues[0]?.message;
}

export interface DraftValue {
  readonly value: unknown;
  /** Beside it, where it is not what the line of fio says. */
  readonly comment?: string;
}

/** Thrown where a job cannot be written without changing what it is. */
export class LeftOut extends Error {
  readonly kind: 'missing' | 'outside';

  constructor(why: string, kind: 'missing' | 'outside' = 'missing') {
    super(why);
    this.kind = kind;
  }
}

/** What a direction is to do at least, per second. */
export interface LeastRate {
  readonly direction: 'read' | 'write';
  readonly metric: 'bandwidth' | 'iops';
  readonly value: number;
}

export interface Draft {
  readonly job: FioJob;
  readonly units: FioUnits;
  readonly keys: Map<string, DraftValue>;
  /** Of each worker. */
  readonly gates: LeastRate[];
  readonly findings: ConvertFinding[];
  /** What is true of the job, once that has been worked out. */
  readonly scopes: Set<FioScope>;
  /** Options that have been dealt with. */
  readonly done: Set<string>;
}

export function newDraft(job: FioJob): Draft {
  const kbBase = job.settings.get('kb_base')?.value === '1000' ? 1000 : 1024;
  return {
    job,
    units: { kbBase },
    keys: new Map(),
    gates: [],
    findings: [],
    scopes: new Set(),
    done: new Set(),
  };
}

/** Takes an option for working out, so that nobody else deals with it. */
export function take(draft: Draft, option: string): FioSetting | undefined {
  draft.done.add(option);
  return draft.job.settings.get(option);
}

/** Whether an option of this name is set, to anything but what asks for nothing. */
export function isSet({ job }: Draft, name: string): boolean {
  const setting = job.settings.get(name);
  return setting !== undefined && !(fioOption(name)?.idle ?? []).includes(setting.value);
}

/** Notes what became of a setting. */
export function note(draft: Draft, kind: FindingKind, setting: FioSetting, why: string): void {
  const option = firstName(setting.name);
  draft.findings.push({ kind, at: setting.at, what: settingText(setting), option, why });
}

/** Notes a setting that decides what the job is, and gives the job up. */
export function leaveOut(
  draft: Draft,
  setting: FioSetting,
  why: string,
  kind: 'missing' | 'outside' = 'missing',
): never {
  note(draft, kind, setting, why);
  throw new LeftOut(why, kind);
}

/** Gives a key its value. Gives the job up where the key cannot take it: without it, it would be another job. */
export function setKey(
  draft: Draft,
  key: string,
  value: unknown,
  from: FioSetting | undefined,
  comment?: string,
): void {
  const problem = keyProblem(key, value);
  if (problem === undefined) {
    draft.keys.set(key, { value, comment });
    if (from !== undefined) note(draft, 'carried', from, `\`${key}\``);
    return;
  }
  if (from !== undefined) leaveOut(draft, from, problem);
  throw new LeftOut(problem);
}
