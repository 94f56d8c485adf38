/** A record of commands on its way to a file, as the process that plays the controller has it. */
import { closeSync, writeSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { EngineWarning } from '../../errors.js';
import { beginAnew, type FileKind, unwritable } from '../../files/begun-anew.js';
import { RECORD_FILE, type RecordAbout } from '../../spec/command-record.js';
import { tryLockFd } from '../../sys/fd.js';
import { endThread, startThread } from '../../sys/thread.js';
import { newRecordRing, RecordRing, type RecordState } from './ring.js';
import type { RecordThreadData } from './thread.js';
import { recordHeader } from './writer.js';

/** For what is in the ring, on a slow file. */
const END_TIMEOUT_MS = 10_000;

const KIND: FileKind = {
  code: 'RECORD_UNWRITABLE',
  op: 'record commands',
  name: 'record of commands',
  shortName: 'record',
  isOne: (start) => start.toString('latin1') === RECORD_FILE.MAGIC,
  startBytes: RECORD_FILE.MAGIC.length,
};

/** A record that is still written is not begun anew. */
function claim(fd: number, path: string): void {
  if (!tryLockFd(fd, path))
    throw unwritable(KIND, path, 'another controller records there', 'name a file for each');
}

/** An open file with a header. Throws EngineError RECORD_UNWRITABLE (input). */
function openRecord(path: string, about: RecordAbout): number {
  const fd = beginAnew(KIND, path, (opened) => claim(opened, path));
  try {
    writeSync(fd, recordHeader(about));
    return fd;
  } catch (cause) {
    closeSync(fd);
    throw unwritable(KIND, path, (cause as Error).message, 'name a file where there is room', cause);
  }
}

export class Recording {
  /** For the device thread. */
  readonly buffer = newRecordRing();
  readonly path: string;
  private readonly target: string;
  private readonly ring = new RecordRing(this.buffer);
  private readonly fd: number;
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private closing: Promise<void> | undefined;

  /** Opens the file and begins to write. Throws EngineError RECORD_UNWRITABLE (input), THREAD_NOT_STARTED. */
  constructor(path: string, about: RecordAbout) {
    this.path = path;
    this.target = about.target;
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

  /** That it is not whole, without a number, which grows: what is the same is told once. */
  warnings(): readonly EngineWarning[] {
    const { lost, problem = 'the file took them too slowly' } = this.state();
    if (lost === 0) return [];
    const message = `commands of ${this.target} are missing in the record ${this.path}: ${problem}`;
    const advice = `see how many with nvbench trace ${this.path}; record to a faster file, or ask for fewer I/Os a second`;
    return [{ code: 'record-not-whole', message, advice }];
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
    await endThread(this.worker);
    this.ring.giveUp('its thread ended before all was written');
    closeSync(this.fd);
  }
}
