/** What the workers of a job found of the blocks that they looked at, as it stands in the result. */
import { statusName } from '../../engine/index.js';
import type { ReadBack, VerifyReport, WorkerResult } from '../../engine/load/index.js';
import { BAD_BLOCK_KINDS, type VerificationRecord } from '../../reports/document/index.js';
import type { PlannedJob } from './plan/plan.js';

type Ended = NonNullable<VerificationRecord['readBack']>['ended'];

/** Of all workers; those that stopped before it are told as `not-begun`. */
function readBackOf(reports: readonly VerifyReport[]): VerificationRecord['readBack'] {
  const all = reports.map(({ readBack }) => readBack);
  const done = all.filter((one): one is ReadBack => one !== undefined);
  const failed = done.find(({ failedIos }) => failedIos > 0);
  const ended: Ended = done.length < all.length ? 'not-begun' : done.find((one) => one.ended)?.ended;
  return {
    ios: done.reduce((sum, { ios }) => sum + ios, 0),
    durationNs: Math.max(0, ...done.map(({ durationNs }) => durationNs)),
    failedIos: done.reduce((sum, { failedIos }) => sum + failedIos, 0),
    ...(failed?.firstFailedLba === undefined ? {} : { firstFailedLba: failed.firstFailedLba }),
    ...(failed?.firstStatus === undefined ? {} : { status: statusName(failed.firstStatus) }),
    ...(ended === undefined ? {} : { ended }),
  };
}

/** Blocks that are whole and of runs before the newest whose blocks were found: what that one wrote there is not there. */
function ofEarlierRuns(reports: readonly VerifyReport[]): number {
  const runs = reports.flatMap((report) => report.runs);
  const newest = Math.max(0, ...runs.map(({ runMs }) => runMs));
  return runs.reduce((sum, { runMs, blocks }) => sum + (runMs < newest ? blocks : 0), 0);
}

const MOST_SHOWN = 3;

/** By kind, in the order of addresses. */
function firstOfEachKind(reports: readonly VerifyReport[]): VerificationRecord['shown'] {
  const all = reports.flatMap(({ shown }) => shown).sort((a, b) => a.lba - b.lba);
  return BAD_BLOCK_KINDS.flatMap((kind) => all.filter((block) => block.kind === kind).slice(0, MOST_SHOWN));
}

/** Undefined where the job does not verify. */
export function verificationOf(
  { spec }: Pick<PlannedJob, 'spec'>,
  workers: readonly WorkerResult[],
): VerificationRecord | undefined {
  const { verification } = spec;
  if (verification === undefined) return undefined;
  const reports = workers.flatMap(({ verified }) => verified ?? []);
  const sum = (of: (report: VerifyReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const earlier = ofEarlierRuns(reports);
  const badBlocks = Object.fromEntries(
    BAD_BLOCK_KINDS.map((kind) => [
      kind,
      sum((report) => report.badBlocks[kind]) + (kind === 'stale' ? earlier : 0),
    ]),
  ) as VerificationRecord['badBlocks'];
  const readsBack = verification.readBack && spec.readPercent < 100;
  return {
    method: 'crc32c',
    goodBlocks: sum(({ goodBlocks }) => goodBlocks) - earlier,
    unknownBlocks: sum(({ unknownBlocks }) => unknownBlocks),
    ...(verification.wrote === undefined
      ? {}
      : { unflushedBlocks: sum(({ unflushedBlocks = 0 }) => unflushedBlocks) }),
    badBlocks,
    shown: firstOfEachKind(reports),
    ...(readsBack ? { readBack: readBackOf(reports) } : {}),
  };
}
