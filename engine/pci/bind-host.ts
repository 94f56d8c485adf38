/** What binding needs of the host, so that a test can play the kernel on a tree of its own. */
import { chownSync, closeSync, constants, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../errors.js';
import { Folder, withFolder } from '../files/folder.js';
import { type DeviceId, deviceIdAt } from './device-id.js';
import { fsErrorCode } from './sysfs-read.js';

export interface BindHost {
  readonly sysfsRoot: string;
  readonly procRoot: string;
  readonly devRoot: string;
  /** Where the kernel's modules are, for advice only: `/lib/modules/RELEASE`. */
  readonly modulesDir: string;
  effectiveUid(): number;
  /** Writes an attribute of sysfs. Throws EngineError SYSFS_WRITE_FAILED or SYSFS_WRITE_STUCK. */
  write(path: string, text: string): Promise<void>;
  /** Makes a user the owner of a device node. Throws the error of open(2) or chown(2), or where it is none. */
  giveNode(path: string, uid: number): void;
  /** Opens a block device as its only user and closes it again. Throws the error of open(2), EBUSY where it is held. */
  claim(path: string): void;
  /** The device that a path leads to, as `deviceIdAt`. */
  deviceIdAt(path: string): DeviceId | undefined;
}

/** Long enough for a drive with a deep queue to shut down; a drive that needs longer has failed. */
const WRITE_DEADLINE_MS = 60_000;
const POLL_MS = 10;

const WRITE_HINTS: Readonly<Record<string, string>> = {
  EACCES: 'run as root',
  EPERM: 'run as root; in a container, one that is privileged',
  EROFS: 'sysfs is mounted read-only here, as in a container without privileges: run on the host',
  ENOENT: 'the device or its driver has gone; see nvbench list',
  ENODEV: 'the driver does not take this device, or the device has gone',
  EBUSY: 'something holds the device; look at dmesg',
  EINVAL: 'the driver refused the device; look at dmesg (vfio-pci: -22 without an IOMMU)',
};

/** By descriptor: what is looked at is what is given, and no link is followed to another file. */
function giveNode(path: string, uid: number): void {
  withFolder(Folder.at(dirname(path)), (folder) =>
    folder.held(basename(path), (stats, held) => {
      if (!stats.isCharacterDevice()) throw new Error('it is no character device');
      chownSync(held, uid, stats.gid);
    }),
  );
}

async function writeOnce(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    await file.write(text);
  } finally {
    await file.close();
  }
}

/** The error of a failed write to sysfs, with advice by errno. */
export function writeFailed(path: string, text: string, cause: unknown): EngineError {
  const reason = fsErrorCode(cause);
  return new EngineError({
    code: 'SYSFS_WRITE_FAILED',
    op: `write "${text.trim()}"`,
    target: path,
    reason,
    hint: WRITE_HINTS[reason] ?? 'look at dmesg',
    cause,
  });
}

/** A write that the kernel may hold up: removing a driver waits for its I/O. */
async function writeAttribute(path: string, text: string): Promise<void> {
  const timer = new AbortController();
  const late = delay(WRITE_DEADLINE_MS, undefined, { signal: timer.signal }).then(() => {
    throw new EngineError({
      code: 'SYSFS_WRITE_STUCK',
      op: `write "${text.trim()}"`,
      target: path,
      reason: `the kernel has not come back within ${WRITE_DEADLINE_MS / 1000} s`,
      hint: 'a program still holds the device, or the drive does not answer; look at dmesg',
    });
  });
  late.catch(() => undefined);
  try {
    await Promise.race([
      writeOnce(path, text).catch((cause: unknown) => {
        throw writeFailed(path, text, cause);
      }),
      late,
    ]);
  } finally {
    timer.abort();
  }
}

/** Waits until the condition gives something. Throws EngineError WAIT_TIMED_OUT with the hint. */
export async function waitUntil<T>(
  what: { op: string; target: string; hint: string; deadlineMs: number },
  condition: () => T | undefined,
): Promise<T> {
  const giveUpAt = performance.now() + what.deadlineMs;
  for (;;) {
    const value = condition();
    if (value !== undefined) return value;
    if (performance.now() > giveUpAt) {
      const reason = `not within ${what.deadlineMs / 1000} s`;
      throw new EngineError({ code: 'WAIT_TIMED_OUT', reason, ...what });
    }
    await delay(POLL_MS);
  }
}

/** This machine. */
export function kernelHost(release: string): BindHost {
  return {
    sysfsRoot: '/sys',
    procRoot: '/proc',
    devRoot: '/dev',
    modulesDir: `/lib/modules/${release}`,
    effectiveUid: () => process.geteuid?.() ?? 0,
    write: writeAttribute,
    giveNode,
    // open(2): O_EXCL without O_CREAT on a block device fails with EBUSY where the kernel uses it.
    claim: (path) => closeSync(openSync(path, constants.O_RDONLY | constants.O_EXCL | constants.O_NONBLOCK)),
    deviceIdAt,
  };
}
