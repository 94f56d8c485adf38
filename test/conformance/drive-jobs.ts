/** Jobs on a drive: what they are, what came of them, and those that are refused. */
import assert from 'node:assert/strict';
import { EngineError } from '../../engine/index.js';
import { type JobSpec, planGeometry, prepareJob, WorkerPool } from '../../engine/load/index.js';
import { type Drawn, draw } from '../engine/load/workload/drawing.js';
import type { DriveSubject } from './drive-subject.js';

type On = Pick<DriveSubject, 'drive' | 'namespace'>;

export function jobOf(part: Partial<JobSpec>): JobSpec {
  return {
    bsBytes: 4096,
    iodepth: 8,
    numjobs: 1,
    queuePairs: 1,
    random: true,
    readPercent: 100,
    offsetBytes: 0,
    sizeBytes: 64 * 4096,
    rampTimeMs: 0,
    runtimeMs: Number.POSITIVE_INFINITY,
    numberIos: 1000,
    ioTimeoutMs: 20_000,
    maxErrors: 100,
    seed: 1,
    split: false,
    cpus: [],
    yieldWhenIdle: true,
    ...part,
  };
}

export async function runJob({ drive, namespace }: On, part: Partial<JobSpec>) {
  const prepared = await prepareJob(drive, namespace, jobOf(part));
  const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
  pool.start();
  const joined = await pool.join();
  await pool.terminate();
  await prepared.release();
  return {
    ...joined,
    rings: prepared.logRings,
    histogramTotal: joined.counts.reduce((sum, n) => sum + n, 0),
  };
}

/** The I/Os of a job's one worker, from a source of its own. */
export function drawnFor({ namespace: { lbaBytes } }: On, part: Partial<JobSpec>): Drawn[] {
  const job = jobOf(part);
  return draw({ ...job, lbaBytes, blockLbas: 4096 / lbaBytes, blocks: 64 }, job.numberIos);
}

/** Holds that a job is refused as input with that code, and a hint, before anything reaches the device. */
export function assertRefused({ drive, namespace }: On, part: Partial<JobSpec>, code: string): void {
  assert.throws(
    () => planGeometry(drive, namespace, jobOf(part)),
    (error) =>
      error instanceof EngineError && error.code === code && error.kind === 'input' && error.hint !== '',
  );
}
