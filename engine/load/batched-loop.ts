/**
 * HOT: the closed loop of jobs that say how I/Os go together, as fio's `iodepth_low`, `iodepth_batch`,
 * `iodepth_batch_complete_min` and `iodepth_batch_complete_max`. A queue is filled, then left until few enough are in flight, and so on.
 */
import { BATCH } from '../path/path.js';
import type { JobSpec, WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import { ParkingLoop } from './parking-loop.js';

type Batching = Pick<
  JobSpec,
  'iodepthLow' | 'iodepthBatch' | 'iodepthBatchCompleteMin' | 'iodepthBatchCompleteMax'
>;

/** Whether anything but what the loop does anyway is asked: whatever is free goes at once, with one doorbell. */
export const isBatched = ({
  iodepthLow,
  iodepthBatch = 0,
  iodepthBatchCompleteMin = 1,
  iodepthBatchCompleteMax,
}: Batching): boolean =>
  iodepthLow !== undefined ||
  iodepthBatch > 0 ||
  iodepthBatchCompleteMin > 1 ||
  iodepthBatchCompleteMax !== undefined;

export class BatchedLoop extends ParkingLoop {
  /** A queue with more in flight is not filled, unless that has begun. */
  private readonly low: number;
  /** The most that one doorbell is rung for. */
  private readonly most: number;
  /** So many slots must be free before any goes, unless nothing is in flight. */
  private readonly least: number;
  /** The most that are taken before a queue is looked at as having had its share; 0 where all are. */
  private readonly share: number;
  /** By lane: slots that were free when the share that is taken now began. */
  private readonly shareFrom: Int32Array;
  /** By lane: it is being filled. */
  private readonly filling: Uint8Array;

  /** Of a job that `isBatched`. */
  constructor(spec: WorkerSpec, histograms: Uint32Array) {
    super(spec, histograms);
    const { iodepth, iodepthLow = iodepth - 1, iodepthBatch = 0, iodepthBatchCompleteMin = 1 } = spec;
    this.low = iodepthLow;
    this.most = iodepthBatch === 0 ? BATCH : Math.min(iodepthBatch, BATCH);
    this.least = iodepthBatchCompleteMin;
    this.share = spec.iodepthBatchCompleteMax ?? 0;
    this.shareFrom = new Int32Array(this.lanes.length);
    for (const lane of this.lanes) this.openShare(lane, 0);
    this.filling = new Uint8Array(this.lanes.length).fill(1);
  }

  /** What may go, goes in the turns. */
  override prime(): void {}

  protected override send(lane: Lane): void {
    const index = this.lanes.indexOf(lane);
    if (this.filling[index] === 0) {
      if (this.share > 0 && !this.hasShare(lane, index)) return;
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
    this.shareFrom[index] = 0;
    this.openShare(lane, 0);
  }

  /** As many were taken as one look of fio waits for. What has completed beyond the most of it is left for the next. */
  private hasShare(lane: Lane, index: number): boolean {
    const taken = lane.parkedCount - this.shareFrom[index];
    if (taken < this.least && lane.outstanding > 0) {
      this.openShare(lane, taken);
      return false;
    }
    this.shareFrom[index] = lane.parkedCount;
    this.openShare(lane, 0);
    return true;
  }

  /** Of the share, so many were taken. */
  private openShare(lane: Lane, taken: number): void {
    if (this.share > 0) lane.room = Math.min(this.share - taken, BATCH);
  }
}
