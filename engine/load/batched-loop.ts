/**
 * HOT: the closed loop of jobs that say how I/Os go together, as fio's `iodepth_low`, `iodepth_batch` and
 * `iodepth_batch_complete_min`. A queue is filled, then left until few enough are in flight, and so on.
 */
import { BATCH } from '../path/path.js';
import type { JobSpec, WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import { ParkingLoop } from './parking-loop.js';

type Batching = Pick<JobSpec, 'iodepthLow' | 'iodepthBatch' | 'iodepthBatchCompleteMin'>;

/** Whether anything but what the loop does anyway is asked: whatever is free goes at once, with one doorbell. */
export const isBatched = ({ iodepthLow, iodepthBatch = 0, iodepthBatchCompleteMin = 1 }: Batching): boolean =>
  iodepthLow !== undefined || iodepthBatch > 0 || iodepthBatchCompleteMin > 1;

export class BatchedLoop extends ParkingLoop {
  /** A queue with more in flight is not filled, unless that has begun. */
  private readonly low: number;
  /** The most that one doorbell is rung for. */
  private readonly most: number;
  /** So many slots must be free before any goes, unless nothing is in flight. */
  private readonly least: number;
  /** By lane: it is being filled. */
  private readonly filling: Uint8Array;

  /** Of a job that `isBatched`. */
  constructor(spec: WorkerSpec, histograms: Uint32Array) {
    super(spec, histograms);
    const { iodepth, iodepthLow = iodepth - 1, iodepthBatch = 0, iodepthBatchCompleteMin = 1 } = spec;
    this.low = iodepthLow;
    this.most = iodepthBatch === 0 ? BATCH : Math.min(iodepthBatch, BATCH);
    this.least = iodepthBatchCompleteMin;
    this.filling = new Uint8Array(this.lanes.length).fill(1);
  }

  /** What may go, goes in the turns. */
  override prime(): void {}

  protected override send(lane: Lane): void {
    const index = this.lanes.indexOf(lane);
    if (this.filling[index] === 0) {
      if (lane.outstanding > this.low) return;
      if (lane.outstanding > 0 && lane.parkedCount < this.least) return;
      this.filling[index] = 1;
    }
    while (lane.parkedCount > 0) {
      const count = this.pacer.take(Math.min(lane.parkedCount, this.most));
      if (count === 0) return;
      lane.unpark(count);
      this.post(lane, count);
    }
    this.filling[index] = 0;
  }
}
