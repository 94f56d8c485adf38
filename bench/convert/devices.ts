/** The devices of a configuration: one set for all of its jobs. */
import { type ConvertFinding, settingText } from './finding.js';
import type { WrittenJob } from './order.js';
import type { Target } from './target.js';

export interface Devices {
  /** What a configuration can name; empty where that is not known. */
  readonly named: readonly string[];
  readonly namespace?: number;
  /** What fio ran on, where it has no target here. */
  readonly unnamed: readonly string[];
  readonly findings: readonly ConvertFinding[];
}

/** Enough for any region that a job of fio names. */
const NULL_TARGET = 'null:?size=1024TiB';

const textOf = ({ kind, text }: Target) => (kind === 'file' ? '' : text);

/** The devices of the first job, and what jobs on others lose. */
export function devicesOf(jobs: readonly WrittenJob[]): Devices {
  const first = jobs[0].targets;
  const findings = jobs.flatMap(({ job, targets }): ConvertFinding[] => {
    if (targets.map(textOf).join(':') === first.map(textOf).join(':')) return [];
    const setting = job.settings.get('filename') ?? job.settings.get('ioengine');
    const why = 'a configuration has the same devices for all of its jobs: make one file for each';
    const what = setting === undefined ? `[${job.name}]` : settingText(setting);
    return [{ kind: 'missing', at: setting?.at ?? job.at, what, option: 'devices of a job', why }];
  });
  const known = first.every(({ kind }) => kind === 'named' || kind === 'null');
  return {
    named: known ? [...new Set(first.map(({ kind, text }) => (kind === 'null' ? NULL_TARGET : text)))] : [],
    namespace: first.find(({ namespace }) => namespace !== undefined)?.namespace,
    unnamed: known ? [] : [...new Set(first.map(({ text }) => text).filter((text) => text !== ''))],
    findings,
  };
}
