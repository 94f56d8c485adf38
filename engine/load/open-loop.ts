/**
 * HOT: the loop where I/Os arrive at a rate. What has completed is parked; what is due by now goes out in parked slots, with
 * its intended time. Two times of each I/O are counted: from its submission, as in the closed loop, and from its intention.
 */
import { BATCH } from '../path/path.js';
import { latencyIndex } from '../stats/histogram.js';
import { RESPONSE_AT } from '../stats/operations.js';
import { stampNs } from '../sys/clock.js';
import type { WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import { Loop } from './loop.js';
import { Arrivals } from './pace/arrivals.js';
import { TALLY } from './tally.js';

export class OpenLoop extends Loop {
  private readonly arrivals: Arrivals;
  private readonly nowNs = new Float64Array(1);
  private begun = false;

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
    this.arrivals.begin(this.nowNs[0]);
  }

  override run(rounds: number): void {
    const { lanes } = this;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < lanes.length; i++) this.openTurn(lanes[i]);
    }
  }

  override unsent(atNs: number): number {
    return this.begun && !this.pacer.spent ? this.arrivals.overdue(atNs) : 0;
  }

  private openTurn(lane: Lane): void {
    const { queue } = lane;
    const found = queue.reap(lane.batch, BATCH);
    stampNs(this.nowNs);
    queue.release();
    if (this.nowNs[0] >= this.stopAtNs[0]) this.submitting = false;
    if (found === 0) this.tally[TALLY.EMPTY_POLLS]++;
    else {
      this.reapedNs[0] = this.nowNs[0];
      this.tally[TALLY.BATCHES]++;
      const done = this.account(lane, 0, found);
      lane.outstanding -= done;
      lane.park(0, done);
    }
    if (this.submitting === true && lane.parkedCount > 0) this.send(lane);
  }

  private send(lane: Lane): void {
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
