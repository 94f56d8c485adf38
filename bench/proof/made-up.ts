/** Documents around figures that were made up. */
import { AB_KIND, AB_SCHEMA_VERSION, type AbDocument } from '../../reports/ab/index.js';
import {
  type BenchResult,
  buildErrors,
  type JobRecord,
  type OperationRecord,
  SCHEMA_VERSION,
  TIMESTAMP_NOTE,
} from '../../reports/index.js';

export const BS_BYTES = 4096;

/** What of a job is not the same for all. */
export type MadeUp = Pick<JobRecord, 'elapsedNs'> &
  Partial<Pick<JobRecord, 'name' | 'repeat' | 'intervals' | 'intervalNs'>> & {
    readonly read: OperationRecord;
  };

/** A job of random reads at depth 1. */
export function madeUpJob({ name = 'randread', read, ...job }: MadeUp): JobRecord {
  return {
    name,
    target: 'sim',
    rw: 'randread',
    bsBytes: BS_BYTES,
    iodepth: 1,
    numjobs: 1,
    queuePairs: 1,
    startedAt: new Date(0).toISOString(),
    rampTimeMs: 0,
    stopReason: 'number_ios',
    directions: { read },
    errors: buildErrors([], 0, 0),
    workers: [],
    timestampNote: TIMESTAMP_NOTE,
    warnings: [],
    ...job,
  };
}

let documents = 0;

/** A whole result of these jobs, begun at a time of its own. */
export function madeUpResult(jobs: readonly JobRecord[]): BenchResult {
  const at = new Date(1000 * documents++).toISOString();
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'nvbench', version: 'simulated' },
    complete: true,
    startedAt: at,
    endedAt: at,
    config: {},
    host: {
      hostname: 'simulated',
      kernel: '',
      kernelCommandLine: '',
      cpuModel: '',
      cpuCount: 1,
      governor: null,
      smt: null,
      memoryBytes: 0,
      node: '',
      v8: '',
    },
    devices: [],
    warnings: [],
    jobs: jobs.map((job) => ({ ...job, startedAt: at })),
  };
}

/** Standard deviation of the step that the level of all latencies takes from block to block, on a host that drifts. */
export const DRIFT = 0.05;

/** An experiment that ran to its end. */
export function madeUpExperiment(
  parts: Pick<AbDocument, 'seed' | 'confidence' | 'margin' | 'blocks' | 'legs' | 'sequential'>,
): AbDocument {
  const at = new Date(0).toISOString();
  return {
    kind: AB_KIND,
    schemaVersion: AB_SCHEMA_VERSION,
    tool: { name: 'nvbench', version: 'simulated' },
    complete: true,
    startedAt: at,
    endedAt: at,
    config: 'simulated',
    sides: { A: { set: [] }, B: { set: [] } },
    warmUp: false,
    ...parts,
  };
}
