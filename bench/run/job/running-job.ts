/** A job on one device that is set up, and what goes along with it until its end. */
import { type PreparedJob, prepareJob, WorkerPool } from '../../../engine/load/index.js';
import type { HealthRecord, SteadyRecord, SureRecord } from '../../../reports/document/index.js';
import { LOG_OPERATIONS } from '../../../reports/io-log/header.js';
import { toolVersion } from '../../files/tool-version.js';
import type { PlannedJob } from '../plan/plan.js';
import { DeviceWatch } from './device-watch.js';
import { HealthWatch } from './health-watch.js';
import { type IntervalSeries, type SeriesLimits, seriesOf } from './interval-series.js';
import { IoLogWriter } from './io-log.js';
import { byteUnitOf } from './moved-bytes.js';
import { Recovery } from './recovery.js';
import { SteadyWatch } from './steady-watch.js';
import { SureWatch } from './sure-watch.js';
import { TraceFeed } from './trace-feed.js';
import { WriteJournal, withJournal } from './write-journal.js';

/** Half an hour of seconds; a day in intervals of about a minute. */
const SERIES_LIMITS: SeriesLimits = { intervals: 1800, bytes: Number.POSITIVE_INFINITY };

export interface Running {
  readonly planned: PlannedJob;
  readonly prepared: PreparedJob;
  readonly pool: WorkerPool;
  readonly series: IntervalSeries;
  readonly recovery: Recovery;
  readonly watch: DeviceWatch;
  /** Of a job that asks for SMART logs. */
  readonly health: HealthWatch | undefined;
  /** When the barrier opened, or should. */
  startedAt: Date;
  endedBeside: boolean;
  /** Of a job that is to become steady. */
  readonly steady: SteadyWatch | undefined;
  /** Of a job that is to end once a metric is known well enough. */
  readonly sure: SureWatch | undefined;
  /** Of a job that logs its I/Os. */
  readonly log: IoLogWriter | undefined;
  /** Of a job that plays a trace. */
  readonly feed: TraceFeed | undefined;
  /** Of a job that keeps which writes were acknowledged. */
  readonly journal: WriteJournal | undefined;
}

/** What those have to say at its end that look at the whole of a job. */
export interface Watched {
  /** Of a job that was to become steady: what was found. */
  readonly steady?: SteadyRecord;
  /** Of a job that was to end once a metric is known well enough: how well it is. */
  readonly sure?: SureRecord;
  /** What the drive told of its temperature meanwhile. */
  readonly health?: HealthRecord;
}

export function watchedBy({ steady, sure, health }: Running): Watched {
  const drive = health?.record();
  return {
    ...(steady === undefined ? {} : { steady: steady.record() }),
    ...(sure === undefined ? {} : { sure: sure.record() }),
    ...(drive === undefined ? {} : { health: drive }),
  };
}

/** Its queues, and its threads at the barrier. Leaves nothing behind where it throws. */
export async function spawn(asked: PlannedJob, limits = SERIES_LIMITS): Promise<Running> {
  const { verifyJournal, verifyOnly } = asked.config;
  const planned = verifyJournal !== undefined && verifyOnly ? withJournal(asked, verifyJournal) : asked;
  const { drive, namespace } = planned.device;
  const series = seriesOf(planned, limits);
  const prepared = await prepareJob(drive, namespace, planned.spec, planned.config.trace);
  const feed = prepared.traceRing === undefined ? undefined : new TraceFeed(prepared.traceRing);
  let log: IoLogWriter | undefined;
  let journal: WriteJournal | undefined;
  try {
    log = logOf(planned, prepared);
    if (verifyJournal !== undefined && !verifyOnly)
      journal = new WriteJournal(verifyJournal, planned, prepared);
    const [pool] = await Promise.all([
      WorkerPool.spawn(prepared.workers, prepared.controls),
      drive.readyToMeasure(),
    ]);
    const recovery = new Recovery(planned, prepared);
    const watch = new DeviceWatch(planned.device);
    const { steadyState, untilSure, smartIntervalMs } = planned.config;
    const health = smartIntervalMs > 0 ? new HealthWatch(drive, smartIntervalMs) : undefined;
    await health?.begin();
    const unit = byteUnitOf(planned);
    const steady = steadyState && new SteadyWatch(steadyState, unit);
    const sure = untilSure && new SureWatch(untilSure, unit, planned.spec.runtimeMs);
    const begun = { startedAt: new Date(), endedBeside: false };
    return {
      planned,
      prepared,
      pool,
      series,
      recovery,
      watch,
      health,
      steady,
      sure,
      log,
      feed,
      journal,
      ...begun,
    };
  } catch (error) {
    feed?.close();
    journal?.close();
    await log?.close();
    await prepared.release();
    throw error;
  }
}

function logOf(
  { logPath, config, device, spec }: PlannedJob,
  { logRings }: PreparedJob,
): IoLogWriter | undefined {
  if (logPath === undefined) return undefined;
  const { numjobs, queuePairs, iodepth } = spec;
  const about = {
    tool: toolVersion(),
    job: config.name,
    target: device.target,
    startedAt: new Date().toISOString(),
    lbaBytes: device.namespace.lbaBytes,
    numjobs,
    queuePairs,
    iodepth,
    operations: [...LOG_OPERATIONS],
    complete: false,
  };
  return new IoLogWriter(logPath, about, logRings);
}
