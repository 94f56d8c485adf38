/** `-` in place of a file: standard input where one is read, standard output where one is written. */
import { readSync } from 'node:fs';

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

/**
 * All that comes in, up to a little more than `mostBytes`, which is then too much. It comes once: throws Error where it has
 * been read already, errors of node:fs.
 */
export function readStdin(mostBytes: number): Buffer {
  if (isTaken) throw new Error('standard input has been read already, and - can stand for one file only');
  isTaken = true;
  const chunks: Buffer[] = [];
  for (let lengthBytes = 0; lengthBytes <= mostBytes; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const readBytes = readChunk(chunk);
    if (readBytes === 0) break;
    chunks.push(chunk.subarray(0, readBytes));
    lengthBytes += readBytes;
  }
  return Buffer.concat(chunks);
}

/** How messages and reports call a file. */
export function shownName(path: string): string {
  return path === STDIO ? 'stdin' : path;
}
