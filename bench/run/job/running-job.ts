/** A job on one device that is set up, and what goes along with it until its end. */
import { type PreparedJob, prepareJob, WorkerPool } from '../../../engine/load/index.js';
import { LOG_OPERATIONS } from '../../../reports/io-log/header.js';
import { toolVersion } from '../../files/tool-version.js';
import type { PlannedJob } from '../plan/plan.js';
import { DeviceWatch } from './device-watch.js';
import { type IntervalSeries, type SeriesLimits, seriesOf } from './interval-series.js';
import { IoLogWriter } from './io-log.js';
import { byteUnitOf } from './moved-bytes.js';
import { Recovery } from './recovery.js';
import { SteadyWatch } from './steady-watch.js';
import { SureWatch } from './sure-watch.js';
import { TraceFeed } from './trace-feed.js';

/** Half an hour of seconds; a day in intervals of about a minute. */
const SERIES_LIMITS: SeriesLimits = { intervals: 1800, bytes: Number.POSITIVE_INFINITY };

export interface Running {
  readonly planned: PlannedJob;
  readonly prepared: PreparedJob;
  readonly pool: WorkerPool;
  readonly series: IntervalSeries;
  readonly recovery: Recovery;
  readonly watch: DeviceWatch;
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
}

/** Its queues, and its threads at the barrier. Leaves nothing behind where it throws. */
export async function spawn(planned: PlannedJob, limits = SERIES_LIMITS): Promise<Running> {
  const { drive, namespace } = planned.device;
  const series = seriesOf(planned, limits);
  const prepared = await prepareJob(drive, namespace, planned.spec, planned.config.trace);
  const feed = prepared.traceRing === undefined ? undefined : new TraceFeed(prepared.traceRing);
  let log: IoLogWriter | undefined;
  try {
    log = logOf(planned, prepared);
    const [pool] = await Promise.all([
      WorkerPool.spawn(prepared.workers, prepared.controls),
      drive.readyToMeasure(),
    ]);
    const recovery = new Recovery(planned, prepared);
    const watch = new DeviceWatch(planned.device);
    const { steadyState, untilSure } = planned.config;
    const unit = byteUnitOf(planned);
    const steady = steadyState && new SteadyWatch(steadyState, unit);
    const sure = untilSure && new SureWatch(untilSure, unit, planned.spec.runtimeMs);
    const begun = { startedAt: new Date(), endedBeside: false };
    return { planned, prepared, pool, series, recovery, watch, steady, sure, log, feed, ...begun };
  } catch (error) {
    feed?.close();
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
