/** HOT: when the I/Os of a trace are due: as recorded, from the beginning of the job on, whatever the device does. */
import { BATCH } from '../../path/path.js';
import type { Schedule } from '../pace/schedule.js';
import { HEAD, RECORDS_AT, RING_RECORD } from './trace-ring.js';

/** Doubles of a record. */
const DOUBLES_SHIFT = RING_RECORD.SHIFT - 1;
/** An I/O that begins so long after it was due has waited for the device or for the tool, not for the turn of a loop. */
const LATE_NS = 1e6;

/** How far a replay was behind its schedule. */
export interface Behind {
  /** I/Os that began more than a millisecond after they were due. */
  readonly ios: number;
  /** The longest between an I/O's time and its beginning. */
  readonly mostNs: number;
  /** Looks that found no I/O of the trace in memory, though there are more. */
  readonly dryLooks: number;
}

export class RecordedSchedule implements Schedule {
  readonly dueNs = new Float64Array(BATCH);
  private readonly marks: Int32Array;
  private readonly due: Float64Array;
  private readonly mask: number;
  private readonly stalls: boolean;
  private next = 0;
  /** Records there are, as far as was looked. */
  private known = 0;
  /** When the schedule began; I/Os that began late; the longest of their delays; looks at an empty ring. */
  private readonly state = new Float64Array(4);

  /** Without `stalls` each I/O is due when there is room for it. */
  constructor(ring: SharedArrayBuffer, stalls: boolean) {
    this.marks = new Int32Array(ring, 0, 2);
    this.due = new Float64Array(ring, RECORDS_AT);
    this.mask = (this.due.length >>> DOUBLES_SHIFT) - 1;
    this.stalls = stalls;
  }

  begin(nowNs: number): void {
    this.state[0] = nowNs;
  }

  arrive(most: number, nowNs: number): number {
    const { due, mask, dueNs, state } = this;
    const stalls = this.stalls === true;
    let next = this.next | 0;
    let count = 0;
    while (count < most) {
      if (next === this.known) {
        this.known = Atomics.load(this.marks, HEAD);
        if (next === this.known) {
          state[3]++;
          break;
        }
      }
      const at = stalls ? state[0] + due[(next & mask) << DOUBLES_SHIFT] : nowNs;
      if (at > nowNs) break;
      if (nowNs - at > LATE_NS) {
        state[1]++;
        if (nowNs - at > state[2]) state[2] = nowNs - at;
      }
      dueNs[count] = at;
      count = (count + 1) | 0;
      next = (next + 1) | 0;
    }
    this.next = next;
    return count;
  }

  /** Of those in the ring; none where they have no times. */
  overdue(atNs: number): number {
    if (!this.stalls) return 0;
    const head = Atomics.load(this.marks, HEAD);
    let count = 0;
    for (let next = this.next; next !== head; next = (next + 1) | 0) {
      if (this.state[0] + this.due[(next & this.mask) << DOUBLES_SHIFT] > atNs) break;
      count++;
    }
    return count;
  }

  behind(): Behind {
    const [, ios, mostNs, dryLooks] = this.state;
    return { ios, mostNs, dryLooks };
  }
}
