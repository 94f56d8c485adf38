/** A run that goes on with what an earlier attempt has left: what is kept of it, what is said of the gap, what still runs. */
import type { Drive } from '../../../engine/index.js';
import type { AttemptRecord, BenchResult, DeviceRecord, JobRecord } from '../../../reports/document/index.js';
import { formatDuration, plural } from '../../../reports/render/format.js';
import type { LoadedConfig } from '../../config/load.js';
import { doubt } from '../doubts/doubt.js';
import { mayDestroy } from '../plan/may-write.js';
import { type PlannedJob, turnsOf } from '../plan/plan.js';
import { checkWriteBudget } from '../plan/write-budget.js';
import { foldWarnings } from '../result-document.js';
import { withVerdicts } from '../verdict.js';
import { changesBetween, writtenBetween } from './changes.js';
import { cannotResume } from './earlier.js';
import { cutShortOf, type Finished, finishedOf, mostWrittenBy } from './finished.js';
import { checkSameDevices } from './same-run.js';

/** What a run goes on with. */
export interface Earlier {
  readonly document: BenchResult;
  /** Its file, for messages. */
  readonly output: string;
  /** Drives are held by another process, and keep what is on them. */
  readonly shared: boolean;
}

export interface Resumed extends Pick<Finished, 'kept' | 'rounds'> {
  readonly earlier: BenchResult;
  readonly fromTurn: number;
  /** The plan, whose jobs know what lies between them and what prepared their drive. */
  readonly planned: readonly PlannedJob[];
  readonly cutShort: AttemptRecord['cutShort'];
  /** What earlier attempts wrote to each drive in rounds, and in jobs that run again. */
  readonly writtenBytes: ReadonlyMap<Drive, number>;
  /** For people, in one sentence. */
  readonly what: string;
}

/** The jobs from a turn on, of which those whose drive an earlier attempt prepared know that. */
function afterGap(
  planned: readonly PlannedJob[],
  fromTurn: number,
  restedMs: number,
  shared: boolean,
): PlannedJob[] {
  const changed = new Set<PlannedJob['device']>();
  return turnsOf(planned).flatMap((turn) => {
    if (turn[0].turn < fromTurn) return turn;
    for (const { config, device, repeat } of turn)
      if (config.purge !== undefined && repeat.index === 0) changed.add(device);
    const marked = turn.map((job): PlannedJob => {
      const { device, leftBefore } = job;
      if (leftBefore === undefined || changed.has(device)) return job;
      const keeps = device.drive.holdsData || shared;
      return { ...job, leftBefore: keeps ? leftBefore : undefined, preparedBefore: { restedMs, keeps } };
    });
    for (const { config, device } of turn) if (mayDestroy(config)) changed.add(device);
    return marked;
  });
}

function addTo(sums: Map<Drive, number>, { drive }: PlannedJob['device'], bytes: number): void {
  sums.set(drive, (sums.get(drive) ?? 0) + bytes);
}

/** What jobs that were cut short have written, those of all attempts. */
function writtenInVain(
  { attempts = [] }: BenchResult,
  cutShort: AttemptRecord['cutShort'],
  planned: readonly PlannedJob[],
): Map<Drive, number> {
  const sums = new Map<Drive, number>();
  for (const { target, mostWrittenBytes } of [...attempts.flatMap((each) => each.cutShort), ...cutShort]) {
    const device = planned.find((job) => job.device.target === target)?.device;
    if (device !== undefined) addTo(sums, device, mostWrittenBytes);
  }
  return sums;
}

/** The job that comes next, and how much is behind. */
function whatIsLeft(planned: readonly PlannedJob[], { kept, cut, fromTurn }: Finished): string {
  const { config, repeat } = planned.find(({ turn }) => turn === fromTurn) ?? planned[0];
  const which = repeat.count === 1 ? '' : ` (${repeat.index + 1} of ${repeat.count})`;
  const again = cut.length === 0 ? '' : ', which was cut short and runs again whole';
  return `${plural(kept.length, 'record')} of the run are kept; it goes on with ${config.name}${which}${again}`;
}

