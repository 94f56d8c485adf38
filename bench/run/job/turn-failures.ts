/** What ends a run after a turn. */
import { EngineError } from '../../../engine/index.js';
import type { JobRecord } from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';
import type { JobOutcome } from './job-run.js';

/** The kernel wants a device: everything is released, as after an interrupt. */
export function askedBackFailure(jobs: readonly PlannedJob[]): EngineError | undefined {
  for (const { config, device } of jobs) {
    const reason = device.drive.askedBack();
    if (reason === undefined) continue;
    return new EngineError({
      code: 'DEVICE_ASKED_BACK',
      op: `run job ${config.name}`,
      target: device.target,
      reason,
      hint: 'it was released in order; what was measured until then is in the report',
    });
  }
  return undefined;
}

/** Of a job that is to end the run where one of its I/Os does not come back. */
export function timeoutFailure(
  jobs: readonly PlannedJob[],
  records: readonly JobRecord[],
): EngineError | undefined {
  for (const { config, device } of jobs) {
    if (config.onTimeout !== 'stop') continue;
    const own = records.filter(({ name, target }) => name === config.name && target === device.target);
    if (!own.some(({ stopReason }) => stopReason === 'timeout')) continue;
    return new EngineError({
      code: 'IO_TIMEOUT',
      op: `run job ${config.name}`,
      target: device.target,
      reason: `an I/O had no completion within ${config.ioTimeoutMs} ms, and on_timeout is stop`,
      hint: 'what was measured until then is in the report; look at the device, or use on_timeout: abort',
    });
  }
  return undefined;
}

/** What became of the devices, where one is gone: it explains every failure that came after. */
export function lostFailure(
  jobs: readonly PlannedJob[],
  outcomes: readonly JobOutcome[],
): EngineError | undefined {
  for (const planned of jobs) {
    const { config, device } = planned;
    const reason = outcomes.find((each) => each.planned === planned)?.lost ?? device.drive.dead();
    if (reason === undefined) continue;
    return new EngineError({
      code: 'DEVICE_LOST',
      op: `run job ${config.name}`,
      target: device.target,
      reason,
      hint: 'what was measured until then is in the report; look at the kernel log and the device',
    });
  }
  return undefined;
}
