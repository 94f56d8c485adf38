/**
 * HOT: the loop where I/Os have times when they are due, at a rate or as a trace has them. What is due by now goes out in parked
 * slots, with its intended time. Two times of each I/O are counted: from its submission, as in the closed loop, and from its
 * intention.
 */
import { BATCH } from '../path/path.js';
import { latencyIndex } from '../stats/histogram.js';
import { RESPONSE_AT } from '../stats/operations.js';
import { stampNs } from '../sys/clock.js';
import type { WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import type { Schedule } from './pace/schedule.js';
import { ParkingLoop } from './parking-loop.js';

export class OpenLoop extends ParkingLoop {
  readonly schedule: Schedule;
  private begun = false;
  private readonly beganNs = new Float64Array(1);

  constructor(spec: WorkerSpec, schedule: Schedule, histograms: Uint32Array) {
    super(spec, histograms);
    this.schedule = schedule;
  }

  /** The schedule begins, once: the ramp's goes on in the measurement. */
  override prime(): void {
    if (this.begun) return;
    this.begun = true;
    stampNs(this.nowNs);
    this.beganNs[0] = this.nowNs[0];
    this.schedule.begin(this.nowNs[0]);
  }

  override unsent(atNs: number): number {
    return this.begun && !this.pacer.spent ? this.schedule.overdue(atNs) : 0;
  }

  override scheduledNs(atNs: number): number {
    return this.begun ? atNs - this.beganNs[0] : 0;
  }

  protected override send(lane: Lane): void {
    const most = this.pacer.take(Math.min(lane.parkedCount, BATCH));
    const count = this.schedule.arrive(most, this.nowNs[0]);
    if (count < most) this.pacer.giveBack(most - count);
    if (count === 0) return;
    lane.unpark(count);
    for (let i = 0; i < count; i++) lane.dueNs[lane.batch[i]] = this.schedule.dueNs[i];
    this.post(lane, count);
  }

  protected override completed(lane: Lane, slot: number, histograms: Uint32Array): void {
    histograms[RESPONSE_AT + latencyIndex(this.reapedNs[0] - lane.dueNs[slot])]++;
  }
}
