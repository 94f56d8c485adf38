/** Devices by their numbers: a node may have any name, in a container above all. */
import { type BigIntStats, statSync } from 'node:fs';

/** `b` or `c` for a block or character device, then `major:minor`, for example `b259:0`. */
export type DeviceId = string;

/** The id of a block device by its `dev` attribute, for example `259:0`. */
export const blockId = (deviceNumber: string): DeviceId => `b${deviceNumber}`;
/** The number of a block device by its id; undefined of anything else. */
export const blockIdNumber = (id: DeviceId | undefined): string | undefined =>
  id?.startsWith('b') === true ? id.slice(1) : undefined;
/** The id of a character device by its `dev` attribute. */
export const characterId = (deviceNumber: string): DeviceId => `c${deviceNumber}`;

/** `major:minor` of st_dev or st_rdev, as gnu_dev_major(3) and gnu_dev_minor(3) take them apart. */
export function deviceNumberOf(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn & 0xffff_ffffn);
  return `${major}:${minor}`;
}

/** The device that stat(2) tells of; undefined where it is of none. */
export function deviceIdOf(stats: BigIntStats): DeviceId | undefined {
  if (stats.isBlockDevice()) return blockId(deviceNumberOf(stats.rdev));
  return stats.isCharacterDevice() ? characterId(deviceNumberOf(stats.rdev)) : undefined;
}

/** The device that a path leads to, through links as well; undefined where it leads to none, or cannot be followed. */
export function deviceIdAt(path: string): DeviceId | undefined {
  try {
    return deviceIdOf(statSync(path, { bigint: true }));
  } catch {
    return undefined;
  }
}
