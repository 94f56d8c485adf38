/** Output that is no regular file: a pipe, a terminal, /dev/null, stdout. Written without waiting in the kernel. */
import { closeSync, constants, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from '../../engine/files/walk.js';

const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;
const PAUSE_MS = 2;
/** Signals are heard between two pieces. */
const PIECE_BYTES = 65_536;
const STDOUT_FD = 1;

/** Why and what to do, for a caller to name the path. */
export class StreamRefused extends Error {
  readonly hint: string;

  constructor(reason: string, hint: string) {
    super(reason);
    this.hint = hint;
  }
}

export class OutputStream {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** That of the process, which it stays open for. */
  static stdout(): OutputStream {
    return new OutputStream(STDOUT_FD);
  }

  /** Throws StreamRefused where nobody reads or it is a disk or a socket; errors of node:fs. */
  static open({ folder, name, stats }: Place): OutputStream {
    if (stats?.isBlockDevice()) throw new StreamRefused('it is a disk', 'name a file');
    if (stats?.isSocket()) throw new StreamRefused('it is a socket', 'name a file or a pipe');
    const flags = O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY;
    try {
      return new OutputStream(
        stats?.isSymbolicLink() ? folder.openThrough(name, flags) : folder.open(name, flags),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      throw new StreamRefused(
        'no process reads the pipe',
        `start its reader first: cat ${name} > result.json &`,
      );
    }
  }

  /** All of the text, at the pace of the reader. Throws AbortError once `giveUp` is aborted, errors of node:fs (EPIPE). */
  async write(text: string, giveUp?: AbortSignal): Promise<void> {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      const written = this.#tryWrite(bytes.subarray(done, done + PIECE_BYTES));
      done += written;
      if (written === 0) await delay(PAUSE_MS, undefined, { signal: giveUp });
    }
  }

  close(): void {
    if (this.#fd !== STDOUT_FD) closeSync(this.#fd);
  }

  /** 0 where the reader has not made room yet. */
  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 0;
      // A reader that goes away early (head) has what it wants.
      if (code === 'EPIPE' && this.#fd === STDOUT_FD) return bytes.length;
      throw error;
    }
  }
}
