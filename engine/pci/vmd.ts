/** Intel Volume Management Device: one PCI function that has a whole domain of drives behind it. */
import { realpathSync } from 'node:fs';
import type { GroupBlocker } from './group.js';
import { readKernelDriver } from './kernel-driver.js';

const VMD_DRIVER = 'vmd';

export const TURN_VMD_OFF =
  'turn Intel VMD off for its slot in the firmware set-up; unbinding vmd would take every drive behind it away';

export const isVmd = ({ driverName }: Pick<GroupBlocker, 'driverName'>): boolean => driverName === VMD_DRIVER;

/** What to do about those that keep a group from user space: `otherwise`, unless VMD is one of them. */
export function blockersHint(blockers: readonly GroupBlocker[], otherwise: string): string {
  return blockers.some(isVmd) ? TURN_VMD_OFF : otherwise;
}

/**
 * Address of the VMD function that a function sits behind, by the folders that its own lies in; undefined where it sits
 * behind none. Throws EngineError SYSFS_MALFORMED.
 */
export function vmdAbove(sysfsPath: string): string | undefined {
  const parts = real(sysfsPath).split('/');
  for (let end = parts.length - 1; end > 0; end--) {
    const folder = parts.slice(0, end).join('/');
    if (readKernelDriver(folder).name === VMD_DRIVER) return parts[end - 1];
  }
  return undefined;
}

function real(sysfsPath: string): string {
  try {
    return realpathSync(sysfsPath);
  } catch {
    return sysfsPath; // it has just gone
  }
}
