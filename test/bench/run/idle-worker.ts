/** A worker that has done nothing for a second. */
import type { WorkerResult } from '../../../engine/load/index.js';
import { byOperation } from '../../../engine/stats/operations.js';

export const idleWorker: WorkerResult = {
  index: 0,
  cpus: [],
  stopReason: 'runtime',
  elapsedNs: 1e9,
  completed: byOperation(() => 0),
  statuses: [],
  drain: { ios: 0, durationNs: 0, maxNs: 0 },
  unsentIos: 0,
  lostIos: 0,
  rampIos: 0,
  scheduleNs: 0,
  issued: {
    operations: new Uint8Array(),
    slbas: new Float64Array(),
    lbas: new Int32Array(),
    dueNs: new Float64Array(),
  },
  cpuTimeNs: 0,
  sleeps: 0,
  lostInterrupts: 0,
  emptyPolls: 0,
  reapBatches: 1,
  garbageCollections: 0,
  garbageCollectionMs: 0,
  heapGrowthBytes: 0,
  gaps: { count: 0, durationNs: 0, ios: 0, latencies: [] },
  pausedNs: 0,
  unexpectedCompletions: 0,
};
