/** Runs the jobs of one turn on their devices: barrier, progress, stop, join; and gives back what was counted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type CpuLimit, cgroupCpuLimit, type Drive, type DriveEvent } from '../../../engine/index.js';
import { type IntervalCounts, STATE, type StopOrder, type WorkerResult } from '../../../engine/load/index.js';
import type { ByOperation } from '../../../engine/stats/operations.js';
import type { IntervalRecord, RecoveryStep } from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';
import { type BeganWith, beganWith } from './began-with.js';
import { eventsOf } from './device-watch.js';
import type { SeriesLimits } from './interval-series.js';
import { type LogOutcome, logEnding } from './io-log.js';
import { afterFailedStart, type NotBegun } from './not-begun.js';
import { type Running, spawn, type Watched, watchedBy } from './running-job.js';
import { elapsedNsOf, failedOf } from './worker-totals.js';

const TICK_MS = 200;
const SHORTEST_TICK_MS = 2;
/** How long outstanding I/O may take after an interrupt before it is abandoned. */
const DRAIN_DEADLINE_MS = 5_000;

export interface JobOutcome extends BeganWith, Watched {
  readonly planned: PlannedJob;
  readonly startedAt: Date;
  readonly workers: readonly WorkerResult[];
  /** The histograms of all operations (stats/operations.ts). */
  readonly counts: IntervalCounts;
  /** They add up to `counts`; none where they would take too much room. */
  readonly intervals: readonly IntervalRecord[];
  readonly intervalNs: number;
  /** What the control groups left of the CPUs: their quota, and how long they held this process back during the job. */
  readonly cpuLimit: CpuLimit;
  /** A job beside it ended, which ends all (`exitall`). */
  readonly endedBeside?: boolean;
  /** What was done about I/O that did not come back; complete once the job's queues are deleted. */
  readonly recovery: readonly RecoveryStep[];
  /** Of a job that logs its I/Os. */
  readonly log?: LogOutcome;
  /** Why the device does no I/O any more, or not what was planned. */
  readonly lost?: string | undefined;
}

/** A job on one device that has not ended yet. */
export interface UnfinishedJob extends Pick<JobOutcome, 'planned' | 'startedAt' | 'counts' | 'intervalNs'> {
  readonly failed: ByOperation<number>;
  readonly elapsedNs: number;
  intervals(): IntervalRecord[];
}

/** What the progress display is told a few times a second. */
export interface Tick {
  readonly jobs: readonly JobTick[];
  /** None of them measures yet. */
  readonly ramping: boolean;
  /** Since the first measurement began. */
  readonly elapsedMs: number;
  /** Since the last tick. */
  readonly intervalMs: number;
}

/** Of one job on one device. */
export interface JobTick {
  readonly planned: PlannedJob;
  /** Measured time so far. */
  readonly measuredMs: number;
  readonly completed: number;
  readonly errors: number;
  /** Completions since the last tick. */
  readonly interval: IntervalCounts;
}

export interface JobHooks {
  onTick(tick: Tick): void;
  /** What drives have told of by themselves. */
  onEvents?(events: ReadonlyMap<Drive, readonly DriveEvent[]>): void;
  /** After each interval that ended; what it is given says at any time what was counted until then. */
  onInterval?(jobs: readonly UnfinishedJob[]): void;
  /** What is kept of the intervals of a job on one device; 1800 where left out. */
  readonly intervalLimits?: SeriesLimits;
  /** Aborted: stop submitting, drain, end. */
  readonly signal: AbortSignal;
  /** Aborted: end without waiting for outstanding I/O. */
  readonly abandonSignal: AbortSignal;
}

export interface JobRun {
  readonly outcomes: JobOutcome[];
  /** Where the job failed on its way: what was measured until then on each device, instead of outcomes. */
  readonly unfinished: UnfinishedJob[];
  /** Where the device did not answer, was reset, and can do the jobs to come: these jobs, instead of outcomes. */
  readonly notBegun?: readonly NotBegun[];
  readonly failure?: unknown;
  /** What went wrong when queue pairs were deleted afterwards: the results stand, the device needs a look. */
  readonly releaseFailure?: unknown;
}

