/** HOT: the closed loop of jobs that go by zones. What is free is parked until the zone of the next I/O is, too. */
import { BATCH, IDLE, SLOT, SLOT_SHIFT } from '../path/path.js';
import type { Lane } from './lane.js';
import { ParkingLoop } from './parking-loop.js';
import type { ZonedSource } from './zoned/zoned-source.js';

export class ZoneLoop extends ParkingLoop {
  /** What may go, goes in the turns. */
  override prime(): void {}

  private get zoned(): ZonedSource {
    return this.source as ZonedSource;
  }

  protected override send(lane: Lane): void {
    if (this.pacer.spent) return;
    const { zoned } = this;
    const ready = Math.min(zoned.prepareIos(Math.min(lane.parkedCount, BATCH)), lane.parkedCount);
    const ios = zoned.iosAmong(ready);
    const count = Math.min(ready, zoned.countWith(this.pacer.take(ios)));
    if (count === 0) return;
    lane.unpark(count);
    this.post(lane, count);
  }

  protected override account(lane: Lane, first: number, found: number): number {
    const { slots, batch, queue } = lane;
    for (let i = first; i < found; i++) {
      const record = batch[i] << SLOT_SHIFT;
      if (slots[record | SLOT.START_HIGH] === IDLE) continue;
      this.zoned.ended(slots, record, queue.failures > 0 && queue.statuses[i] !== 0);
    }
    return super.account(lane, first, found);
  }

  /** Resets are none of the I/Os that end a job. */
  override reset(ios: number, keepFailures?: boolean): void {
    super.reset(ios + this.zoned.resetting, keepFailures);
  }
}
