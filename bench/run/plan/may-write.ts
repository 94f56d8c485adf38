/** Whether somebody's data may be destroyed: by what the configuration says, before a device is touched and once it is open. */
import { type Drive, type DriveNamespace, EngineError, targetFacts } from '../../../engine/index.js';
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

const isZero = (hex: string): boolean => /^0*$/.test(hex);

/**
 * By what a drive is named before it is written: its serial number; where that is empty, the NGUID or EUI-64 of the namespace, unless
 * its family is known to have the same in all drives.
 */
function namesOf({ identity, quirks = [] }: Drive, { identity: said }: DriveNamespace): string[] {
  if (identity.serialNumber !== '') return [identity.serialNumber];
  if (said === undefined || quirks.includes('names-not-unique')) return [];
  return [
    ...(isZero(said.nguid) ? [] : [`nguid:${said.nguid}`]),
    ...(isZero(said.eui64) ? [] : [`eui64:${said.eui64}`]),
  ];
}

/** Writing needs the drive's own serial number in the configuration, unless nobody keeps anything there. Throws EngineError. */
export function checkMayWrite(config: RunConfig, drive: Drive, namespace: DriveNamespace): void {
  const { holdsData, identity, target } = drive;
  const names = namesOf(drive, namespace);
  const { allowWrites, serialNumbers } = config;
  if (allowWrites && (!holdsData || names.some((name) => serialNumbers.includes(name)))) return;
  const named = serialNumbers.length > 0 ? serialNumbers.join(', ') : 'none';
  const own = identity.serialNumber === '' ? 'empty' : identity.serialNumber;
  throw new EngineError({
    code: 'WRITES_NOT_ALLOWED',
    op: 'write',
    target,
    reason: `the serial number of this drive is ${own}; the configuration names ${named}`,
    hint:
      names.length === 0
        ? 'nothing tells it from others: it is not written'
        : `if its data may be destroyed, set allow_writes: true and serial_number: "${names[0]}"`,
    kind: 'input',
  });
}
