/** The result document, built, read and joined, without any view of it. */
export * from '../report-error.js';
export type { AttemptRecord, CutShortRecord } from './attempts.js';
export * from './build.js';
export { canonical } from './canonical.js';
export { buildGaps } from './gaps.js';
export * from './intervals.js';
export { laterSettings } from './job-workload.js';
export * from './json.js';
export * from './merge.js';
export { SOFTWARE_NOTICE } from './notices.js';
export * from './operations.js';
export * from './parse.js';
export type { PurgeRecord } from './purge-record.js';
export type { RecoveryStep } from './recovery-step.js';
export * from './result.js';
export type { RoundsRecord } from './rounds-record.js';
export { operationsOf } from './rows.js';
export { buildSlowest } from './slow-ios.js';
export {
  BAD_BLOCK_KINDS,
  type BadBlockKind,
  badBlocksOf,
  type VerificationRecord,
} from './verification.js';
