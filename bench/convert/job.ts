/** One job of fio to one of ours. */
import { fioOption, type NamedFioOption } from '../config/fio/options.js';
import { type RwPattern, writes } from '../config/pattern.js';
import { workBatches } from './batches.js';
import { workContent } from './content.js';
import { type Draft, hasKey, isSet, keyProblem, LeftOut, leaveOut, newDraft, note, take } from './draft.js';
import type { ConvertFinding } from './finding.js';
import type { FioJob, FioSetting } from './job-file.js';
import { workLatencyTarget } from './latency-target.js';
import { workLength } from './length.js';
import { notePastKernel } from './past-kernel.js';
import { workDepth, workMix, workPattern } from './pattern.js';
import { workPlacement } from './placement.js';
import { workRanges } from './ranges.js';
import { workRate } from './rate.js';
import { shareOut } from './shares.js';
import { workBlockSize } from './sizes.js';
import { workSteadyState } from './steady-state.js';
import { type Target, workTargets } from './target.js';
import { workTrace } from './trace.js';
import { workVerify } from './verify.js';
import { checkZones, workZones } from './zones.js';

/** A job of fio, worked out. */
export interface ConvertedJob {
  readonly job: FioJob;
  readonly name: string;
  readonly description?: string;
  /** Undefined where the job was left out. */
  readonly keys?: Draft['keys'];
  /** Of each of its workers. */
  readonly gates: Draft['gates'];
  readonly targets: readonly Target[];
  readonly writes: boolean;
  readonly findings: readonly ConvertFinding[];
}

const SCOPE_WORDS = {
  writes: 'the job does not write',
  random: 'the job is sequential',
  mixed: 'the job has one direction',
  asynchronous: 'one I/O is in flight at a time',
} as const;

/** Why an option does nothing in this job; undefined where it does something. */
function idleReason(draft: Draft, { value }: FioSetting, option: NamedFioOption): string | undefined {
  if (option.idle?.includes(value)) return 'it asks for nothing';
  if (option.only !== undefined && !draft.scopes.has(option.only)) return SCOPE_WORDS[option.only];
  if (option.with !== undefined && !isSet(draft, option.with))
    return `it does nothing without ${option.with}`;
  return undefined;
}

/** An option that a key says: carried where there is such a key and it takes the value. */
function workKey(draft: Draft, setting: FioSetting, { key = '', read, here }: NamedFioOption): void {
  const known = hasKey(key);
  const value = read?.(setting.value, draft.units);
  const problem = known ? keyProblem(key, value) : `${here}: there is no key for it`;
  if (problem === undefined) draft.keys.set(key, { value });
  if (problem === undefined) note(draft, 'carried', setting, `\`${key}\``);
  else
    note(draft, 'missing', setting, known && value === undefined ? 'its value is not understood' : problem);
}

function workRest(draft: Draft): void {
  for (const [name, setting] of draft.job.settings) {
    if (draft.done.has(name)) continue;
    const option = fioOption(name);
    if (option === undefined) {
      note(draft, 'missing', setting, 'an option that is not known here');
      continue;
    }
    if (option.fate === 'worked') continue;
    const idle = idleReason(draft, setting, option);
    if (option.fate === 'dropped') note(draft, 'dropped', setting, option.here);
    else if (idle !== undefined) note(draft, 'dropped', setting, idle);
    else if (option.fate === 'key') workKey(draft, setting, option);
    else if (option.fate === 'outside') note(draft, 'outside', setting, option.here);
    else note(draft, 'missing', setting, `${option.here}: there is no key for it`);
  }
}

/** What goes through the page cache in fio does not here. */
function workCache(draft: Draft): void {
  for (const [option, cached] of [
    ['direct', '0'],
    ['buffered', '1'],
  ]) {
    const setting = take(draft, option);
    if (setting?.value === cached)
      note(draft, 'differs', setting, 'through the page cache in fio; here I/O is direct');
    else if (setting !== undefined) note(draft, 'dropped', setting, 'I/O is always direct');
  }
}

/** A file system without room is none of a drive's. */
function workErrors(draft: Draft): void {
  const setting = draft.job.settings.get('ignore_error');
  if (setting === undefined || !/ENOSPC|EDQUOT/.test(setting.value)) return;
  take(draft, 'ignore_error');
  note(draft, 'outside', setting, 'a file system that is full');
}

function refuseUnset(draft: Draft): void {
  for (const [name, setting] of draft.job.settings) {
    if (setting.unset.length === 0 || fioOption(name)?.fate === 'dropped') continue;
    leaveOut(draft, setting, `set ${setting.unset.join(', ')} in the environment of convert`);
  }
}

/** What a job says of its I/Os that plays no trace. */
function workOwn(draft: Draft): void {
  const directions = workPattern(draft);
  workMix(draft);
  workLength(draft, workBlockSize(draft, directions));
  workRanges(draft);
  workRate(draft, directions);
  workLatencyTarget(draft);
  workSteadyState(draft);
}

function workAll(draft: Draft): Target[] {
  const isNull = workDepth(draft);
  refuseUnset(draft);
  const plays = workTrace(draft);
  if (!plays) workOwn(draft);
  workCache(draft);
  workErrors(draft);
  workContent(draft);
  const targets = workTargets(draft, isNull);
  shareOut(draft, targets);
  workZones(draft);
  if (!plays) workPlacement(draft);
  workRest(draft);
  workBatches(draft);
  if (!plays) workVerify(draft);
  checkZones(draft);
  notePastKernel(draft, targets);
  return targets;
}

/** Works out a job. Never throws for any job file. */
export function convertJob(job: FioJob): ConvertedJob {
  const draft = newDraft(job);
  const base = {
    job,
    name: take(draft, 'name')?.value || job.name,
    description: take(draft, 'description')?.value,
    gates: draft.gates,
    findings: draft.findings,
  };
  try {
    const targets = workAll(draft);
    const rw = draft.keys.get('rw')?.value as RwPattern | undefined;
    return { ...base, keys: draft.keys, targets, writes: rw === undefined || writes(rw) };
  } catch (error) {
    if (!(error instanceof LeftOut)) throw error;
    // What else it asks is told too, unless nothing of it is for a device like this.
    if (error.kind === 'missing') workRest(draft);
    const why = `the job is left out: ${error.message}`;
    draft.findings.push({ kind: error.kind, at: job.at, what: `[${job.name}]`, why });
    return { ...base, targets: [], writes: false };
  }
}
