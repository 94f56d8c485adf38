/** HOT: the loop where what is free waits for its time. All that has completed is parked, and each turn sends what may go by then. */
import { stampNs } from '../sys/clock.js';
import type { Lane } from './lane.js';
import { Loop } from './loop.js';
import { TALLY } from './tally.js';

export abstract class ParkingLoop extends Loop {
  /** The time of this turn. */
  protected readonly nowNs = new Float64Array(1);

  override run(rounds: number): void {
    const { lanes } = this;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < lanes.length; i++) this.parkingTurn(lanes[i]);
    }
  }

  private parkingTurn(lane: Lane): void {
    const { queue } = lane;
    const found = queue.reap(lane.batch, lane.room);
    stampNs(this.nowNs);
    queue.release();
    this.looked(this.nowNs);
    if (this.nowNs[0] >= this.stopAtNs[0]) this.submitting = false;
    if (found === 0) this.tally[TALLY.EMPTY_POLLS]++;
    else {
      this.reapedNs[0] = this.nowNs[0];
      this.tally[TALLY.BATCHES]++;
      this.watch?.reaped(lane, found, this.reapedNs, this.nowNs[0] >= this.stopAtNs[0]);
      const done = this.account(lane, 0, found);
      lane.outstanding -= done;
      lane.park(0, done);
    }
    if (this.submitting === true && lane.parkedCount > 0) this.send(lane);
  }

  protected override post(lane: Lane, count: number): void {
    super.post(lane, count);
    this.watch?.posted(lane, count);
  }

  /** Submits what may go by `nowNs`, of the parked slots of the lane; there are some. */
  protected abstract send(lane: Lane): void;
}
