/** What ends a run after a turn. */
import { EngineError } from '../../../engine/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';
import type { JobOutcome } from './job-run.js';

/** What ended the run, of the first job that tells why; undefined where none does. */
function firstFailure(
  jobs: readonly PlannedJob[],
  code: string,
  reasonOf: (job: PlannedJob) => string | undefined,
  hint: string,
): EngineError | undefined {
  for (const job of jobs) {
    const reason = reasonOf(job);
    const { config, device } = job;
    if (reason !== undefined)
      return new EngineError({ code, op: `run job ${config.name}`, target: device.target, reason, hint });
  }
  return undefined;
}

/** The kernel wants a device: everything is released, as after an interrupt. */
export function askedBackFailure(jobs: readonly PlannedJob[]): EngineError | undefined {
  const hint = 'it was released in order; what was measured until then is in the report';
  return firstFailure(jobs, 'DEVICE_ASKED_BACK', ({ device }) => device.drive.askedBack(), hint);
}

/** Of a job that is to end the run where one of its I/Os does not come back. */
export function timeoutFailure(
  jobs: readonly PlannedJob[],
  records: readonly JobRecord[],
): EngineError | undefined {
  const reasonOf = ({ config, device }: PlannedJob): string | undefined => {
    const own = records.filter(({ name, target }) => name === config.name && target === device.target);
    const isLate = ({ stopReason, verification }: JobRecord): boolean =>
      stopReason === 'timeout' || verification?.readBack?.ended === 'timeout';
    return config.onTimeout === 'stop' && own.some(isLate)
      ? `an I/O had no completion within ${config.ioTimeoutMs} ms, and on_timeout is stop`
      : undefined;
  };
  const hint = 'what was measured until then is in the report; look at the device, or use on_timeout: abort';
  return firstFailure(jobs, 'IO_TIMEOUT', reasonOf, hint);
}

/** What became of the devices, where one is gone: it explains every failure that came after. */
export function lostFailure(
  jobs: readonly PlannedJob[],
  outcomes: readonly JobOutcome[],
): EngineError | undefined {
  const reasonOf = (job: PlannedJob): string | undefined =>
    outcomes.find(({ planned }) => planned === job)?.lost ?? job.device.drive.dead();
  const hint = 'what was measured until then is in the report; look at the kernel log and the device';
  return firstFailure(jobs, 'DEVICE_LOST', reasonOf, hint);
}
