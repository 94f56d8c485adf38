/** Runs one job on its devices: barrier, progress, stop, join; and gives back what was counted. */
import {
  emptyCounts,
  type IntervalCounts,
  type PreparedJob,
  prepareJob,
  STATE,
  WorkerPool,
  type WorkerResult,
} from '../engine/worker/index.js';
import type { PlannedJob } from './plan.js';

const TICK_MS = 200;
/** How long outstanding I/O may take after an interrupt before it is abandoned. */
const DRAIN_DEADLINE_MS = 5_000;

export interface JobOutcome {
  readonly planned: PlannedJob;
  readonly startedAt: Date;
  readonly workers: readonly WorkerResult[];
  /** Read histogram, then write histogram. */
  readonly counts: IntervalCounts;
}

/** What the progress display is told a few times a second. */
export interface Tick {
  readonly jobs: readonly PlannedJob[];
  readonly ramping: boolean;
  /** Since the measurement began. */
  readonly elapsedMs: number;
  readonly completed: number;
  readonly errors: number;
  /** Completions since the last tick, and how long that was. */
  readonly interval: IntervalCounts;
  readonly intervalMs: number;
}

export interface JobHooks {
  onTick(tick: Tick): void;
  /** Aborted: stop submitting, drain, end. */
  readonly signal: AbortSignal;
  /** Aborted: end without waiting for outstanding I/O. */
  readonly abandonSignal: AbortSignal;
}

interface Running {
  readonly planned: PlannedJob;
  readonly prepared: PreparedJob;
  readonly pool: WorkerPool;
}

export interface JobRun {
  readonly outcomes: JobOutcome[];
  /** What went wrong when queue pairs were deleted afterwards: the results stand, the device needs a look. */
  readonly releaseFailure?: unknown;
}

/** Runs the same job on all its devices at once. Leaves no queue pair behind where it can. Throws EngineError. */
export async function runJob(jobs: readonly PlannedJob[], hooks: JobHooks): Promise<JobRun> {
  const running: Running[] = [];
  let outcomes: JobOutcome[];
  try {
    for (const planned of jobs) running.push(await spawn(planned));
    outcomes = await drive(running, hooks);
  } catch (error) {
    await endAll(running);
    throw error;
  }
  return { outcomes, releaseFailure: await endAll(running) };
}

/** Ends threads, then deletes queue pairs and frees slots. The first failure is returned: every step runs. */
async function endAll(running: readonly Running[]): Promise<unknown> {
  let failure: unknown;
  for (const { pool } of running) await pool.terminate();
  for (const { prepared } of running) {
    await prepared.release().catch((error: unknown) => {
      failure ??= error;
    });
  }
  return failure;
}

async function spawn(planned: PlannedJob): Promise<Running> {
  const { controller, namespace } = planned.device;
  const prepared = await prepareJob(controller, namespace, planned.spec);
  try {
    return { planned, prepared, pool: await WorkerPool.spawn(prepared.workers, prepared.controls) };
  } catch (error) {
    await prepared.release();
    throw error;
  }
}

async function drive(running: readonly Running[], hooks: JobHooks): Promise<JobOutcome[]> {
  const startedAt = new Date();
  for (const { pool } of running) pool.start();
  const joined = Promise.all(
    running.map(async ({ planned, pool }) => {
      const { results, counts } = await pool.join();
      return { planned, startedAt, workers: results, counts };
    }),
  );
  const supervision = supervise(running, hooks, joined);
  try {
    return await joined;
  } finally {
    await supervision;
  }
}

async function supervise(
  running: readonly Running[],
  hooks: JobHooks,
  joined: Promise<unknown>,
): Promise<void> {
  let ended = false;
  const settled = joined.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  let measuredFromMs: number | undefined;
  let lastMs = performance.now();
  let stoppedMs: number | undefined;
  while (!ended) {
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, TICK_MS))]);
    if (ended) return;
    const nowMs = performance.now();
    const askedBack = running.some(({ planned }) => planned.device.controller.askedBack() !== undefined);
    if (hooks.signal.aborted || askedBack) {
      stoppedMs ??= stop(running, nowMs);
      if (hooks.abandonSignal.aborted || nowMs - stoppedMs > DRAIN_DEADLINE_MS) abandon(running);
    }
    for (const one of running)
      if (one.planned.device.controller.dead() !== undefined) one.pool.stop('device-lost');
    const measuring = running.every(({ pool }) => pool.state >= STATE.MEASURING);
    if (measuring) measuredFromMs ??= nowMs;
    hooks.onTick(await tick(running, { nowMs, lastMs, measuredFromMs }));
    lastMs = nowMs;
  }
}

function stop(running: readonly Running[], nowMs: number): number {
  for (const { pool } of running) pool.stop('drain');
  return nowMs;
}

function abandon(running: readonly Running[]): void {
  for (const { pool } of running) pool.stop('abandon');
}

async function tick(
  running: readonly Running[],
  times: { nowMs: number; lastMs: number; measuredFromMs?: number },
): Promise<Tick> {
  const interval = emptyCounts();
  let completed = 0;
  let errors = 0;
  for (const { pool } of running) {
    const counts = await pool.takeInterval();
    for (let i = 0; i < counts.length; i++) interval[i] += counts[i];
    completed += pool.live.completed;
    errors += pool.live.errors;
  }
  return {
    jobs: running.map(({ planned }) => planned),
    ramping: times.measuredFromMs === undefined,
    elapsedMs: times.measuredFromMs === undefined ? 0 : times.nowMs - times.measuredFromMs,
    completed,
    errors,
    interval,
    intervalMs: times.nowMs - times.lastMs,
  };
}