/** Works out what is left of the plan. Throws EngineError of kind `input` where that cannot be gone on with. */
export function resumedRun(
  { document, output, shared }: Earlier,
  config: Pick<LoadedConfig, 'maxBytesWritten'>,
  planned: readonly PlannedJob[],
  devices: readonly DeviceRecord[],
): Resumed {
  checkSameDevices(output, document, devices);
  const finished = finishedOf(output, document, planned);
  const { kept, cut, fromTurn, rounds } = finished;
  if (fromTurn === undefined)
    throw cannotResume(
      output,
      'every job of it has run, though not each to its end',
      'leave --resume out to run it all anew',
    );
  const cutShort = cutShortOf(cut, planned);
  const writtenBytes = writtenInVain(document, cutShort, planned);
  checkWriteBudget(config.maxBytesWritten, planned, writtenBytes);
  for (const record of kept) {
    const job = planned.find(
      ({ config, device }) => config.name === record.name && device.target === record.target,
    );
    if (job?.config.rounds !== undefined) addTo(writtenBytes, job.device, mostWrittenBy(record, job));
  }
  const restedMs = Math.max(0, Date.now() - Date.parse(document.endedAt));
  return {
    earlier: document,
    kept,
    rounds,
    fromTurn,
    planned: afterGap(planned, fromTurn, restedMs, shared),
    cutShort,
    writtenBytes,
    what: whatIsLeft(planned, finished),
  };
}

/** The records that are kept, with verdicts by the host and the drives of their time. */
export function keptJobs({ earlier, kept }: Resumed, { rounds }: BenchResult): JobRecord[] {
  const { warnings } = earlier;
  return withVerdicts({ ...earlier, jobs: [...kept], rounds }, (target) =>
    warnings.filter(({ message }) => message.includes(target)),
  );
}

/** The attempt that has ended, as the document of the next has it. */
function attemptOf({ earlier, kept, cutShort }: Resumed, result: BenchResult): AttemptRecord {
  const { attempts = [], resumedAt, startedAt, endedAt, interrupted } = earlier;
  return {
    startedAt: resumedAt ?? startedAt,
    endedAt,
    reason: interrupted?.reason ?? 'not every job ran to its end',
    jobs: kept.length - attempts.reduce((sum, { jobs }) => sum + jobs, 0),
    cutShort,
    changes: changesBetween(earlier, result),
  };
}

function resumedText({ startedAt, endedAt, reason, cutShort, changes }: AttemptRecord, now: string): string {
  const ms = (from: string, to: string): string =>
    formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)) * 1e6);
  const names = [...new Set(cutShort.map(({ name }) => name))].join(', ');
  const again = names === '' ? '' : `; ${names} was cut short and ran again whole`;
  const facts = [...new Set(changes.map(({ fact }) => fact))];
  const changed = facts.length === 0 ? '' : `; ${facts.join(', ')} changed meanwhile`;
  return `it was ended after ${ms(startedAt, endedAt)} (${reason}) and gone on with ${ms(endedAt, now)} later${again}${changed}`;
}

/** Puts what is kept into the document of the attempt that goes on. */
export function takeOver(result: BenchResult, resumed: Resumed): void {
  const { earlier } = resumed;
  const attempt = attemptOf(resumed, result);
  result.attempts = [...(earlier.attempts ?? []), attempt];
  result.resumedAt = result.startedAt;
  const text = resumedText(attempt, result.resumedAt);
  result.startedAt = earlier.startedAt;
  result.jobs = keptJobs(resumed, { ...result, rounds: earlier.rounds });
  if (earlier.purges !== undefined) result.purges = earlier.purges;
  const advice =
    'a drive that rests puts itself in order; what must be of one piece is run anew, without --resume';
  result.warnings = foldWarnings([
    ...earlier.warnings,
    ...result.warnings,
    doubt('resumed', text, advice),
    ...result.devices.flatMap((device) => writtenBetween(earlier, device)),
  ]);
  result.devices = result.devices.map((device): DeviceRecord => {
    const before = earlier.devices.find(({ target }) => target === device.target);
    const {
      smartBefore = device.smartBefore,
      utilizationBytes = device.utilizationBytes,
      events,
    } = before ?? {};
    return {
      ...device,
      ...(smartBefore === undefined ? {} : { smartBefore }),
      ...(utilizationBytes === undefined ? {} : { utilizationBytes }),
      ...(events === undefined ? {} : { events: [...events, ...(device.events ?? [])] }),
    };
  });
}
