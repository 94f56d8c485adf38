/** The whole closed loop, one worker that reads; also against the software controller as an instant device on a thread of its own. */
import { allowedCpus } from '../../engine/index.js';
import { type JobSpec, prepareJob, WorkerPool, type WorkerResult } from '../../engine/load/index.js';
import { countsOf } from '../../engine/stats/operations.js';
import { type Counts, percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import { closeDevices, openDevice } from '../run/devices.js';

const INSTANT_DEVICE = 'sim:?media=null&latency=none&write_latency=none';

/** The CPU that the worker has. */
export const lastCpu = (): number => allowedCpus().at(-1) ?? 0;

export interface LoopFigure {
  readonly iodepth: number;
  readonly iops: number;
  readonly nsPerIo: number;
  readonly p50Ns: number;
  readonly meanBatch: number;
  readonly garbageCollections: number;
}

/** What its one worker tells of 4 KiB random reads for `runtimeMs` after a ramp of a second, and the latencies it counted. */
export async function measureReads(
  target: string,
  job: Pick<JobSpec, 'iodepth' | 'runtimeMs' | 'yieldWhenIdle' | 'completion'> &
    Partial<Pick<JobSpec, 'seed'>>,
): Promise<{ readonly worker: WorkerResult; readonly latencies: Counts }> {
  const device = await openDevice(target, { hugepages: 'prefer' });
  try {
    const prepared = await prepareJob(device.drive, device.namespace, {
      seed: 1,
      ...job,
      bsBytes: 4096,
      numjobs: 1,
      queuePairs: 1,
      random: true,
      readPercent: 100,
      offsetBytes: 0,
      sizeBytes: device.namespace.sizeBytes,
      rampTimeMs: 1000,
      numberIos: Number.POSITIVE_INFINITY,
      ioTimeoutMs: 10_000,
      maxErrors: 1,
      split: false,
      cpus: [[lastCpu()]],
    });
    const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
    pool.start();
    const { results, counts } = await pool.join();
    await pool.terminate();
    await prepared.release();
    const [worker] = results;
    const latencies = countsOf(counts, 'read');
    if (totalCountOf(latencies) !== worker.completed.read)
      throw new Error('the histogram and the counters disagree');
    return { worker, latencies };
  } finally {
    await closeDevices([device]);
  }
}

/** One run of `runtimeMs` after a ramp. */
export async function measureLoop(iodepth: number, runtimeMs: number): Promise<LoopFigure> {
  const yieldWhenIdle = allowedCpus().length < 2;
  const { worker, latencies } = await measureReads(INSTANT_DEVICE, { iodepth, runtimeMs, yieldWhenIdle });
  return {
    iodepth,
    iops: (worker.completed.read * 1e9) / worker.elapsedNs,
    nsPerIo: worker.elapsedNs / worker.completed.read,
    p50Ns: percentileNs(latencies, 50),
    meanBatch: worker.completed.read / worker.reapBatches,
    garbageCollections: worker.garbageCollections,
  };
}
