/** The descriptors of a file or block device: one to read by, and one to write by that nobody else has. */

import { randomFillSync } from 'node:crypto';
import { accessSync, closeSync, constants, fstatSync, fsyncSync, openSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { blockContents, blockUses } from '../../disks/block-uses.js';
import { loopUses, targetUses } from '../../disks/loop-and-export.js';
import { openFiles, type WantedNode } from '../../disks/open-files.js';
import type { Use } from '../../disks/reason.js';
import { EngineError } from '../../errors.js';
import { type BindHost, kernelHost } from '../../pci/bind-host.js';
import { blockId } from '../../pci/device-id.js';
import { fsErrorCode } from '../../pci/sysfs-read.js';
import { lockFd, makeBlocking, unlockFd } from '../../sys/fd.js';
import { markAt, markOf, type Place } from './place.js';

const { O_RDONLY, O_RDWR, O_DIRECT, O_EXCL, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY, W_OK } = constants;
const FILL_BYTES = 2 ** 20;

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'run as root, or as a user whom the device or file belongs to',
  EPERM: 'run as root',
  EBUSY: 'the kernel or a program has it for itself alone; see lsblk, and end that first',
  EINVAL: 'its file system has no direct I/O (O_DIRECT); choose a file of another one',
  EROFS: 'its file system is mounted read-only; choose another file',
  ENOSPC: 'choose a smaller size, or make room',
  ETXTBSY: 'the kernel swaps to it or runs it; choose another file',
  EEXIST: 'somebody has just made it; run again',
};

/** Where being root is not what is missing. */
const FORBIDDEN =
  'something beside permissions forbids it: the device rules of a container (control group), a security module, or the ' +
  'immutable flag of a file (lsattr)';
const HINTS_FOR_ROOT: Readonly<Record<string, string>> = { EACCES: FORBIDDEN, EPERM: FORBIDDEN };

function placeChanged(op: string, target: string, reason: string, cause?: unknown): EngineError {
  const hint = 'see what is there now, and run again';
  return new EngineError({ code: 'PLACE_CHANGED', op, target, reason, hint, cause });
}

function failed(op: string, path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const reason = fsErrorCode(cause);
  // The path had no link in it when it was looked at.
  if (reason === 'ELOOP') return placeChanged(op, path, 'a symbolic link has come to its path', cause);
  const asRoot = process.geteuid?.() === 0 ? HINTS_FOR_ROOT[reason] : undefined;
  const hint = asRoot ?? HINTS[reason] ?? 'look at dmesg';
  return new EngineError({ code: 'OPEN_FAILED', op, target: path, reason, hint, cause });
}

/** Opens what was looked at, and nothing that has come to its path since. Throws the error of open(2), EngineError PLACE_CHANGED. */
function openFound(op: string, path: string, mark: string | undefined, flags: number): number {
  const fd = openSync(path, flags);
  const found = markOf(fstatSync(fd, { bigint: true }));
  if (found === mark) {
    // It is there for open(2). io_uring takes such a file for one that never waits, and waits in the call that submits.
    makeBlocking(fd, path);
    return fd;
  }
  closeSync(fd);
  throw placeChanged(op, path, `another has come to its path: ${found}, where ${mark} was`);
}

/** To read, beside whoever uses it. Throws EngineError OPEN_FAILED, PLACE_CHANGED. */
export function openToRead({ path, kind, mark }: Place): number {
  const op = 'open to read';
  try {
    return openFound(
      op,
      path,
      mark,
      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (kind === 'command' ? 0 : O_DIRECT),
    );
  } catch (cause) {
    throw failed(op, path, cause);
  }
}

/** Who has a file open, by whichever of its names; of other users' processes and mounts only what this user may see. */
function fileUses(host: BindHost, wanted: readonly WantedNode[]): Pick<Use, 'found' | 'remedy'>[] {
  const processes = openFiles(host, wanted).filter(({ pid }) => pid !== process.pid);
  return [
    ...loopUses(host, wanted),
    ...targetUses(host, wanted),
    ...processes.map(({ pid, processName, path }) => ({
      found: `${path} is open in process ${pid} (${processName})`,
      remedy: `end process ${pid}`,
    })),
  ];
}

/**
 * Throws EngineError IN_USE where anybody uses what a job is about to write to, or has a file system or partition table on it;
 * READ_ONLY; OPEN_FAILED where this user may not write to it, or make it. Changes nothing.
 */
