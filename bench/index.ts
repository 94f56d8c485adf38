/**
 * The door of the package: runs, comparisons and gates for programs. Nothing here prints, sets an exit code or listens to
 * signals. What touches a device is loaded when it is first called. docs/api.md tells of it by example.
 */
import type { attach as Attach } from './run/attach.js';
import type { plan as Plan, run as Run } from './run/run.js';

export { EngineError, type FailureKind, NvmeStatusError, SystemError } from '../engine/errors.js';
export type { AbAnalysis, AbCertainty } from '../reports/ab/analyse.js';
export type { AbDocument } from '../reports/ab/document.js';
export { confidenceAt, looksOf } from '../reports/ab/looks.js';
export { endingOf } from '../reports/ab/until-sure.js';
export type { Change } from '../reports/compare/change.js';
export type { Difference } from '../reports/compare/comparability.js';
export type { ComparedJob, Comparison } from '../reports/compare/compare.js';
export type { Matrix, RankedResult, Ranking } from '../reports/compare/ranking.js';
export type { NamedResult } from '../reports/compare/runs.js';
export type { Assumption } from '../reports/compare/spread.js';
export type { JudgedChange, Verdict } from '../reports/compare/verdict.js';
export type { OperationName } from '../reports/document/operations.js';
export type {
  BenchResult,
  DeviceRecord,
  JobRecord,
  OperationRecord,
  ResultWarning,
  WorkerRecord,
} from '../reports/document/result.js';
export type { Gate } from '../reports/gates/parse.js';
export type { GateCheck, GateReport, GateVerdict, JudgedGate } from '../reports/gates/report.js';
export type { SelfTest } from '../reports/gates/self-test.js';
export type { History, HistoryOptions } from '../reports/history/analyse.js';
export {
  type ChangePoint,
  type ChangePointOptions,
  changePoints,
} from '../reports/statistics/change-points.js';
export { readSessionFile as readExperiment } from './ab/session-file.js';
export type { ConfigData, JobData, JobKeyData, MatrixData } from './config/config-data.js';
export { ConfigError, type ConfigIssue } from './config/config-error.js';
export {
  type ConfigChanges,
  checkConfig,
  type LoadedConfig,
  loadConfig,
  parseConfig,
} from './config/load.js';
export type { JobConfig, RunConfig } from './config/run-config.js';
export { findBaseline, saveBaseline } from './files/baselines.js';
export { readResultFile as readResult } from './files/result-file.js';
export { analyseAb, history, type SelfTestOptions, selfTest } from './judge/beyond.js';
export { type ComparisonOptions, compare, compareMany } from './judge/compare.js';
export { evaluateGates, type GateOptions, gateOf, loadGates } from './judge/gates.js';
export type { GivenResult } from './judge/given.js';
export type { AttachedDrive, DriveOptions } from './run/attach.js';
export type { JobEvent, NoticeEvent, PlannedEvent, ProgressEvent, RunEvent } from './run/events.js';
export type { Plan, PlanDevice, PlanJob } from './run/plan/plan-views.js';
export type { RunOptions, RunOutcome } from './run/run.js';

/**
 * Runs a configuration: binds and attaches its devices, does every job, gives the devices back. Throws ConfigError and
 * EngineError for what keeps it from the first I/O; what happens later comes with what was measured.
 */
export const run: typeof Run = async (...args) => (await import('./run/run.js')).run(...args);

/**
 * Attaches, checks every job against its devices and gives them back, without any I/O. Takes the options of `run`, and
 * refuses what that would refuse.
 */
export const plan: typeof Plan = async (...args) => (await import('./run/run.js')).plan(...args);

/** Attaches one drive until it is closed: its identity, its health, its namespace. Throws EngineError. */
export const attach: typeof Attach = async (...args) => (await import('./run/attach.js')).attach(...args);
