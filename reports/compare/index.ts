/** Comparing results: the public door of this folder. */

export { Random } from '../statistics/random.js';
export type { Change } from './change.js';
export * from './comparability.js';
export * from './compare.js';
export * from './default-certainty.js';
export { type JobMap, jobNamesOf, parseJobMap, someNames } from './job-map.js';
export { problemOfRun } from './job-problem.js';
export * from './markdown.js';
export * from './metrics.js';
export * from './ranking.js';
export type { NamedResult } from './runs.js';
export * from './series.js';
export { changeText, intervalText, seriesText } from './table.js';
export { formatComparison, formatMatrix } from './text.js';
export type { Certainty, JudgedChange, Verdict } from './verdict.js';
