/** HOT: the closed loop of jobs that keep pace with those beside them: what is free waits until these have done their part. */
import { BATCH } from '../path/path.js';
import type { WorkerSpec } from './job.js';
import type { Lane } from './lane.js';
import { type FlowGroup, FlowMember, flowMemory } from './pace/flow.js';
import { ParkingLoop } from './parking-loop.js';

export class FlowLoop extends ParkingLoop {
  private readonly member: FlowMember;

  /** Of a job with a `flowGroup`; a rehearsal has one of its own, so that it waits for nobody and nobody for it. */
  constructor(spec: WorkerSpec, { memory, first }: FlowGroup, histograms: Uint32Array) {
    super(spec, histograms);
    const shared = spec.rehearsed ? flowMemory(1) : memory;
    this.member = new FlowMember(shared, spec.rehearsed ? 0 : first + spec.index, spec.flowWeight ?? 1);
  }

  /** What may go, goes in the turns. */
  override prime(): void {
    this.member.join();
  }

  protected override send(lane: Lane): void {
    const most = this.member.allowed(Math.min(lane.parkedCount, BATCH));
    if (most === 0) return;
    const count = this.pacer.take(most);
    if (this.pacer.spent) this.member.leave();
    if (count === 0) return;
    this.member.took(count);
    lane.unpark(count);
    this.post(lane, count);
  }

  override run(rounds: number): void {
    super.run(rounds);
    if (this.submitting === false) this.member.leave();
  }

  override end(atNs: number): void {
    super.end(atNs);
    this.member.leave();
  }
}
