/** The kernel's threads that submit for a worker's queues: their CPU time is a price of its I/O, as its own is. */
import type { QueueSpec } from '../path/path.js';
import { cpuTimeOfThreadNs } from '../sys/cpu-time.js';
import { cpuOfThread } from '../sys/threads.js';
import type { WorkerReport } from './job.js';

export type Submitters = readonly NonNullable<QueueSpec['submitter']>[];

export function submittersOf(lanes: readonly QueueSpec[]): Submitters {
  return lanes.flatMap(({ submitter }) => submitter ?? []);
}

/** Of all of them, in ns; undefined where one of them cannot be told. */
export function submittersCpuNs(submitters: Submitters): number | undefined {
  let sumNs = 0;
  for (const { threadId } of submitters) {
    const timeNs = threadId === undefined ? undefined : cpuTimeOfThreadNs(threadId);
    if (timeNs === undefined) return undefined;
    sumNs += timeNs;
  }
  return sumNs;
}

/** Where they are now, and what they used between two times that `submittersCpuNs` told. */
export function submittersReport(
  submitters: Submitters,
  fromNs: number | undefined,
  toNs: number | undefined,
): Pick<WorkerReport, 'submitters'> {
  if (submitters.length === 0) return {};
  const found = submitters.map(({ threadId }) =>
    threadId === undefined ? undefined : cpuOfThread(threadId),
  );
  const cpus = [...new Set(found)].filter((cpu) => cpu !== undefined).sort((a, b) => a - b);
  const known = fromNs !== undefined && toNs !== undefined;
  return { submitters: { cpus, ...(known ? { cpuTimeNs: toNs - fromNs } : {}) } };
}