/**
 * Runs jobs side by side, each on its device: they begin together, but for those with a `startdelay`. Leaves no queue pair
 * behind where it can. Throws EngineError where one could not begin; a later failure comes with what was measured.
 */
export async function runJob(jobs: readonly PlannedJob[], hooks: JobHooks): Promise<JobRun> {
  const running: Running[] = [];
  try {
    for (const planned of jobs) running.push(await spawn(planned, hooks.intervalLimits));
  } catch (error) {
    const unreleased = await endAll(running);
    const notBegun =
      unreleased === undefined ? await afterFailedStart(jobs, running.length, error) : undefined;
    if (notBegun === undefined) throw error;
    return { outcomes: [], unfinished: [], notBegun };
  }
  try {
    const outcomes = await superviseToEnd(running, hooks);
    return { outcomes, unfinished: [], releaseFailure: await endAll(running) };
  } catch (failure) {
    await endAll(running);
    for (const { pool, series } of running)
      series.add({ counts: pool.takeRest(), failed: pool.failed, endNs: pool.measuredNs });
    return { outcomes: [], unfinished: running.map(unfinished), failure };
  }
}

/** Ends threads, then deletes queue pairs and frees slots. The first failure is returned: every step runs. */
async function endAll(running: readonly Running[]): Promise<unknown> {
  let failure: unknown;
  for (const { pool } of running) await pool.terminate();
  for (const { log, feed, journal } of running) {
    failure ??= feed?.close();
    const unkept = journal?.close();
    failure ??= unkept;
    await log?.close();
  }
  for (const { recovery, pool } of running) {
    recovery.look(pool.stuck); // what became late since the last tick
    const failed = await recovery.release(pool.live.completed > 0);
    failure ??= failed;
  }
  return failure;
}

/** Opens the barrier of each job when its time has come. Resolves once all are open, or the signal came: then none opens. */
async function startAll(running: readonly Running[], { signal }: JobHooks): Promise<void> {
  const now = Date.now();
  await Promise.all(
    running.map(async (one) => {
      const delayMs = one.planned.config.startDelayMs;
      one.startedAt = new Date(now + delayMs);
      if (delayMs > 0) await sleep(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) one.pool.start();
    }),
  );
}

/** Ends the other jobs once this one has come to its end on all of its devices; where it fails, that ends them anyway. */
async function endWith(
  config: PlannedJob['config'],
  running: readonly Running[],
  joins: readonly Promise<unknown>[],
): Promise<void> {
  const own = joins.filter((_, i) => running[i].planned.config === config);
  const ended = await Promise.all(own).then(
    () => true,
    () => false,
  );
  if (!ended) return;
  for (const other of running) {
    if (other.planned.config === config || other.pool.state >= STATE.DRAINING) continue;
    other.endedBeside = true;
    other.pool.stop('drain');
  }
}

