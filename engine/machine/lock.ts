/** One change of the machine at a time. */
import { closeSync, constants, fchmodSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../errors.js';
import { withFolder } from '../files/folder.js';
import { tryLockFd } from '../sys/fd.js';
import { makeStateDir } from './state-dir.js';

const DEADLINE_MS = 30_000;
/** Longer than a group of drives takes whose every write to sysfs reaches its deadline: for what must not be given up. */
export const PATIENT_DEADLINE_MS = 30 * 60_000;
const POLL_MS = 50;
/** flock(2) asks for no more than an open file: whoever may read it could keep everybody out. */
const OWNER_ONLY = 0o600;
const NAME = 'lock';
const { O_APPEND, O_CREAT, O_RDWR } = constants;

/**
 * Does `body` while no other nvbench changes anything, with the state folder made; the kernel ends the lock of a process
 * that dies. Throws EngineError STATE_LOCKED with the process that has it, after waiting `deadlineMs`; STATE_DIR_UNUSABLE.
 */
export async function withStateLock<T>(
  dir: string,
  body: () => Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const path = join(dir, NAME);
  const fd = withFolder(makeStateDir(dir, process.geteuid?.() ?? 0), (folder) =>
    folder.open(NAME, O_RDWR | O_CREAT | O_APPEND, OWNER_ONLY),
  );
  try {
    fchmodSync(fd, OWNER_ONLY);
    const giveUpAt = performance.now() + deadlineMs;
    while (!tryLockFd(fd, path)) {
      if (performance.now() > giveUpAt) throw locked(fd, path, deadlineMs);
      await delay(POLL_MS);
    }
    // The last line says who had it last; only for the message of the one who waits.
    writeSync(fd, `${process.pid}\n`);
    return await body();
  } finally {
    closeSync(fd);
  }
}

function locked(fd: number, path: string, deadlineMs: number): EngineError {
  const holder = readFileSync(fd, 'utf8').trim().split('\n').at(-1) ?? '';
  return new EngineError({
    code: 'STATE_LOCKED',
    op: 'lock',
    target: path,
    reason: `nvbench with process id ${holder} has been changing bindings for more than ${deadlineMs / 1000} s`,
    hint: 'wait for it to end',
  });
}
