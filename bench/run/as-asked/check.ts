/** What one test of a job against its definition came to. */
import type { IntervalCounts, WorkerResult, WorkerZones } from '../../../engine/load/index.js';
import type { ProofCheck } from '../../../reports/document/index.js';
import { SURPRISING } from '../../../reports/statistics/tail-bounds.js';
import type { PlannedJob } from '../plan/plan.js';

export type { ProofCheck };

/** Names of the tests, which never change. docs/measuring.md tells of every one. */
export const CHECKS = [
  'sequence',
  'operations',
  'lengths',
  'offsets',
  'coverage',
  'order',
  'workers',
  'rate',
  'arrivals',
  'amount',
  'zones',
  'appends',
  'backlog',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What the tests look at. */
export interface Evidence {
  readonly planned: PlannedJob;
  readonly workers: readonly WorkerResult[];
  /** What all of them counted; undefined where that was not looked at. */
  readonly counts?: IntervalCounts;
  /** Whether each worker issued first what the plan gives; undefined where that was not looked at. */
  readonly inSequence?: readonly boolean[];
  /** How the zones of each worker stood before its first I/O, of a job that goes by them. */
  readonly zones?: readonly WorkerZones[];
}

export function check(name: CheckName, holds: boolean, asked: string, found: string): ProofCheck {
  return { check: name, holds, asked, found };
}

/** Whether a sample of what was asked may look so. */
export const expected = (surprise: number): boolean => surprise <= SURPRISING;

export const percentText = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
