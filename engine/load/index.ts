export { STATE } from './control-block.js';
export { type Geometry, type JobSpec, planGeometry } from './geometry.js';
export type { CompletionMode, StatusCount, StopReason, WorkerResult } from './job.js';
export { emptyCounts, type IntervalCounts, WorkerPool } from './pool.js';
export { type PreparedJob, prepareJob } from './prepare.js';
