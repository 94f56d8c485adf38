/**
 * HOT: the loop where I/Os arrive at a rate. What is due by now goes out in parked slots, with its intended time. Two times of
 * each I/O are counted: from its submission, as in the closed loop, and from its intention.
 */
import { BATCH } from '../path/path.js';
import { latencyIndex } from '../stats/histogram.js';
import { RESPONSE_AT } from '../stats/operations.js';
import { stampNs } from '../sys/clock.js';
import type { WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import { Arrivals } from './pace/arrivals.js';
import { ParkingLoop } from './parking-loop.js';

export class OpenLoop extends ParkingLoop {
  private readonly arrivals: Arrivals;
  private begun = false;
  private readonly beganNs = new Float64Array(1);

  /** Of a job that has a rate. */
  constructor(spec: WorkerSpec, rateIops: number, histograms: Uint32Array) {
    super(spec, histograms);
    const { rateProcess = 'linear', seed, index, numjobs } = spec;
    this.arrivals = new Arrivals({ rateIops, process: rateProcess, seed, phase: index / numjobs });
  }

  /** The schedule begins, once: the ramp's goes on in the measurement. */
  override prime(): void {
    if (this.begun) return;
    this.begun = true;
    stampNs(this.nowNs);
    this.beganNs[0] = this.nowNs[0];
    this.arrivals.begin(this.nowNs[0]);
  }

  override unsent(atNs: number): number {
    return this.begun && !this.pacer.spent ? this.arrivals.overdue(atNs) : 0;
  }

  override scheduledNs(atNs: number): number {
    return this.begun ? atNs - this.beganNs[0] : 0;
  }

  protected override send(lane: Lane): void {
    const most = this.pacer.take(Math.min(lane.parkedCount, BATCH));
    const count = this.arrivals.arrive(most, this.nowNs[0]);
    if (count < most) this.pacer.giveBack(most - count);
    if (count === 0) return;
    lane.unpark(count);
    for (let i = 0; i < count; i++) lane.dueNs[lane.batch[i]] = this.arrivals.dueNs[i];
    this.post(lane, count);
  }

  protected override completed(lane: Lane, slot: number, histograms: Uint32Array): void {
    histograms[RESPONSE_AT + latencyIndex(this.reapedNs[0] - lane.dueNs[slot])]++;
  }
}
