/** What is asked of a namespace, and when: the loop, its lanes, sessions and worker threads. It knows what a path is, and none. */
export type { CompletionMode } from '../path/path.js';
export { STATE, type StuckIo } from './control-block.js';
export { type Geometry, planGeometry, shapeOf, workerRegion } from './geometry.js';
export type { JobSpec, StatusCount, StopReason, WorkerResult } from './job.js';
export { isInSequence, type OperationsHash, traceHash } from './operations-hash.js';
export { type IntervalCounts, type StopOrder, WorkerPool } from './pool.js';
export { type PreparedJob, prepareJob } from './prepare.js';
export { isPaced, type Replay, type TraceRing } from './replay/trace-ring.js';
export type { ReadBack, VerifyReport } from './verify/report.js';
export type { LogRing } from './watch/log-ring.js';
export type { Content } from './workload/content.js';
export { cellsOf } from './workload/distribution.js';
export { scatter } from './workload/filled.js';
export { type LengthsByOperation, longestBytes, meanBytes, shortestBytes } from './workload/lengths.js';
export { groupsOf } from './workload/repeated.js';
export { placesOf } from './workload/varied-source.js';
export { iosOf } from './zoned/plan.js';
export type { WorkerZones } from './zoned/worker-zones.js';
