/** Where no disk has a part in I/O, or only behind the page cache. */
import { join } from 'node:path';
import type { EngineWarning } from '../../errors.js';
import { DEFAULT_SYSFS_ROOT } from '../../pci/sysfs-read.js';
import { directIoAlignBytes } from '../../sys/direct-io.js';
import type { KernelPath } from '../drive.js';
import { attribute } from './namespaces.js';
import type { Place } from './place.js';

const FILE_SYSTEMS: readonly (string | undefined)[] = ['tmpfs', 'ramfs', 'devtmpfs'];
const DISKS = /^z?ram\d/;

const warning = (message: string, advice: string): EngineWarning => ({
  code: 'file-in-memory',
  message,
  advice,
});

/** Some file systems let a file be opened for direct I/O that take none to it. `reading`: an open descriptor of it. */
function ofFile(path: string, reading: number | undefined, fileSystem?: string): EngineWarning[] {
  if (FILE_SYSTEMS.includes(fileSystem))
    return [
      warning(
        `${path} lies in memory (${fileSystem}): its figures are of no disk`,
        'name a file of a file system that has a disk',
      ),
    ];
  if (reading === undefined || directIoAlignBytes(reading) !== 0) return [];
  return [
    warning(
      `its file system takes no direct I/O to ${path}: what is read and written goes through memory (page cache)`,
      'name a file without journaled data (lsattr: j), encryption or the like, or one of another file system',
    ),
  ];
}

/** Of the disks below: those that are memory, and loop devices that have the page cache between them and their file. */
export function memoryWarnings(
  { kind, path }: Place,
  reading: number | undefined,
  { fileSystem, disks }: Pick<KernelPath, 'fileSystem' | 'disks'>,
  sysfsRoot = DEFAULT_SYSFS_ROOT,
): EngineWarning[] {
  const own = kind === 'file' ? ofFile(path, reading, fileSystem) : [];
  const below = disks.flatMap(({ name }): EngineWarning[] => {
    if (DISKS.test(name))
      return [warning(`${name} is memory: the figures of ${path} are of no disk`, 'name another')];
    if (attribute(join(sysfsRoot, 'block', name, 'loop/dio')) !== '0') return [];
    const message = `the I/O of ${path} goes through ${name}, which has memory (page cache) before its file`;
    return [warning(message, `\`losetup --direct-io=on /dev/${name}\`, where the file has a disk`)];
  });
  return [...own, ...below];
}
