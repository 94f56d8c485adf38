/** The devices of a configuration: those of the file, and of jobs that have others. */
import { isDeepStrictEqual } from 'node:util';
import { type ConvertFinding, settingText } from './finding.js';
import type { WrittenJob } from './order.js';
import { areFiles, type Target } from './target.js';

/** Devices as a configuration names them. */
export interface NamedDevices {
  /** What a configuration can name; empty where that is not known. */
  readonly named: readonly string[];
  readonly namespace?: number;
  /** What fio ran on, where it has no target here. */
  readonly unnamed: readonly string[];
}

export interface Devices extends NamedDevices {
  /** Of the jobs that do not run on those of the file; without names where only the namespace is theirs. */
  readonly ofJobs: ReadonlyMap<WrittenJob, NamedDevices>;
  readonly findings: readonly ConvertFinding[];
}

/** Enough for any region that a job of fio names. */
const NULL_TARGET = 'null:?size=1024TiB';

function namesOf(targets: readonly Target[]): NamedDevices {
  const known = targets.every(({ kind }) => kind === 'named' || kind === 'null');
  const namespace = targets.find((target) => target.namespace !== undefined)?.namespace;
  return {
    named: known ? [...new Set(targets.map(({ kind, text }) => (kind === 'null' ? NULL_TARGET : text)))] : [],
    ...(namespace === undefined ? {} : { namespace }),
    unnamed: known ? [] : [...new Set(targets.map(({ text }) => text).filter((text) => text !== ''))],
  };
}

/** The devices of the first job are those of the file. */
export function devicesOf(jobs: readonly WrittenJob[]): Devices {
  const [first, ...others] = jobs;
  const ofFile = namesOf(first.targets);
  const ofJobs = new Map<WrittenJob, NamedDevices>();
  const findings: ConvertFinding[] = [];
  for (const job of others) {
    const own = namesOf(job.targets);
    if (isDeepStrictEqual(own, ofFile) || (areFiles(job.targets) && areFiles(first.targets))) continue;
    ofJobs.set(job, own);
    if (own.named.length > 0) continue;
    const setting = job.job.settings.get('filename') ?? job.job.settings.get('ioengine');
    const what = setting === undefined ? `[${job.job.name}]` : settingText(setting);
    const why = 'name it as `device` of the job: the one of the file is that of the first job';
    // Where neither has a name here, both are to be named anyway.
    const kind = ofFile.named.length > 0 ? 'missing' : 'differs';
    findings.push({ kind, at: setting?.at ?? job.job.at, what, option: 'devices of a job', why });
  }
  const { namespace, ...withoutNamespace } = ofFile;
  if (namespace === undefined || [...ofJobs.values()].every((own) => own.namespace !== undefined))
    return { ...ofFile, ofJobs, findings };
  // That of the file would be that of the jobs that name none, too.
  for (const job of jobs) if (!ofJobs.has(job)) ofJobs.set(job, { named: [], unnamed: [], namespace });
  return { ...withoutNamespace, ofJobs, findings };
}
