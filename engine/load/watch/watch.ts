/**
 * HOT: the stage of jobs that want to know of single I/Os. It goes over a batch once its completions have a time and before
 * anything is written into the records of its slots: these still say what has completed.
 */
import type { WorkerSpec } from '../job.js';
import type { Lane } from '../lane.js';
import { SlowestIos, type SlowIo } from './slowest.js';

/** What a job wants to know of single I/Os. */
export type Watched = Pick<WorkerSpec, 'slowest' | 'rateIops'>;

export class Watch {
  private readonly lanes: readonly Lane[];
  private readonly slowest: SlowestIos;
  private readonly fromNs = new Float64Array(1);

  constructor(lanes: readonly Lane[], slowest: number, paced: boolean) {
    this.lanes = lanes;
    this.slowest = new SlowestIos(slowest, paced);
  }

  /** The measured time begins: what completed before is forgotten. */
  begin(fromNs: number): void {
    this.fromNs[0] = fromNs;
    this.slowest.clear();
  }

  /** The first `found` slots of the lane's batch have completed, found at `atNs`; `late`: past the measured time. */
  reaped(lane: Lane, found: number, atNs: Float64Array, late: boolean): void {
    const { slots, batch, depths, outstanding } = lane;
    if (!late) {
      let i = this.slowest.next(slots, batch, 0, found, atNs);
      while (i < found) {
        this.slowest.offer(lane, this.lanes.indexOf(lane), i, atNs);
        i = this.slowest.next(slots, batch, i + 1, found, atNs);
      }
    }
    // Where all of them go out again at once, nothing else is told.
    for (let i = 0; i < found; i = (i + 1) | 0) depths[batch[i]] = outstanding;
  }

  /** The first `count` slots of the batch have been submitted, with those that were outstanding. */
  posted({ batch, depths, outstanding }: Lane, count: number): void {
    for (let i = 0; i < count; i = (i + 1) | 0) depths[batch[i]] = outstanding;
  }

  /** The slowest so far, slowest first. */
  slowestIos(): SlowIo[] {
    return this.slowest.list(this.fromNs[0]);
  }
}

/** Whether the job asks for anything of single I/Os. */
export const isWatched = ({ slowest = 0 }: Watched): boolean => slowest > 0;

/** Undefined where it does not. */
export function watchOf(spec: Watched, lanes: readonly Lane[]): Watch | undefined {
  const { slowest = 0, rateIops } = spec;
  return isWatched(spec) ? new Watch(lanes, slowest, rateIops !== undefined) : undefined;
}
