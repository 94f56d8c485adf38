/** The file that a software controller keeps its blocks in, as the process that plays the controller opens it. */
import { closeSync, constants, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { EngineError } from '../../errors.js';
import { openNamedPlace } from '../../files/named-place.js';
import { withPlace } from '../../files/walk.js';
import { tryLockFd } from '../../sys/fd.js';
import { mapSparse, unmap } from '../../sys/mapping.js';

const { O_CREAT, O_DIRECT, O_NONBLOCK, O_RDWR } = constants;
/** Also of the memory that O_DIRECT takes, on any file system. */
const PAGE_BYTES = 4096;

function unusable(path: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'MEDIA_FILE_UNUSABLE',
    op: 'open the file of blocks',
    target: path,
    reason,
    hint,
    kind: 'input',
    cause,
  });
}

function openAt(path: string, direct: boolean): number {
  try {
    const flags = O_RDWR | O_CREAT | O_NONBLOCK | (direct ? O_DIRECT : 0);
    return withPlace(openNamedPlace(path), ({ folder, name }) => folder.open(name, flags, 0o600));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (direct && code === 'EINVAL')
      throw unusable(
        path,
        'its file system has no direct I/O',
        'leave direct out, or name another file',
        cause,
      );
    throw unusable(path, message, 'name a file in a directory that exists and can be written', cause);
  }
}

/** Two controllers would write over each other's blocks. */
function claim(fd: number, path: string): void {
  if (!tryLockFd(fd, path)) throw unusable(path, 'another controller has it', 'name a file for each');
}

/** A file of that length is taken as it is; an empty one becomes as long, and has no blocks. Any other is somebody's. */
function fit(fd: number, path: string, sizeBytes: number): void {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw unusable(path, 'it is no regular file', 'name a regular file');
  if (stats.size === sizeBytes) return;
  const hint = `give size=${stats.size}, or name another file`;
  if (stats.size !== 0)
    throw unusable(path, `it has ${stats.size} bytes, and the namespace ${sizeBytes}`, hint);
  try {
    ftruncateSync(fd, sizeBytes);
  } catch (cause) {
    throw unusable(path, (cause as Error).message, 'give a smaller size, or another file system', cause);
  }
}

/** Direct I/O goes by the blocks of what is below the file. */
function tryDirect(fd: number, path: string, lbaBytes: number): void {
  const memory = mapSparse(PAGE_BYTES, 'direct I/O');
  try {
    readSync(fd, new Uint8Array(memory.buffer), 0, lbaBytes, 0);
  } catch (cause) {
    const hint = lbaBytes < PAGE_BYTES ? 'give lba=4096, or leave direct out' : 'leave direct out';
    throw unusable(path, `direct I/O of ${lbaBytes} bytes is not possible there`, hint, cause);
  } finally {
    unmap(memory);
  }
}

/**
 * Opens, and where it is not there makes, the file that is to hold a namespace, for one controller at a time. For the caller to
 * close. Throws EngineError MEDIA_FILE_UNUSABLE (input).
 */
export function openMediaFile(
  { path, direct }: { readonly path: string; readonly direct: boolean },
  { sizeBytes, lbaBytes }: { readonly sizeBytes: number; readonly lbaBytes: number },
): number {
  const fd = openAt(path, direct);
  try {
    claim(fd, path);
    fit(fd, path, sizeBytes);
    if (direct) tryDirect(fd, path, lbaBytes);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