async function superviseToEnd(running: readonly Running[], hooks: JobHooks): Promise<JobOutcome[]> {
  const before = cgroupCpuLimit();
  if (hooks.signal.aborted) stopAll(running, 'drain');
  void startAll(running, hooks);
  const joins = running.map(({ pool }) => pool.join());
  for (const { planned } of running) if (planned.config.exitAll) void endWith(planned.config, running, joins);
  const joined = Promise.all(joins);
  const supervision = supervise(running, hooks, joined);
  // What the last tick took belongs to the intervals before they end.
  const [ended] = await Promise.all([joined, supervision]).catch(async (error: unknown) => {
    await supervision;
    throw error;
  });
  const { quotaCpus, throttledNs } = cgroupCpuLimit();
  await Promise.all(running.map(({ watch, pool }) => watch.settle(pool.live.errors)));
  await Promise.all(running.map(({ health }, i) => health?.settle(elapsedNsOf(ended[i].results))));
  const logs = await Promise.all(running.map(({ log }, i) => log?.finish(logEnding(ended[i]))));
  const cpuLimit = { quotaCpus, throttledNs: throttledNs - before.throttledNs };
  return running.map((one, i) => {
    const { planned, prepared, series, recovery, watch, startedAt, endedBeside } = one;
    const { results: workers, counts, rest } = ended[i];
    const intervals = series.finish({ counts: rest, failed: failedOf(workers), endNs: elapsedNsOf(workers) });
    const { widthNs: intervalNs } = series;
    const counted = { workers, counts, intervals, intervalNs, cpuLimit, ...beganWith(prepared, workers) };
    const ending = {
      endedBeside,
      ...watchedBy(one),
      ...(logs[i] === undefined ? {} : { log: logs[i] }),
    };
    return { planned, startedAt, ...counted, ...ending, recovery: recovery.steps, lost: watch.lost };
  });
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
    await untilTick(running, settled);
    if (ended) return;
    const nowMs = performance.now();
    const askedBack = running.some(({ planned }) => planned.device.drive.askedBack() !== undefined);
    if (hooks.signal.aborted || askedBack) {
      if (stoppedMs === undefined) stopAll(running, 'drain');
      stoppedMs ??= nowMs;
      if (hooks.abandonSignal.aborted || nowMs - stoppedMs > DRAIN_DEADLINE_MS) stopAll(running, 'abandon');
    }
    lookAtDevices(running, hooks);
    const begun = running.filter(({ pool }) => pool.state > STATE.READY);
    const measuring = begun.length > 0 && begun.every(({ pool }) => pool.state >= STATE.MEASURING);
    if (measuring) measuredFromMs ??= nowMs;
    const { jobs, intervalEnded } = await take(running);
    hooks.onTick({
      jobs,
      ramping: measuredFromMs === undefined,
      elapsedMs: measuredFromMs === undefined ? 0 : nowMs - measuredFromMs,
      intervalMs: nowMs - lastMs,
    });
    if (intervalEnded) hooks.onInterval?.(running.map(unfinished));
    lastMs = nowMs;
  }
}

function lookAtDevices(running: readonly Running[], { onEvents }: JobHooks): void {
  const told = eventsOf(running.map(({ planned }) => planned.device));
  if ([...told.values()].some(({ length }) => length > 0)) onEvents?.(told);
  for (const { planned, pool, recovery, watch, health, feed } of running) {
    if (pool.state === STATE.MEASURING) health?.look(() => pool.measuredNs);
    recovery.look(pool.stuck);
    // Its worker would wait for I/Os that nobody reads.
    if (feed?.problem !== undefined) pool.stop('drain');
    const events = told.get(planned.device.drive) ?? [];
    if (watch.look(pool.live.errors, events) !== undefined) pool.stop('device-lost');
  }
}

/** Waits for the end of all jobs, or for the next tick: one falls on the end of each interval. */
async function untilTick(running: readonly Running[], settled: Promise<void>): Promise<void> {
  const counting = running.filter(({ pool }) => pool.state <= STATE.MEASURING);
  const toBoundary = counting.map(({ pool, series }) => (series.boundaryNs - pool.measuredNs) / 1e6);
  const soonest = Math.min(...toBoundary);
  const waitMs = soonest < 1.5 * TICK_MS ? Math.max(SHORTEST_TICK_MS, soonest) : TICK_MS;
  const over = new AbortController();
  await Promise.race([settled, sleep(waitMs, undefined, over).catch(() => undefined)]);
  over.abort();
}

function unfinished({ planned, pool, series, startedAt }: Running): UnfinishedJob {
  return {
    planned,
    startedAt,
    counts: pool.taken,
    get failed() {
      return pool.failed;
    },
    get elapsedNs() {
      return series.endNs;
    },
    get intervalNs() {
      return series.widthNs;
    },
    intervals: () => series.records(),
  };
}

/** Moves what was counted since the last time into the intervals, and tells of it. */
async function take(running: readonly Running[]): Promise<{ jobs: JobTick[]; intervalEnded: boolean }> {
  const jobs: JobTick[] = [];
  let intervalEnded = false;
  for (const { planned, pool, series, steady, sure } of running) {
    const interval = await pool.takeInterval();
    const { measuredNs, live } = pool;
    const ended = series.add({ counts: interval, failed: pool.failed, endNs: measuredNs });
    intervalEnded ||= ended;
    steady?.add(interval, measuredNs);
    sure?.add(interval, measuredNs);
    if (steady?.done || sure?.done) pool.stop('drain');
    jobs.push({ planned, measuredMs: measuredNs / 1e6, ...live, interval });
  }
  return { jobs, intervalEnded };
}

function stopAll(running: readonly Running[], how: StopOrder): void {
  for (const { pool } of running) pool.stop(how);
}
