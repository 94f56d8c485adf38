/** Holds `max_bytes_written` where nobody can say beforehand how much rounds write: counts, and ends the run there. */
import { type Drive, EngineError } from '../../../engine/index.js';
import { OPERATIONS } from '../../../engine/stats/operations.js';
import { formatBytes } from '../../../reports/render/format.js';
import { type PlannedJob, replanned } from '../plan/plan.js';
import { mostBytesWritten, mostWrittenTo } from '../plan/write-budget.js';
import type { JobOutcome } from './job-run.js';
import { byteUnitOf, movedByAll } from './moved-bytes.js';
import { failedOf } from './worker-totals.js';

export class WrittenWatch {
  readonly #limitBytes: number | undefined;
  readonly #written = new Map<Drive, number>();
  /** Of the other jobs of the run, before the rounds and after them: what they write is known. */
  readonly #others: readonly PlannedJob[];

  /** `before`: what an earlier attempt of the run has written to a drive in rounds, and in jobs that run again. */
  constructor(
    limitBytes: number | undefined,
    planned: readonly PlannedJob[],
    before: ReadonlyMap<Drive, number> = new Map(),
  ) {
    this.#limitBytes = limitBytes;
    for (const [drive, bytes] of before) this.#written.set(drive, bytes);
    this.#others = planned.filter(({ config }) => config.rounds === undefined);
  }

  /** The jobs of a turn with as many I/Os as may still be written. Throws EngineError where that is none. */
  within(turn: readonly PlannedJob[]): readonly PlannedJob[] {
    const limitBytes = this.#limitBytes;
    if (limitBytes === undefined) return turn;
    return turn.map((job) => {
      if (job.config.rounds === undefined || mostBytesWritten(job) === 0) return job;
      const { drive } = job.device;
      const beside = turn.filter(({ device }) => device.drive === drive).length;
      const { numjobs, bsBytes, numberIos } = job.spec;
      const writtenBytes = this.#written.get(drive) ?? 0;
      const othersBytes = mostWrittenTo(drive, this.#others) ?? 0;
      const leftBytes = (limitBytes - othersBytes - writtenBytes) / beside;
      const ios = Math.floor(leftBytes / (numjobs * bsBytes));
      if (ios >= 1) return ios >= numberIos ? job : replanned(job, { numberIos: ios });
      throw new EngineError({
        code: 'MAX_BYTES_WRITTEN',
        op: `keep max_bytes_written of ${formatBytes(limitBytes)} in round ${job.repeat.index + 1}`,
        target: drive.target,
        reason: `rounds have written ${formatBytes(writtenBytes)}, and other jobs of the run write up to ${formatBytes(othersBytes)}`,
        hint: 'what was measured until then is in the report; allow more, or use shorter rounds',
      });
    });
  }

  /** Of a mix every I/O counts, as in the plan; so does one that failed, or never came back: its data may have been written. */
  add(outcomes: readonly JobOutcome[]): void {
    for (const { planned, counts, workers } of outcomes) {
      if (planned.config.rounds === undefined || mostBytesWritten(planned) === 0) continue;
      const { drive } = planned.device;
      const failed = OPERATIONS.reduce((sum, name) => sum + failedOf(workers)[name], 0);
      const others = workers.reduce((sum, { drain, lostIos }) => sum + drain.ios + lostIos, failed);
      const moved = movedByAll(byteUnitOf(planned), counts) + others * planned.spec.bsBytes;
      this.#written.set(drive, (this.#written.get(drive) ?? 0) + moved);
    }
  }
}
