/** HOT: the closed loop of jobs whose source says by what has completed what may go. What is free is parked until then. */
import { BATCH, IDLE, SLOT, SLOT_SHIFT } from '../path/path.js';
import type { Lane } from './lane.js';
import { ParkingLoop } from './parking-loop.js';
import type { PlannedSource } from './workload/planned-source.js';

export class PlannedLoop extends ParkingLoop {
  /** What may go, goes in the turns. */
  override prime(): void {}

  private get planned(): PlannedSource {
    return this.source as PlannedSource;
  }

  protected override send(lane: Lane): void {
    if (this.pacer.spent) return;
    const { planned } = this;
    const ready = Math.min(planned.prepareIos(Math.min(lane.parkedCount, BATCH)), lane.parkedCount);
    const ios = planned.iosAmong(ready);
    const taken = this.pacer.take(ios);
    const count = Math.min(ready, planned.countWith(taken, this.pacer.spent));
    if (count === 0) return;
    lane.unpark(count);
    this.post(lane, count);
  }

  protected override account(lane: Lane, first: number, found: number): number {
    const { slots, batch, queue } = lane;
    for (let i = first; i < found; i++) {
      const record = batch[i] << SLOT_SHIFT;
      if (slots[record | SLOT.START_HIGH] === IDLE) continue;
      const failed = queue.failures > 0 && queue.statuses[i] !== 0;
      this.planned.ended(slots, record, failed, queue.assignedLbas);
    }
    return super.account(lane, first, found);
  }

  /** What does not count is none of the I/Os that end a job. */
  override reset(ios: number, keepFailures?: boolean): void {
    super.reset(ios + this.planned.beside, keepFailures);
  }
}
