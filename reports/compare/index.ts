/** Comparing results: the public door of this folder. */

export { Random } from '../statistics/random.js';
export * from './comparability.js';
export * from './compare.js';
export * from './markdown.js';
export * from './metrics.js';
export * from './ranking.js';
export * from './series.js';
export { formatComparison, formatMatrix } from './text.js';
export type { Change, JudgedChange, Verdict } from './verdict.js';
