/** `exitall` of fio: which jobs end with which. Said anywhere, it holds for all jobs of the file. */
import { flag } from '../config/fio/values.js';
import { type ConvertFinding, said } from './finding.js';
import type { ConvertedJob } from './job.js';

type Turns = readonly (readonly ConvertedJob[])[];

/** The jobs of a turn that fio counts as one group: those from a `new_group` to the next. */
function groupOf(turn: readonly ConvertedJob[], job: ConvertedJob): readonly ConvertedJob[] {
  const groups: ConvertedJob[][] = [];
  for (const each of turn) {
    const begins = each.job.settings.get('new_group');
    const last = groups.at(-1);
    if (last === undefined || (begins !== undefined && flag(begins.value) !== false)) groups.push([each]);
    else last.push(each);
  }
  return groups.find((group) => group.includes(job)) ?? [];
}

/** What the end of a job ends in fio, and whether `exitall` says the same. */
function endOf(turns: Turns, at: number, job: ConvertedJob): { ends: boolean; lost?: string } {
  const turn = turns[at];
  const what = job.job.settings.get('exit_what')?.value || 'group';
  const group = what === 'group' ? groupOf(turn, job) : turn;
  const later = turns.length - at - 1;
  if (what === 'all' && later > 0)
    return { ends: true, lost: 'jobs in later turns, which fio does not run then' };
  if (group.length === 1) return { ends: false };
  if (group.length < turn.length)
    return { ends: false, lost: 'some of the jobs beside it end with it, and not all' };
  return { ends: true };
}

/** Gives jobs that end others their key, and notes what became of the options. */
export function endingOf(turns: Turns, findings: ConvertFinding[]): ConvertedJob[][] {
  const settings = turns.flat().flatMap(({ job }) => job.settings.get('exitall') ?? []);
  const isOn = settings.some(({ value }) => flag(value) !== false);
  const note = (job: ConvertedJob, kind: ConvertFinding['kind'], why: string): void => {
    for (const name of ['exitall', 'exit_what']) {
      const setting = job.job.settings.get(name);
      if (setting !== undefined) findings.push(said(kind, setting, name, why));
    }
  };
  return turns.map((turn, at) =>
    turn.map((job) => {
      const { ends, lost } = endOf(turns, at, job);
      if (!isOn || (!ends && lost === undefined)) {
        note(job, 'dropped', isOn ? 'nothing ends with it' : 'nothing without exitall');
        return job;
      }
      if (lost !== undefined) note(job, 'missing', lost);
      else note(job, 'carried', '`exitall`');
      if (!ends || turn.length === 1 || job.keys === undefined) return job;
      return { ...job, keys: new Map(job.keys).set('exitall', { value: true }) };
    }),
  );
}
