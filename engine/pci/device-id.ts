/** Devices by their numbers: a node may have any name, in a container above all. */
import { statSync } from 'node:fs';

/** `b` or `c` for a block or character device, then `major:minor`, for example `b259:0`. */
export type DeviceId = string;

/** The id of a block device by its `dev` attribute, for example `259:0`. */
export const blockId = (deviceNumber: string): DeviceId => `b${deviceNumber}`;
/** The id of a character device by its `dev` attribute. */
export const characterId = (deviceNumber: string): DeviceId => `c${deviceNumber}`;

/** What gnu_dev_major(3) and gnu_dev_minor(3) make of st_rdev. */
function numbersOf(rdev: bigint): string {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn & 0xffff_ffffn);
  return `${major}:${minor}`;
}

/** The device that a path leads to, through links as well; undefined where it leads to none, or cannot be followed. */
export function deviceIdAt(path: string): DeviceId | undefined {
  try {
    const stat = statSync(path, { bigint: true });
    if (stat.isBlockDevice()) return blockId(numbersOf(stat.rdev));
    return stat.isCharacterDevice() ? characterId(numbersOf(stat.rdev)) : undefined;
  } catch {
    return undefined;
  }
}
