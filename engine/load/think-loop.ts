/**
 * HOT: the closed loop with pauses. So many I/Os go out as slots get free, then all that is outstanding is waited for, then
 * nothing goes for a time: as fio's `thinktime`.
 */
import { BATCH } from '../path/path.js';
import type { WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import { ParkingLoop } from './parking-loop.js';

const NS_PER_MS = 1e6;

/** I/Os between two pauses: with `complete`, those in flight when that many have completed go with them. */
function burstOf({ thinkTimeBlocks = 1, thinkTimeBlocksType = 'complete', lanes }: WorkerSpec): number {
  if (thinkTimeBlocksType === 'issue') return thinkTimeBlocks;
  return thinkTimeBlocks + lanes.reduce((sum, { iodepth }) => sum + iodepth, 0) - 1;
}

export class ThinkLoop extends ParkingLoop {
  private readonly burst: number;
  /** I/Os that may go before the next pause. */
  private left: number;
  /** How long a pause is. */
  private readonly pauseNs: Float64Array;

  /** Of a job with a `thinkTimeMs` above 0. */
  constructor(spec: WorkerSpec, thinkTimeMs: number, histograms: Uint32Array) {
    super(spec, histograms);
    this.burst = burstOf(spec);
    this.left = this.burst;
    this.pauseNs = Float64Array.of(thinkTimeMs * NS_PER_MS);
  }

  /** What may go, goes in the turns: the ramp's pauses go on in the measurement. */
  override prime(): void {}

  /** A pause begins with the last completion of what went before it. */
  private mayGo(): boolean {
    if (this.left > 0) return true;
    if (this.outstanding() > 0 || this.nowNs[0] < this.reapedNs[0] + this.pauseNs[0]) return false;
    this.left = this.burst;
    return true;
  }

  protected override send(lane: Lane): void {
    if (!this.mayGo()) return;
    const count = this.pacer.take(Math.min(lane.parkedCount, BATCH, this.left));
    if (count === 0) return;
    this.left -= count;
    lane.unpark(count);
    this.post(lane, count);
  }
}
