/**
 * Writes what workers leave in their rings into the log of their job, while they go on. They never wait for it: what the file
 * takes too slowly is dropped there, and counted.
 */
import { closeSync, write, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { LogRing, WorkerPool } from '../../../engine/load/index.js';
import { IO_RECORD } from '../../../engine/stats/io-record.js';
import { countsOf, OPERATIONS } from '../../../engine/stats/operations.js';
import { totalCountOf } from '../../../engine/stats/percentiles.js';
import { headerBytesFor, type LogAbout, logHeader } from '../../../reports/io-log/header.js';
import { openLogFile } from '../../files/io-log-file.js';
import { elapsedNsOf } from './worker-totals.js';

/** Between two looks where there was nothing: the smallest ring takes longer to fill. */
const PAUSE_MS = 5;
/** Room is given back piece by piece. */
const PIECE_BYTES = 2 ** 14 * IO_RECORD.BYTES;

/** What became of a log. */
export interface LogOutcome {
  readonly file: string;
  /** Records in it. */
  readonly ios: number;
  readonly droppedIos: number;
  /** Why not all could be written that workers left. */
  readonly problem?: string;
}

const writeAt = promisify(write);

export class IoLogWriter {
  readonly #path: string;
  readonly #about: LogAbout;
  readonly #rings: readonly LogRing[];
  readonly #fd: number;
  readonly #headerBytes: number;
  #writtenBytes = 0;
  /** Bytes of records that could not be written. */
  #lostBytes = 0;
  #problem: Error | undefined;
  #ending = false;
  #closed = false;
  readonly #done: Promise<void>;

  /** Opens the file and begins to write. Throws EngineError LOG_UNWRITABLE (input). */
  constructor(path: string, about: LogAbout, rings: readonly LogRing[]) {
    this.#path = path;
    this.#about = about;
    this.#rings = rings;
    this.#headerBytes = headerBytesFor(about);
    this.#fd = openLogFile(path);
    this.#tryHeader(about);
    this.#done = this.#run();
  }

  #tryHeader(about: LogAbout): void {
    try {
      writeSync(this.#fd, logHeader(about, this.#headerBytes), 0, this.#headerBytes, 0);
    } catch (error) {
      this.#problem ??= error as Error;
    }
  }

  async #run(): Promise<void> {
    while (!this.#ending) if (!(await this.#writeSome())) await delay(PAUSE_MS);
    while (await this.#writeSome());
  }

  /** A piece of each ring; whether there was any. */
  async #writeSome(): Promise<boolean> {
    let any = false;
    for (const ring of this.#rings) {
      const piece = ring.ready().subarray(0, PIECE_BYTES);
      if (piece.length === 0) continue;
      any = true;
      await this.#write(piece);
      ring.take(piece.length);
    }
    return any;
  }

  async #write(piece: Uint8Array): Promise<void> {
    let done = 0;
    while (this.#problem === undefined && done < piece.length) {
      try {
        const at = this.#headerBytes + this.#writtenBytes + done;
        const { bytesWritten } = await writeAt(this.#fd, piece, done, piece.length - done, at);
        done += bytesWritten;
      } catch (error) {
        this.#problem = error as Error;
      }
    }
    const whole = done - (done % IO_RECORD.BYTES);
    this.#writtenBytes += whole;
    this.#lostBytes += piece.length - whole;
  }

  get #dropped(): number {
    const dropped = this.#rings.reduce((sum, ring) => sum + ring.dropped, 0);
    return dropped + this.#lostBytes / IO_RECORD.BYTES;
  }

  /** Once the workers have ended: the rest, and in the header how it ended. */
  async finish(ending: Pick<LogAbout, 'elapsedNs' | 'counted'>): Promise<LogOutcome> {
    this.#ending = true;
    await this.#done;
    const droppedIos = this.#dropped;
    this.#tryHeader({ ...this.#about, ...ending, complete: true, droppedIos });
    await this.close();
    return {
      file: this.#path,
      ios: this.#writtenBytes / IO_RECORD.BYTES,
      droppedIos,
      ...(this.#problem === undefined ? {} : { problem: this.#problem.message }),
    };
  }

  /** What workers left so far is written, and the file closed; without `finish` it says that it is incomplete. */
  async close(): Promise<void> {
    this.#ending = true;
    await this.#done;
    if (!this.#closed) closeSync(this.#fd);
    this.#closed = true;
  }
}

/** What the head of a log says of its job once that has ended. */
export function logEnding({ results, counts }: Awaited<ReturnType<WorkerPool['join']>>) {
  const counted = OPERATIONS.flatMap((name) => {
    const ios = totalCountOf(countsOf(counts, name));
    return ios === 0 ? [] : [[name, ios] as const];
  });
  return { elapsedNs: elapsedNsOf(results), counted: Object.fromEntries(counted) };
}
