/** Which process made a change, so that a later one can tell whether it still runs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { procMissing } from './proc-missing.js';

/** A process id alone is reused; with the start time and the boot it names one process for ever. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of proc_pid_stat(5): clock ticks after boot. */
  readonly startTicks: string;
  readonly bootId: string;
}

interface Stat {
  readonly state: string;
  readonly startTicks: string;
}

function readStat(procRoot: string, pid: number | 'self'): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(join(procRoot, String(pid), 'stat'), 'utf8');
  } catch {
    return undefined;
  }
  // Field 2, the name in brackets, may hold blanks and brackets: count from the last of them.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], startTicks: fields[19] };
}

/** The id of this boot, random at each. Throws EngineError PROC_MISSING. */
export function currentBootId(procRoot = '/proc'): string {
  const path = join(procRoot, 'sys/kernel/random/boot_id');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw procMissing('tell one boot from another', path, cause);
  }
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const startTicks = readStat('/proc', 'self')?.startTicks ?? '0';
  return { pid: process.pid, startTicks, bootId: currentBootId() };
}

/** Whether the process still runs; one that is killed and waits for its parent has given up what it held. */
export function isRunning(identity: ProcessIdentity, procRoot = '/proc'): boolean {
  if (identity.bootId !== currentBootId(procRoot)) return false;
  const stat = readStat(procRoot, identity.pid);
  if (stat === undefined || stat.startTicks !== identity.startTicks) return false;
  return (stat.state !== 'Z' && stat.state !== 'X') || hasOtherThreads(procRoot, identity.pid);
}

/** The first thread of a process can be dead while others go on, or while the kernel still ends them. */
function hasOtherThreads(procRoot: string, pid: number): boolean {
  try {
    return readdirSync(join(procRoot, String(pid), 'task')).length > 1;
  } catch {
    return false;
  }
}
