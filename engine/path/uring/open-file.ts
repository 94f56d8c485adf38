/** The descriptors of a file or block device: one to read by, and one to write by that nobody else has. */

import { randomFillSync } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { blockUses } from '../../disks/block-uses.js';
import { loopUses } from '../../disks/loop-and-export.js';
import { openFiles } from '../../disks/open-files.js';
import { EngineError } from '../../errors.js';
import { kernelHost } from '../../pci/bind-host.js';
import { fsErrorCode } from '../../pci/sysfs-read.js';
import { lockFd } from '../../sys/fd.js';
import type { Place } from './place.js';

const { O_RDONLY, O_RDWR, O_DIRECT, O_EXCL, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
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

function failed(op: string, path: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const reason = fsErrorCode(cause);
  const hint = HINTS[reason] ?? 'look at dmesg';
  return new EngineError({ code: 'OPEN_FAILED', op, target: path, reason, hint, cause });
}

/** To read, beside whoever uses it. Throws EngineError OPEN_FAILED. */
export function openToRead({ path, kind }: Place): number {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (kind === 'command' ? 0 : O_DIRECT));
  } catch (cause) {
    throw failed('open to read', path, cause);
  }
}

/** Throws EngineError IN_USE where anybody uses what a job is about to write to. Changes nothing. */
export function refuseUsed({ path, blockName, missing }: Place): void {
  if (missing) return;
  const host = kernelHost(release());
  const wanted = [{ path, id: undefined }];
  const uses =
    blockName === undefined
      ? [
          ...loopUses(host, wanted),
          ...openFiles(host, wanted)
            .filter(({ pid }) => pid !== process.pid)
            .map(({ pid, processName }) => ({
              found: `${path} is open in process ${pid} (${processName})`,
              remedy: `end process ${pid}`,
            })),
        ]
      : blockUses(host, blockName);
  if (uses.length === 0) return;
  throw new EngineError({
    code: 'IN_USE',
    op: 'write',
    target: path,
    reason: uses.map(({ found }) => found).join('; '),
    hint: `nothing is written to what is in use: ${uses.map(({ remedy }) => remedy).join('; ')}`,
  });
}

/** What a job writes by, and what keeps others off meanwhile. */
export interface Writing {
  readonly fd: number;
  close(): void;
}

/**
 * To write, exclusively: a block device by O_EXCL, which also keeps others from mounting it, the generic device of a namespace
 * by its block device, a file by a lock that another nvbench heeds. Throws EngineError IN_USE, OPEN_FAILED.
 */
export function openToWrite(place: Place, devRoot = '/dev'): Writing {
  const { path, kind, blockName } = place;
  refuseUsed(place);
  const open: number[] = [];
  const close = (): void => {
    for (const fd of open.splice(0)) closeSync(fd);
  };
  const openOne = (at: string, flags: number): number => {
    const fd = openSync(at, flags);
    open.push(fd);
    return fd;
  };
  try {
    if (kind === 'command') openOne(join(devRoot, blockName ?? ''), O_RDONLY | O_EXCL | O_NONBLOCK);
    const exclusive = kind === 'block' ? O_EXCL | O_NONBLOCK : 0;
    const fd = openOne(path, O_RDWR | O_NOFOLLOW | exclusive | (kind === 'command' ? 0 : O_DIRECT));
    const hints = { EAGAIN: 'another nvbench writes to it' };
    if (kind === 'file') lockFd(fd, { code: 'IN_USE', op: 'lock', target: path, hints });
    return { fd, close };
  } catch (cause) {
    close();
    throw failed('open to write', path, cause);
  }
}

/**
 * Makes a file and fills it with data that no device can shorten: what was never written is read without a disk. Takes it away
 * again where that fails, or `stopped` says why. Throws EngineError OPEN_FAILED, INTERRUPTED.
 */
export async function makeFile({ path, sizeBytes }: Place, stopped: () => string | undefined): Promise<void> {
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
  } catch (cause) {
    unlinkSync(path);
    throw failed('make', path, cause);
  } finally {
    await file.close();
  }
}
