/** HOT: the closed loop of jobs that want to know of single I/Os: each batch goes through one more stage. */
import { BATCH } from '../path/path.js';
import { stampNs } from '../sys/clock.js';
import type { Lane } from './lane.js';
import { Loop } from './loop.js';
import { TALLY } from './tally.js';

export class WatchedLoop extends Loop {
  override run(rounds: number): void {
    const { lanes } = this;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < lanes.length; i++) this.watchedTurn(lanes[i]);
    }
  }

  private watchedTurn(lane: Lane): void {
    const { queue } = lane;
    const found = queue.reap(lane.batch, BATCH);
    if (found === 0) {
      queue.release();
      this.tally[TALLY.EMPTY_POLLS]++;
      return;
    }
    stampNs(this.reapedNs);
    queue.release();
    this.tally[TALLY.BATCHES]++;
    this.looked(this.reapedNs);
    const late = this.reapedNs[0] >= this.stopAtNs[0];
    if (late) this.submitting = false;
    this.watch?.reaped(lane, found, this.reapedNs, late);
    const all = queue.failures === 0 && lane.parkedCount === 0 && this.sendsAll;
    if (all && this.pacer.takeAll(found)) this.again(lane, found);
    else this.settle(lane, this.account(lane, 0, found));
  }

  protected override post(lane: Lane, count: number): void {
    super.post(lane, count);
    this.watch?.posted(lane, count);
  }
}
