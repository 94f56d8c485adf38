/** Threads of the kernel that do a worker's I/O where it would have blocked: their CPU time is a price of it, as the worker's own is. */
import type { IoQueue } from '../path/path.js';
import { cpuTimeOfThreadNs } from '../sys/cpu-time.js';
import type { WorkerReport } from './job.js';

export interface BlockedIo {
  /** CPU time so far of each, in ns, by its id. */
  readonly cpuNs: ReadonlyMap<number, number>;
  /** How many there are that may be of other workers, or have just ended. */
  readonly unknown: number;
}

export function lookAtBlockedIo(queues: readonly IoQueue[]): BlockedIo {
  const found = queues.map((queue) => queue.blockedThreads?.() ?? []);
  const ids = new Set(found.flat().filter((id) => id !== undefined));
  // What one queue cannot tell none can: it is of the process.
  let unknown = Math.max(0, ...found.map((each) => each.filter((id) => id === undefined).length));
  const cpuNs = new Map<number, number>();
  for (const id of ids) {
    const timeNs = cpuTimeOfThreadNs(id);
    if (timeNs === undefined) unknown++;
    else cpuNs.set(id, timeNs);
  }
  return { cpuNs, unknown };
}

/** What they used between two looks; not known where one of them ended in between or may be of another. */
export function blockedIoReport(from: BlockedIo, to: BlockedIo): Pick<WorkerReport, 'blockedIo'> {
  const ended = [...from.cpuNs.keys()].filter((id) => !to.cpuNs.has(id)).length;
  const unknown = Math.max(from.unknown, to.unknown) + ended;
  const threads = to.cpuNs.size + unknown;
  if (threads === 0) return {};
  let cpuTimeNs = 0;
  for (const [id, timeNs] of to.cpuNs) cpuTimeNs += timeNs - (from.cpuNs.get(id) ?? 0);
  return { blockedIo: { threads, ...(unknown === 0 ? { cpuTimeNs } : {}) } };
}
