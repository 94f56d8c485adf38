/** How much a run may write to a drive: worked out before the first I/O, and refused where it may be more. */
import { type Drive, EngineError } from '../../../engine/index.js';
import type { JobSpec } from '../../../engine/load/index.js';
import { formatBytes } from '../../../reports/render/format.js';
import type { JobConfig } from '../../config/run-config.js';

/** A job on a drive, as far as what it writes depends on it. */
export interface Writing {
  readonly spec: JobSpec;
  readonly config: Pick<JobConfig, 'name' | 'search' | 'rounds'>;
  readonly device: { readonly drive: Drive };
}

/** The most that a job writes, all of it once; undefined where only time limits it, as in a ramp or a search. */
export function mostBytesWritten({ spec, config }: Pick<Writing, 'spec' | 'config'>): number | undefined {
  if (spec.readPercent === 100) return 0;
  if (spec.replay !== undefined) return Math.min(spec.replay.writtenBytes, spec.numberIos * spec.bsBytes);
  const unbounded =
    spec.rampTimeMs > 0 || config.search !== undefined || spec.numberIos === Number.POSITIVE_INFINITY;
  // Of a mix every I/O may be a write, and of several lengths the longest.
  return unbounded ? undefined : spec.numberIos * spec.numjobs * spec.bsBytes;
}

/** The same of all jobs on a drive, with their repeats; undefined where one of them has no limit. */
export function mostWrittenTo(drive: Drive, planned: readonly Writing[]): number | undefined {
  const each = planned.filter(({ device }) => device.drive === drive).map(mostBytesWritten);
  return each.some((bytes) => bytes === undefined)
    ? undefined
    : each.reduce((sum: number, bytes = 0) => sum + bytes, 0);
}

/**
 * Throws EngineError of kind `input` where the jobs may write more to a drive than `limitBytes`, with what attempts that were cut
 * short have written to it `before`.
 */
export function checkWriteBudget(
  limitBytes: number | undefined,
  planned: readonly Writing[],
  before: ReadonlyMap<Drive, number> = new Map(),
): void {
  if (limitBytes === undefined) return;
  const refuse = (target: string, reason: string, hint: string): EngineError =>
    new EngineError({
      code: 'TOO_MANY_BYTES_WRITTEN',
      op: `keep max_bytes_written of ${formatBytes(limitBytes)}`,
      target,
      reason,
      hint,
      kind: 'input',
    });
  // Rounds are counted while they go on: nobody knows how many there will be.
  const bounded = planned.filter(({ config }) => config.rounds === undefined);
  for (const drive of new Set(planned.map(({ device }) => device.drive))) {
    const ramping = planned.find(
      ({ config, spec, device }) =>
        device.drive === drive &&
        config.rounds !== undefined &&
        spec.rampTimeMs > 0 &&
        spec.readPercent < 100,
    );
    if (ramping !== undefined)
      throw refuse(
        drive.target,
        `nobody counts what the ramp of job ${ramping.config.name} writes`,
        'leave ramp_time out',
      );
    const open = bounded.find((job) => job.device.drive === drive && mostBytesWritten(job) === undefined);
    if (open !== undefined)
      throw refuse(
        drive.target,
        `job ${open.config.name} writes as much as its time allows`,
        'give it number_ios, io_size, or a size without runtime, and neither ramp_time nor search',
      );
    const most = mostWrittenTo(drive, bounded) ?? 0;
    const beforeBytes = before.get(drive) ?? 0;
    const beside =
      beforeBytes === 0 ? '' : `, beside ${formatBytes(beforeBytes)} of jobs that were cut short`;
    if (most + beforeBytes > limitBytes)
      throw refuse(
        drive.target,
        `its jobs write up to ${formatBytes(most)} to it${beside}`,
        'write less, or raise the limit',
      );
  }
}
