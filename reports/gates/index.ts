/** Gates: the public door of this folder. */
export { evaluateGates, type GateRequest } from './evaluate.js';
export * from './parse.js';
export { gateRecords } from './record.js';
export * from './report.js';
export * from './self-test.js';
export { formatSelfTest } from './self-test-text.js';
export { formatGates, formatGatesJunit, githubAnnotations, markdownGates } from './text.js';
