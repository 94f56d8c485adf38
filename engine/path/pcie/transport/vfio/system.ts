import { accessSync, constants, existsSync, readSync, writeSync } from 'node:fs';
import { type OpenFile, openFiles, wantedNodes } from '../../../../disks/open-files.js';
import { deviceIdAt } from '../../../../pci/device-id.js';
import { closeFd, createEventFd, drainEventFd, lockFd, openDevice } from '../../../../sys/fd.js';
import { ioctl, ioctlInt, ioctlNumber, ioctlString } from '../../../../sys/ioctl.js';
import { memlockLimitBytes } from '../../../../sys/limits.js';
import { guard } from '../../../../sys/lost-pages.js';
import { mapFd, mapFdAt, reserve, retire, unmap } from '../../../../sys/mapping.js';
import { openLocked } from '../../../../sys/record-lock.js';

/** The calls that VFIO needs of the system, in one place so that tests can stand in for the kernel. */
export interface VfioSystem {
  exists(path: string): boolean;
  /** Whether this user may read and write the node. */
  accessible(path: string): boolean;
  openDevice: typeof openDevice;
  closeFd: typeof closeFd;
  lockFd: typeof lockFd;
  openLocked: typeof openLocked;
  /** Other processes that have a device node open, as far as this user may see. */
  otherUsers(path: string): OpenFile[];
  ioctl: typeof ioctl;
  ioctlInt: typeof ioctlInt;
  ioctlNumber: typeof ioctlNumber;
  ioctlString: typeof ioctlString;
  /** pread(2) of the whole buffer from a device's descriptor; the count of bytes read. */
  readAt(fd: number, into: Uint8Array, position: number): number;
  writeAt(fd: number, from: Uint8Array, position: number): number;
  mapFd: typeof mapFd;
  mapFdAt: typeof mapFdAt;
  reserve: typeof reserve;
  guard: typeof guard;
  retire: typeof retire;
  unmap: typeof unmap;
  createEventFd: typeof createEventFd;
  drainEventFd: typeof drainEventFd;
  memlockLimitBytes: typeof memlockLimitBytes;
}

function accessible(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function otherUsers(path: string): OpenFile[] {
  const host = { procRoot: '/proc', deviceIdAt };
  return openFiles(host, wantedNodes(host, [path])).filter(({ pid }) => pid !== process.pid);
}

/** The running kernel. */
export const kernel: VfioSystem = {
  exists: existsSync,
  accessible,
  openDevice,
  closeFd,
  lockFd,
  openLocked,
  otherUsers,
  ioctl,
  ioctlInt,
  ioctlNumber,
  ioctlString,
  readAt: (fd, into, position) => readSync(fd, into, 0, into.length, position),
  writeAt: (fd, from, position) => writeSync(fd, from, 0, from.length, position),
  mapFd,
  mapFdAt,
  reserve,
  guard,
  retire,
  unmap,
  createEventFd,
  drainEventFd,
  memlockLimitBytes,
};
