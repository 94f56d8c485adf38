/** What the kernel has mounted and swaps to, as proc(5) describes the two files. */
import { readFileSync } from 'node:fs';
import { fsErrorCode, unreadable } from '../pci/sysfs-read.js';

export interface Mount {
  /** `major:minor` of the file system's device; empty for swap. */
  readonly deviceNumber: string;
  /** For example `ext4`; `swap` for swap. */
  readonly fileSystem: string;
  /** For example `/dev/nvme0n1p2`. */
  readonly source: string;
  /** `[SWAP]` for swap. */
  readonly mountPoint: string;
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Mounts of a /proc/self/mountinfo text; lines of another shape are passed over. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    // A variable number of optional fields ends at " - ".
    const [head, tail] = line.split(' - ');
    const [, , deviceNumber, , mountPoint] = head.split(' ');
    const [fileSystem, source] = tail?.split(' ') ?? [];
    if (mountPoint === undefined || source === undefined) continue;
    mounts.push({
      deviceNumber,
      fileSystem,
      source: unescapeOctal(source),
      mountPoint: unescapeOctal(mountPoint),
    });
  }
  return mounts;
}

/** Swap partitions of a /proc/swaps text. */
export function parseSwaps(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('/dev/'))
    .map((line) => ({
      deviceNumber: '',
      fileSystem: 'swap',
      source: line.split(/\s/)[0],
      mountPoint: '[SWAP]',
    }));
}

/** Both files together; a kernel without swap has no second file. Throws EngineError SYSFS_UNREADABLE. */
export function readMounts(mountinfoPath = '/proc/self/mountinfo', swapsPath = '/proc/swaps'): Mount[] {
  let mountinfo: string;
  try {
    mountinfo = readFileSync(mountinfoPath, 'utf8');
  } catch (cause) {
    throw unreadable(mountinfoPath, cause);
  }
  try {
    return [...parseMountinfo(mountinfo), ...parseSwaps(readFileSync(swapsPath, 'utf8'))];
  } catch (cause) {
    if (fsErrorCode(cause) !== 'ENOENT') throw unreadable(swapsPath, cause);
    return parseMountinfo(mountinfo);
  }
}
