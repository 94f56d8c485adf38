/**
 * HOT: the stage of jobs that want to know of single I/Os. It goes over a batch once its completions have a time and before
 * anything is written into the records of its slots: these still say what has completed.
 */
import type { WorkerSpec } from '../job.js';
import type { Lane } from '../lane.js';
import { isPaced } from '../replay/trace-ring.js';
import { IoLog } from './io-log.js';
import { SlowestIos, type SlowIo } from './slowest.js';

/** What a job wants to know of single I/Os. */
export type Watched = Pick<WorkerSpec, 'index' | 'slowest' | 'logRing' | 'rateIops' | 'replay'>;

export class Watch {
  private readonly lanes: readonly Lane[];
  private readonly slowest: SlowestIos | undefined;
  private readonly log: IoLog | undefined;
  /** When the measured time began; Infinity before. */
  private readonly fromNs = new Float64Array(1).fill(Number.POSITIVE_INFINITY);

  constructor(lanes: readonly Lane[], watched: Watched) {
    const { index, slowest = 0, logRing } = watched;
    const paced = isPaced(watched);
    this.lanes = lanes;
    this.slowest = slowest === 0 ? undefined : new SlowestIos(slowest, paced);
    this.log = logRing === undefined ? undefined : new IoLog(logRing, index, paced);
  }

  /** The measured time begins: what completed before is forgotten. */
  begin(fromNs: number): void {
    this.fromNs[0] = fromNs;
    this.slowest?.clear();
  }

  /** The first `found` slots of the lane's batch have completed, found at `atNs`; `late`: past the measured time. */
  reaped(lane: Lane, found: number, atNs: Float64Array, late: boolean): void {
    const { slowest, log, fromNs } = this;
    const queueIndex = this.lanes.length === 1 ? 0 : this.lanes.indexOf(lane);
    if (log !== undefined && atNs[0] >= fromNs[0]) log.note(lane, queueIndex, found, atNs, fromNs, late);
    if (slowest !== undefined && !late) this.look(slowest, lane, queueIndex, found, atNs);
    // Where all of them go out again at once, nothing else is told.
    const { batch, depths, outstanding } = lane;
    for (let i = 0; i < found; i = (i + 1) | 0) depths[batch[i]] = outstanding;
  }

  private look(slowest: SlowestIos, lane: Lane, queueIndex: number, found: number, atNs: Float64Array): void {
    const { slots, batch } = lane;
    let i = slowest.next(slots, batch, 0, found, atNs);
    while (i < found) {
      slowest.offer(lane, queueIndex, i, atNs);
      i = slowest.next(slots, batch, i + 1, found, atNs);
    }
  }

  /** The first `count` slots of the batch have been submitted, with those that were outstanding. */
  posted({ batch, depths, outstanding }: Lane, count: number): void {
    for (let i = 0; i < count; i = (i + 1) | 0) depths[batch[i]] = outstanding;
  }

  /** The slowest so far, slowest first; undefined where none are kept. */
  slowestIos(): SlowIo[] | undefined {
    return this.slowest?.list(this.fromNs[0]);
  }
}

/** Whether the job asks for anything of single I/Os. */
export const isWatched = ({ slowest = 0, logRing }: Watched): boolean => slowest > 0 || logRing !== undefined;

/** Undefined where it does not. */
export function watchOf(spec: Watched, lanes: readonly Lane[]): Watch | undefined {
  return isWatched(spec) ? new Watch(lanes, spec) : undefined;
}
