/** The history of results, `nvbench history`: the public door of this folder. */

export * from '../statistics/change-points.js';
export * from './analyse.js';
export * from './confirmation.js';
export { formatConfirmation } from './confirmation-text.js';
export * from './environment.js';
export type { GoneJob } from './gone.js';
export { formatHistory } from './text.js';
export * from './tracks.js';
