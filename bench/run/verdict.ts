/** The verdict on each job of a run: what of all that is known of it spoils its figures. */
import type { EngineWarning } from '../../engine/index.js';
import {
  type BenchResult,
  endedAsAsked,
  type JobRecord,
  operationsOf,
  type VerdictRecord,
} from '../../reports/document/index.js';
import { neverSteady } from '../../reports/document/rounds-window.js';
import { deviceDoubts, deviceDoubtsAfter } from './doubts/device.js';
import { DOUBTS } from './doubts/doubt.js';
import { hostDoubts } from './doubts/host.js';

type Level = VerdictRecord['level'];

/** How its end, its I/Os and its completions spoil a job, by codes that never change. */
export const OUTCOMES = {
  'nothing-measured': 'invalid',
  'io-timeout': 'invalid',
  'device-lost': 'invalid',
  'too-many-errors': 'invalid',
  'bad-block': 'invalid',
  'never-ran': 'invalid',
  'unexpected-completions': 'invalid',
  interrupted: 'suspect',
  'io-errors': 'suspect',
  recovered: 'suspect',
} as const;

type OutcomeCode = keyof typeof OUTCOMES;

const BY_STOP: Partial<Record<JobRecord['stopReason'], OutcomeCode>> = {
  timeout: 'io-timeout',
  'device-lost': 'device-lost',
  errors: 'too-many-errors',
  verify: 'bad-block',
  error: 'never-ran',
  interrupted: 'interrupted',
};

/** What is in flight then is given up, whether it is late or not. */
const ENDED_UNANSWERED: readonly JobRecord['stopReason'][] = ['device-lost', 'interrupted'];

function outcomesOf(job: JobRecord): OutcomeCode[] {
  const { errors, stopReason, recovery = [] } = job;
  const byStop = endedAsAsked(job) ? undefined : BY_STOP[stopReason];
  const found: (OutcomeCode | false)[] = [
    operationsOf(job).every(([, { ios }]) => ios === 0) && 'nothing-measured',
    errors.timeouts > 0 && !ENDED_UNANSWERED.includes(stopReason) && 'io-timeout',
    byStop ?? false,
    errors.unexpectedCompletions > 0 && 'unexpected-completions',
    errors.total > 0 && 'io-errors',
    recovery.length > 0 && 'recovered',
  ];
  return [...new Set(found.filter((code) => code !== false))];
}

const LEVELS: Readonly<Record<string, Level | 'note'>> = { ...DOUBTS, ...OUTCOMES };

/** `around`: codes of the warnings on its host and its device. Codes that nobody knows spoil nothing. */
export function verdictOf(job: JobRecord, around: readonly string[] = []): VerdictRecord {
  const codes = new Set([...outcomesOf(job), ...job.warnings.map(({ code }) => code), ...around]);
  const of = (level: Level): string[] => [...codes].filter((code) => LEVELS[code] === level);
  const [invalid, suspect] = [of('invalid'), of('suspect')];
  const level = invalid.length > 0 ? 'invalid' : suspect.length > 0 ? 'suspect' : 'valid';
  return { level, reasons: [...invalid, ...suspect] };
}

/** The jobs of a run with their verdicts, by all that is known of host and devices by now. `toldOf` a device: what its path warned of. */
export function withVerdicts(
  { host, devices, jobs, rounds = [] }: BenchResult,
  toldOf: (target: string) => readonly EngineWarning[] = () => [],
): JobRecord[] {
  const ofHost = hostDoubts(host);
  const unsteady = rounds.filter(neverSteady);
  const isUnsteady = ({ target, name }: JobRecord): boolean =>
    unsteady.some((each) => each.target === target && each.jobs.includes(name));
  return jobs.map((job) => {
    const own = devices.filter(({ target }) => target === job.target);
    const around = [
      ...ofHost,
      ...own.flatMap((device) => [...deviceDoubts(device), ...deviceDoubtsAfter(device)]),
      ...toldOf(job.target),
    ];
    return {
      ...job,
      verdict: verdictOf(job, [
        ...around.map(({ code }) => code),
        ...(isUnsteady(job) ? ['not-steady'] : []),
        ...(job.verdict?.reasons ?? []),
      ]),
    };
  });
}
