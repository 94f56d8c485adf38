/** A record of commands on its way to a file, as the process that plays the controller has it. */
import { closeSync, constants, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { EngineError, SystemError } from '../../errors.js';
import { openNamedPlace } from '../../files/named-place.js';
import { withPlace } from '../../files/walk.js';
import { RECORD_FILE } from '../../spec/command-record.js';
import { lockFd } from '../../sys/fd.js';
import { startThread } from '../../sys/thread.js';
import { newRecordRing, RecordRing, type RecordState } from './ring.js';
import type { RecordThreadData } from './thread.js';
import { type RecordAbout, recordHeader } from './writer.js';

/** For what is in the ring, on a slow file. */
const END_TIMEOUT_MS = 10_000;

function unwritable(path: string, reason: string, hint: string, cause?: unknown): EngineError {
  return new EngineError({
    code: 'RECORD_UNWRITABLE',
    op: 'record commands',
    target: path,
    reason,
    hint,
    kind: 'input',
    cause,
  });
}

/** In place of nothing, or of an older record that nobody writes any more. */
function takeFile(fd: number, path: string): void {
  const stats = fstatSync(fd);
  if (!stats.isFile()) throw unwritable(path, 'it is no regular file', 'name a file for the record');
  const start = Buffer.alloc(RECORD_FILE.MAGIC.length);
  const found = start.toString('latin1', 0, readSync(fd, start, 0, start.length, 0));
  if (stats.size > 0 && found !== RECORD_FILE.MAGIC)
    throw unwritable(
      path,
      'it is there already and is no record of commands',
      'name another file, or remove that one',
    );
  try {
    lockFd(fd, { op: 'flock', target: path });
  } catch (cause) {
    if (!(cause instanceof SystemError) || cause.errnoName !== 'EAGAIN') throw cause;
    throw unwritable(path, 'another controller records there', 'name a file for each', cause);
  }
  ftruncateSync(fd);
}

/** An open file with a header. Throws EngineError RECORD_UNWRITABLE (input). */
function openRecord(path: string, about: RecordAbout): number {
  const { O_CREAT, O_NONBLOCK, O_RDWR } = constants;
  try {
    return withPlace(openNamedPlace(path), ({ folder, name }) => {
      const fd = folder.open(name, O_RDWR | O_CREAT | O_NONBLOCK);
      try {
        takeFile(fd, path);
        writeSync(fd, recordHeader(about));
        return fd;
      } catch (error) {
        closeSync(fd);
        throw error;
      }
    });
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const hint = 'name a file in a directory that exists and can be written';
    throw unwritable(path, (cause as Error).message, hint, cause);
  }
}

export class Recording {
  /** For the device thread. */
  readonly buffer = newRecordRing();
  readonly path: string;
  private readonly ring = new RecordRing(this.buffer);
  private readonly fd: number;
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private closing: Promise<void> | undefined;

  /** Opens the file and begins to write. Throws EngineError RECORD_UNWRITABLE (input), THREAD_NOT_STARTED. */
  constructor(path: string, about: RecordAbout) {
    this.path = path;
    this.fd = openRecord(path, about);
    const workerData: RecordThreadData = { ring: this.buffer, fd: this.fd };
    try {
      const url = new URL('./thread.js', import.meta.url);
      this.worker = startThread(url, { workerData, name: 'command-record' }, path);
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
    this.worker.on('error', () => undefined); // what is not written is lost, and is counted
    this.exited = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.worker.unref();
  }

  state(): RecordState {
    return this.ring.state();
  }

  /** Once the device thread has ended: the file has all that it is going to have. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    this.ring.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_TIMEOUT_MS);
    });
    await Promise.race([this.exited, late]);
    clearTimeout(timer);
    await this.worker.terminate();
    this.ring.giveUp('its thread ended before all was written');
    closeSync(this.fd);
  }
}
