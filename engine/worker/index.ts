export { STATE } from './control-block.js';
export type { CompletionMode, StatusCount, StopReason, WorkerResult } from './job.js';
export { emptyCounts, type IntervalCounts, WorkerPool } from './pool.js';
export { type Geometry, type JobSpec, type PreparedJob, planGeometry, prepareJob } from './prepare.js';
