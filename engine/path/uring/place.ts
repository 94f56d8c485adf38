/** What is at a path: a regular file, a block device or the generic device of a namespace, with what sysfs tells of it. Opens nothing. */
import { type BigIntStats, existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../../errors.js';
import { blockId, deviceIdOf, deviceNumberOf } from '../../pci/device-id.js';
import { fsErrorCode, readOptionalInteger, readOptionalText } from '../../pci/sysfs-read.js';
import { blockNameOf, commandLimit } from './generic-device.js';
import { attribute, numaNodeOf, pciFunctionOf } from './namespaces.js';
import type { UringOptions } from './target.js';

export interface Place {
  readonly kind: 'file' | 'block' | 'command';
  /** With all links followed. */
  readonly path: string;
  /** A file that is not there, and that a job which writes makes. */
  readonly missing: boolean;
  /** What must be there when it is opened, as `markOf`; undefined of a file that is missing. */
  readonly mark: string | undefined;
  /** `major:minor` of the block device that has the data, or of the file's file system. */
  readonly deviceNumber: string;
  readonly sizeBytes: number;
  readonly lbaBytes: number;
  readonly nsid: number;
  readonly modelNumber: string;
  /** Of a file, and of a device that has none: its path. */
  readonly serialNumber: string;
  readonly firmwareRevision: string;
  readonly numaNode: number;
  /** Kernel name of the block device that has the data, for example `nvme0n1`; it may be beside the path. */
  readonly blockName?: string;
  /** It is a namespace of an NVMe controller, which takes admin commands. */
  readonly nvme: boolean;
  /** Address of its PCI function. */
  readonly pciFunction?: string;
  /** Most bytes of one command, where the kernel does not split it. */
  readonly maxTransferBytes?: number;
  /** Whether the queues of the device can be polled. */
  readonly pollQueues: boolean;
  /** Directory of sysfs that a block device has while it is there. */
  readonly sysfsPath?: string;
  readonly partition: boolean;
  /** The kernel lets nobody write to it. */
  readonly readOnly: boolean;
  /** A file parts of which were never written: they are read without a disk. */
  readonly sparse: boolean;
  /** It is no drive: its data lie in a file or in memory. */
  readonly software: boolean;
}

const SECTOR_BYTES = 512; // of the size attribute, whatever the disk's own sectors are
const DEFAULT_LBA_BYTES = 4096;
/** Block devices whose data lie in files or memory. */
const SOFTWARE = /^(loop|ram|zram|nullb|nbd|ublkb)\d/;

/** What tells a device from all others, its number, or a file, by its inode. */
export function markOf(stats: BigIntStats): string {
  return deviceIdOf(stats) ?? `inode ${stats.ino} of ${deviceNumberOf(stats.dev)}`;
}

/** As `markOf`, of what a path leads to, through links as well; undefined where it leads to nothing. */
export function markAt(path: string): string | undefined {
  try {
    return markOf(statSync(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

/** Throws EngineError of kind `input`: NO_SUCH_FILE, NOT_A_DISK, FILE_TOO_SHORT, BAD_URING_OPTION; SYSFS_UNREADABLE. */
export function findPlace(path: string, options: UringOptions, sysfsRoot = '/sys'): Place {
  const stats = asked(path, () => statSync(path, { bigint: true, throwIfNoEntry: false }));
  if (stats === undefined) return missingFile(path, options, sysfsRoot);
  const real = asked(path, () => realpathSync(path));
  if (stats.isFile()) return existingFile(real, stats, options, sysfsRoot);
  if (stats.isBlockDevice()) return blockDevice(real, deviceNumberOf(stats.rdev), options, sysfsRoot);
  if (stats.isCharacterDevice()) {
    const blockName = blockNameOf(deviceNumberOf(stats.rdev), sysfsRoot);
    if (blockName !== undefined)
      return { ...genericDevice(real, blockName, options, sysfsRoot), mark: markOf(stats) };
  }
  const hint = 'name a namespace, for example uring:/dev/nvme0n1 or uring:/dev/ng0n1, or a regular file';
  throw refuse(
    'NOT_A_DISK',
    path,
    'it is neither a namespace nor another block device nor a regular file',
    hint,
  );
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'run as root, or as a user who may search all folders of its path',
  ENOTDIR: 'a part of its path is a file, and no folder; ls shows which',
  ELOOP: 'its symbolic links lead in a circle (namei shows each); name the file itself',
  ENAMETOOLONG: 'the kernel takes no such long name; give the file a shorter one',
};

/** Throws EngineError OPEN_FAILED, of kind `input` where no user could follow the path. */
function asked<T>(target: string, ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    const reason = fsErrorCode(cause);
    const kind = reason === 'EACCES' ? 'environment' : 'input';
    const hint = HINTS[reason] ?? 'look at dmesg';
    throw new EngineError({ code: 'OPEN_FAILED', op: 'look at', target, reason, hint, kind, cause });
  }
}

const NO_DEVICE = {
  nsid: 1,
  partition: false,
  readOnly: false,
  sparse: false,
  firmwareRevision: 'none',
  numaNode: -1,
  nvme: false,
} as const;

function fileAt(path: string, dev: bigint, sizeBytes: number, lbaBytes: number, mark?: string): Place {
  const missing = mark === undefined;
  const modelNumber = 'regular file';
  const identity = { modelNumber, serialNumber: path, software: true };
  // The queues of a file's disk may be polled; that the file system lets them be, only I/O tells.
  return {
    ...NO_DEVICE,
    ...identity,
    kind: 'file',
    path,
    missing,
    mark,
    deviceNumber: deviceNumberOf(dev),
    sizeBytes,
    lbaBytes,
    pollQueues: false,
  };
}

function missingFile(path: string, { sizeBytes, lbaBytes }: UringOptions, sysfsRoot: string): Place {
  const folder = dirname(path);
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    throw refuse(
      'NO_SUCH_FILE',
      path,
      'it is a symbolic link to nothing',
      'name a file, or make what it leads to',
    );
  if (!existsSync(folder) || path.startsWith('/dev/'))
    throw refuse('NO_SUCH_FILE', path, 'there is nothing of that name', 'look at nvbench list, and at ls');
  if (sizeBytes === undefined) {
    const hint = 'name a file that is there, or give one that is to be made its size: ?size=4GiB';
    throw refuse('NO_SUCH_FILE', path, 'there is no file of that name', hint);
  }
  const real = join(realpathSync(folder), basename(path));
  const stats = statSync(folder, { bigint: true });
  const blockBytes = lbaBytes ?? directBytes(stats, sysfsRoot);
  requireWhole(path, sizeBytes, blockBytes);
  return fileAt(real, stats.dev, sizeBytes, blockBytes);
}

const EMPTY =
  'name another file; or delete it and give its size (?size=4GiB): the first job that writes then makes it';

function existingFile(path: string, stats: BigIntStats, options: UringOptions, sysfsRoot: string): Place {
  const lbaBytes = options.lbaBytes ?? directBytes(stats, sysfsRoot);
  const whole = Math.floor(Number(stats.size) / lbaBytes) * lbaBytes;
  const sizeBytes = options.sizeBytes ?? whole;
  if (sizeBytes > whole || sizeBytes === 0) {
    const reason = `the file has ${stats.size} bytes`;
    if (options.sizeBytes === undefined)
      throw refuse('FILE_TOO_SHORT', path, `${reason}, less than a block of ${lbaBytes}`, EMPTY);
    throw refuse(
      'FILE_TOO_SHORT',
      path,
      reason,
      'a smaller size, another file, or delete it where a run that was killed was making it; nvbench makes none longer',
    );
  }
  requireWhole(path, sizeBytes, lbaBytes);
  const sparse = Number(stats.blocks) * SECTOR_BYTES < whole;
  return { ...fileAt(path, stats.dev, sizeBytes, lbaBytes, markOf(stats)), sparse };
}

/** A size that was given is of whole blocks of 512 bytes at least; the disk's may be larger. */
function requireWhole(path: string, sizeBytes: number, lbaBytes: number): void {
  if (sizeBytes % lbaBytes === 0) return;
  const reason = `a size of ${sizeBytes} bytes is not of whole blocks of ${lbaBytes} bytes, which its disk has`;
  throw refuse('BAD_URING_OPTION', path, reason, `give a size that is a multiple of ${lbaBytes}`);
}

/** What direct I/O to files of a file system is aligned to: the logical block of the disk below. */
function directBytes({ dev }: BigIntStats, sysfsRoot: string): number {
  const dir = join(sysfsRoot, 'dev/block', deviceNumberOf(dev));
  return logicalBlock(dir) ?? DEFAULT_LBA_BYTES;
}

function logicalBlock(dir: string): number | undefined {
  const own = readOptionalInteger(join(dir, 'queue/logical_block_size'));
  if (own !== undefined) return own;
  // The queue of a partition is its disk's.
  return existsSync(dir)
    ? readOptionalInteger(join(dirname(realpathSync(dir)), 'queue/logical_block_size'))
    : undefined;
}

/** Its numbers are those of the block device beside it: the kernel makes both of one namespace. */
function genericDevice(path: string, name: string, options: UringOptions, sysfsRoot: string): Place {
  const dir = join(sysfsRoot, 'class/block', name);
  const number = readOptionalText(join(dir, 'dev'));
  if (number === undefined)
    throw refuse('NOT_A_DISK', path, `there is no ${name} beside it`, 'see nvbench list');
  const beside = blockDevice(path, number, options, sysfsRoot);
  return { ...beside, kind: 'command', maxTransferBytes: commandLimit(join(dir, 'queue')) };
}

function blockDevice(path: string, number: string, options: UringOptions, sysfsRoot: string): Place {
  if (options.sizeBytes !== undefined || options.lbaBytes !== undefined) {
    const reason = 'a block device has a size and a block size of its own';
    throw refuse('BAD_URING_OPTION', path, reason, 'leave size and lba out');
  }
  const link = join(sysfsRoot, 'dev/block', number);
  if (!existsSync(link)) throw refuse('NO_SUCH_FILE', path, 'its device has gone', 'see nvbench list');
  const dir = realpathSync(link);
  const name = basename(dir);
  const partition = existsSync(join(dir, 'partition'));
  const disk = partition ? dirname(dir) : dir;
  const text = (name: string): string => attribute(join(disk, name));
  const lbaBytes = logicalBlock(dir) ?? SECTOR_BYTES;
  const sizeBytes = Number(attribute(join(dir, 'size')) || '0') * SECTOR_BYTES;
  if (sizeBytes === 0) throw refuse('NOT_A_DISK', path, 'it has no size', 'put a medium or a file into it');
  const pciFunction = pciFunctionOf(disk);
  return {
    kind: 'block',
    path,
    missing: false,
    mark: blockId(number),
    deviceNumber: number,
    sizeBytes,
    lbaBytes,
    nsid: Number(text('nsid') || '1'),
    modelNumber: text('device/model') || text('dm/name') || `block device ${basename(disk)}`,
    serialNumber:
      text('device/serial') || text('serial') || mapper(text('dm/name')) || text('loop/backing_file') || path,
    firmwareRevision: text('device/firmware_rev') || text('device/rev') || 'unknown',
    numaNode: numaNodeOf(disk),
    blockName: name,
    sysfsPath: dir,
    partition,
    readOnly: attribute(join(dir, 'ro')) === '1',
    sparse: false,
    nvme: /^nvme\d/.test(name),
    ...(pciFunction === undefined ? {} : { pciFunction }),
    pollQueues: text('queue/io_poll') === '1',
    software: SOFTWARE.test(basename(disk)),
  };
}

const mapper = (name: string): string => (name === '' ? '' : `/dev/mapper/${name}`);

function refuse(code: string, target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code, op: 'open', target, reason, hint, kind: 'input' });
}
