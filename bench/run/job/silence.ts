/** Drives that did not answer a command which is of no job: they are reset before the next one, whose record says so. */
import { type Drive, EngineError } from '../../../engine/index.js';
import type { JobRecord, RecoveryStep } from '../../../reports/document/index.js';
import type { OpenDevice, PlannedJob } from '../plan/plan.js';
import { resetAfter } from './recovery.js';

const notAnswered = ({ target }: OpenDevice, op: string, reason: string): EngineError =>
  new EngineError({
    code: 'COMMAND_TIMEOUT',
    op,
    target,
    reason,
    hint: 'what was measured until then is in the report; look at the device, or use on_timeout: abort',
  });

/** Whether one of the jobs is to end the run where its device does not answer. */
export const isToStop = (jobs: readonly PlannedJob[], { drive }: OpenDevice): boolean =>
  jobs.some(({ device, config }) => device.drive === drive && config.onTimeout === 'stop');

export class Silence {
  readonly #steps = new Map<Drive, readonly RecoveryStep[]>();

  /** Resets a drive after an error that means its silence, for these jobs. Throws the error where nothing can be done. */
  async end(error: unknown, device: OpenDevice, jobs: readonly PlannedJob[], what: string): Promise<void> {
    const { drive } = device;
    const steps = isToStop(jobs, device) ? undefined : await resetAfter(error, device, 'command', what);
    if (steps === undefined) throw error;
    this.#steps.set(drive, [...(this.#steps.get(drive) ?? []), ...steps]);
  }

  /** Resets those drives of the jobs that are silent. Throws EngineError where `on_timeout` is stop, or that does not help. */
  async endAll(jobs: readonly PlannedJob[]): Promise<void> {
    for (const { device, config } of jobs) {
      const reason = device.drive.silent?.();
      if (reason === undefined) continue;
      const error = notAnswered(device, `begin job ${config.name}`, reason);
      await this.end(error, device, jobs, 'Command before the job');
    }
  }

  /** The records of jobs, the first on each drive with what was done before it. */
  told(records: readonly JobRecord[], jobs: readonly PlannedJob[]): JobRecord[] {
    return records.map((record) => {
      const drive = jobs.find(({ device }) => device.target === record.target)?.device.drive;
      const steps = drive && this.#steps.get(drive);
      if (steps === undefined) return record;
      this.#steps.delete(drive as Drive);
      return { ...record, recovery: [...steps, ...(record.recovery ?? [])] };
    });
  }
}
