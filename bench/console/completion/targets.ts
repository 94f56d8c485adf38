/** Targets that can be named on this machine. */
import { listNvmeFunctions } from '../../../engine/index.js';
import type { Candidate } from './complete.js';

const ALWAYS: readonly Candidate[] = [
  { value: 'sim', describe: 'the software controller' },
  { value: 'vfio-user:', describe: 'directory of a vfio-user socket' },
];

/** Every NVMe function that a scan of sysfs finds, and what needs no hardware. A bus that is not there adds nothing. */
export function knownTargets(sysfsRoot?: string): Candidate[] {
  try {
    const { functions } = listNvmeFunctions(sysfsRoot === undefined ? {} : { sysfsRoot });
    const found = functions.map(({ address, model, driver }) => ({
      value: `pci:${address}`,
      describe: model ?? `driver ${driver.name ?? 'none'}`,
    }));
    return [...found, ...ALWAYS];
  } catch {
    return [...ALWAYS];
  }
}