export function refuseUsed({ path, mark, blockName, missing, readOnly }: Place): void {
  if (readOnly) throw readOnlyDevice(path);
  requireAccess(path, missing);
  if (missing) return;
  const host = kernelHost(release());
  const uses =
    blockName === undefined
      ? fileUses({ ...host, deviceIdAt: markAt }, [{ path, id: mark }])
      : [...blockUses(host, blockName), ...blockContents(host, blockName)];
  if (uses.length === 0) return;
  throw new EngineError({
    code: 'IN_USE',
    op: 'write',
    target: path,
    reason: uses.map(({ found }) => found).join('; '),
    hint: `nothing is written to what is in use or has been written by others: ${uses.map(({ remedy }) => remedy).join('; ')}`,
  });
}

function requireAccess(path: string, missing: boolean): void {
  try {
    accessSync(missing ? dirname(path) : path, W_OK);
  } catch (cause) {
    throw failed(missing ? 'make' : 'open to write', path, cause);
  }
}

function readOnlyDevice(path: string): EngineError {
  return new EngineError({
    code: 'READ_ONLY',
    op: 'write',
    target: path,
    reason: 'the kernel has it read-only (ro)',
    hint: `blockdev --setrw ${path}, where the device can be written; or choose another`,
  });
}

/** What a job writes by, and what keeps others off meanwhile. */
export interface Writing {
  readonly fd: number;
  close(): void;
}

/**
 * To write, exclusively: a block device by O_EXCL, which also keeps others from mounting it, the generic device of a namespace
 * by its block device, a file by a lock that another nvbench heeds. Throws EngineError IN_USE, READ_ONLY, OPEN_FAILED, PLACE_CHANGED.
 */
export function openToWrite(place: Place): Writing {
  const { path, kind, mark, blockName = '', deviceNumber } = place;
  const op = 'open to write';
  refuseUsed(place);
  const open: number[] = [];
  let locked: number | undefined;
  const close = (): void => {
    if (locked !== undefined) unlockFd(locked, path);
    locked = undefined;
    for (const fd of open.splice(0)) closeSync(fd);
  };
  const openOne = (at: string, as: string | undefined, flags: number): number => {
    const fd = openFound(op, at, as, flags);
    open.push(fd);
    return fd;
  };
  try {
    if (kind === 'command')
      openOne(join('/dev', blockName), blockId(deviceNumber), O_RDONLY | O_EXCL | O_NONBLOCK);
    const exclusive = kind === 'block' ? O_EXCL | O_NONBLOCK : 0;
    const fd = openOne(path, mark, O_RDWR | O_NOFOLLOW | exclusive | (kind === 'command' ? 0 : O_DIRECT));
    const hints = {
      EAGAIN: 'another nvbench writes to it, or this run by another of its names; name it once, or wait',
    };
    if (kind === 'file') {
      lockFd(fd, { code: 'IN_USE', op: 'lock', target: path, hints });
      locked = fd;
    }
    return { fd, close };
  } catch (cause) {
    close();
    throw failed(op, path, cause);
  }
}

/**
 * Makes a file and fills it with data that no device can shorten: what was never written is read without a disk. Takes it away
 * again where that fails, or `stopped` says why. The place as it is then. Throws EngineError OPEN_FAILED, INTERRUPTED.
 */
export async function makeFile(place: Place, stopped: () => string | undefined): Promise<Place> {
  const { path, sizeBytes } = place;
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600).catch((cause: unknown) => {
    throw failed('make', path, cause);
  });
  try {
    const block = new Uint8Array(FILL_BYTES);
    for (let at = 0; at < sizeBytes; at += FILL_BYTES) {
      const reason = stopped();
      if (reason !== undefined)
        throw new EngineError({
          code: 'INTERRUPTED',
          op: 'make',
          target: path,
          reason,
          hint: '',
          kind: 'interrupted',
        });
      randomFillSync(block);
      const lengthBytes = Math.min(FILL_BYTES, sizeBytes - at);
      for (let done = 0; done < lengthBytes; )
        done += (await file.write(block, done, lengthBytes - done, at + done)).bytesWritten;
    }
    fsyncSync(file.fd);
    return { ...place, missing: false, mark: markOf(fstatSync(file.fd, { bigint: true })) };
  } catch (cause) {
    if (markAt(path) === markOf(fstatSync(file.fd, { bigint: true }))) unlinkSync(path);
    throw failed('make', path, cause);
  } finally {
    await file.close();
  }
}
