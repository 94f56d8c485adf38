/** The whole closed loop, one worker against the software controller as an instant device on a thread of its own. */
import { allowedCpus } from '../../engine/index.js';
import { prepareJob, WorkerPool } from '../../engine/load/index.js';
import { countsOf } from '../../engine/stats/operations.js';
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
    const prepared = await prepareJob(device.drive, device.namespace, {
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
    const reads = countsOf(counts, 'read');
    if (totalCountOf(reads) !== worker.completed.read)
      throw new Error('the histogram and the counters disagree');
    return {
      iodepth,
      iops: (worker.completed.read * 1e9) / worker.elapsedNs,
      nsPerIo: worker.elapsedNs / worker.completed.read,
      p50Ns: percentileNs(reads, 50),
      meanBatch: worker.completed.read / worker.reapBatches,
      garbageCollections: worker.garbageCollections,
    };
  } finally {
    await closeDevices([device]);
  }
}
