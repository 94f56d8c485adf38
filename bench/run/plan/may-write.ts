/** Whether somebody's data may be destroyed: by what the configuration says, before a device is touched and once it is open. */
import { type Drive, EngineError, targetFacts } from '../../../engine/index.js';
import { writes } from '../../config/pattern.js';
import { devicesOfJob, type JobConfig, type RunConfig } from '../../config/run-config.js';
import { missingSerials } from '../../config/write-rules.js';

/** Whether a write to a target can destroy what somebody keeps there. Text that is no target is not known to be empty. */
export function targetHoldsData(target: string): boolean {
  try {
    return targetFacts(target).holdsData;
  } catch (error) {
    if (error instanceof EngineError) return true;
    throw error;
  }
}

/** Whether a job may destroy what is on its devices. */
export const mayDestroy = ({ rw, purge }: Pick<JobConfig, 'rw' | 'purge'>): boolean =>
  writes(rw) || purge !== undefined;

/** Throws EngineError SERIAL_NUMBER_MISSING of kind `input` where a job writes to more drives than are named. */
export function checkSerialsNamed(config: RunConfig, name: string): void {
  const written = config.jobs.filter(mayDestroy).flatMap((job) => devicesOfJob(config, job));
  const missing = missingSerials(written, config.serialNumbers, targetHoldsData);
  if (missing === undefined) return;
  throw new EngineError({
    code: 'SERIAL_NUMBER_MISSING',
    op: 'run',
    target: name,
    reason: missing.message,
    hint: missing.suggestion,
    kind: 'input',
  });
}

/** Writing needs the drive's own serial number in the configuration, unless nobody keeps anything there. Throws EngineError. */
export function checkMayWrite(config: RunConfig, { holdsData, identity, target }: Drive): void {
  const { serialNumber } = identity;
  if (config.allowWrites && (!holdsData || config.serialNumbers.includes(serialNumber))) return;
  const named = config.serialNumbers.length > 0 ? config.serialNumbers.join(', ') : 'none';
  throw new EngineError({
    code: 'WRITES_NOT_ALLOWED',
    op: 'write',
    target,
    reason: `the serial number of this drive is ${serialNumber}; the configuration names ${named}`,
    hint: `if its data may be destroyed, set allow_writes: true and serial_number: "${serialNumber}"`,
    kind: 'input',
  });
}
