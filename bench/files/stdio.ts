/** `-` in place of a file: standard input where one is read, standard output where one is written. */
import { fstatSync, readSync, writeSync } from 'node:fs';
import { openUnnamed } from './unnamed-file.js';

/** The word for it. A file of that name is `./-`. */
export const STDIO = '-';

const STDIN_FD = 0;
const CHUNK_BYTES = 2 ** 16;
const PAUSE_MS = 5;

let isTaken = false;

/** 0 at the end. */
function readChunk(into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(STDIN_FD, into, 0, into.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      // Whoever writes it may have made the pipe one that does not wait.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** The pieces of what comes in. It comes once: throws Error where it has been read already, errors of node:fs. */
function* stdinChunks(): Generator<Buffer> {
  if (isTaken) throw new Error('standard input has been read already, and - can stand for one file only');
  isTaken = true;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const readBytes = readChunk(chunk);
    if (readBytes === 0) return;
    yield chunk.subarray(0, readBytes);
  }
}

/** All that comes in, up to a little more than `mostBytes`, which is then too much. Throws as `stdinChunks`. */
export function readStdin(mostBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let lengthBytes = 0;
  for (const chunk of stdinChunks()) {
    chunks.push(chunk);
    lengthBytes += chunk.length;
    if (lengthBytes > mostBytes) break;
  }
  return Buffer.concat(chunks);
}

/** Holds what has come in, for the life of the process. */
let keptFd: number | undefined;

/**
 * Where a file can be opened that is read from any place, more than once, or is larger than memory: for `-` a copy of stdin
 * among temporary files, made when it is first asked for. Throws Error where stdin is empty or has been read already, errors
 * of node:fs.
 */
export function openablePath(path: string): string {
  if (path !== STDIO) return path;
  if (keptFd === undefined) {
    const fd = openUnnamed('nvbench-stdin-');
    for (const chunk of stdinChunks())
      for (let done = 0; done < chunk.length; ) done += writeSync(fd, chunk, done);
    keptFd = fd;
  }
  if (fstatSync(keptFd).size === 0) throw new Error('it is empty');
  return `/proc/self/fd/${keptFd}`;
}

/** Whether stdin is kept as a file: `-` is that file then. */
export const isStdinKept = (): boolean => keptFd !== undefined;

/** How messages and reports call a file. */
export function shownName(path: string): string {
  return path === STDIO ? 'stdin' : path;
}
