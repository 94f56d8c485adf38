/** The whole closed loop, one worker against the software controller as an instant device on a thread of its own. */
import { allowedCpus } from '../../engine/index.js';
import { prepareJob, WorkerPool } from '../../engine/load/index.js';
import { HISTOGRAM_LENGTH } from '../../engine/stats/histogram.js';
import { percentileNs, totalCountOf } from '../../engine/stats/percentiles.js';
import { closeDevices, openDevice } from '../run/devices.js';

const INSTANT_DEVICE = 'sim:?media=null&latency=none&write_latency=none';

export interface LoopFigure {
  readonly iodepth: number;
  readonly iops: number;
  readonly nsPerIo: number;
  readonly p50Ns: number;
  readonly meanBatch: number;
  readonly garbageCollections: number;
}

/** One run of `runtimeMs` after a ramp. */
export async function measureLoop(iodepth: number, runtimeMs: number): Promise<LoopFigure> {
  const device = await openDevice(INSTANT_DEVICE, { hugepages: 'prefer' });
  try {
    const prepared = await prepareJob(device.controller, device.namespace, {
      bsBytes: 4096,
      iodepth,
      numjobs: 1,
      queuePairs: 1,
      random: true,
      readPercent: 100,
      offsetBytes: 0,
      sizeBytes: device.namespace.sizeBytes,
      rampTimeMs: 1000,
      runtimeMs,
      numberIos: Number.POSITIVE_INFINITY,
      ioTimeoutMs: 10_000,
      maxErrors: 1,
      seed: 1,
      split: false,
      cpus: [[allowedCpus().at(-1) ?? 0]],
      yieldWhenIdle: allowedCpus().length < 2,
    });
    const pool = await WorkerPool.spawn(prepared.workers, prepared.controls);
    pool.start();
    const { results, counts } = await pool.join();
    await pool.terminate();
    await prepared.release();
    const [worker] = results;
    const reads = counts.subarray(0, HISTOGRAM_LENGTH);
    if (totalCountOf(reads) !== worker.reads) throw new Error('the histogram and the counters disagree');
    return {
      iodepth,
      iops: (worker.reads * 1e9) / worker.elapsedNs,
      nsPerIo: worker.elapsedNs / worker.reads,
      p50Ns: percentileNs(reads, 50),
      meanBatch: worker.reads / worker.reapBatches,
      garbageCollections: worker.garbageCollections,
    };
  } finally {
    await closeDevices([device]);
  }
}
