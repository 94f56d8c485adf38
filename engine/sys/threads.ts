/** Threads of this process as /proc tells of them, also those that the kernel has made for it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const FOLDER = '/proc/self/task';
/** Of the fields of stat behind the name (proc(5)): the CPU that it last ran on is number 39, and the first of these 3. */
const CPU_FIELD = 39 - 3;

function textOf(id: number, name: string): string | undefined {
  try {
    return readFileSync(`${FOLDER}/${id}/${name}`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
}

/** Of the thread that asks. */
export function ownThreadId(): number {
  return Number(basename(readlinkSync('/proc/thread-self')));
}

export function threadIds(): Set<number> {
  return new Set(readdirSync(FOLDER).map(Number));
}

/** Undefined where there is no such thread. */
export function threadName(id: number): string | undefined {
  return textOf(id, 'comm')?.trim();
}

/** The CPU that it runs on, or ran on last; undefined where there is no such thread. */
export function cpuOfThread(id: number): number | undefined {
  const stat = textOf(id, 'stat');
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[CPU_FIELD]);
}
