/**
 * HOT: the slowest I/Os of a worker, in a heap of fixed size whose root is the fastest of them. Of most I/Os there is one
 * comparison with that; what is slower takes its place.
 */
import { IDLE, SLOT, SLOT_SHIFT, type Slots, slbaOf } from '../../path/path.js';
import { OPERATIONS, type OperationName } from '../../stats/operations.js';
import { type Lane, startNs } from '../lane.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const RECORD_SHIFT = SLOT_SHIFT;
const { START_LOW, START_HIGH } = SLOT;
const TWO_32 = 2 ** 32;
const TWO_MINUS_32 = 2 ** -32;
const MOST_INT = 2 ** 31 - 1;

/** One I/O that completed with success within the measured time. */
export interface SlowIo {
  /** When its completion was found, since the measured time of its worker began. */
  readonly atNs: number;
  /** From its submission, as the histograms count it. */
  readonly latencyNs: number;
  readonly operation: OperationName;
  readonly slba: number;
  readonly lbas: number;
  /** Which of the worker's queues. */
  readonly queue: number;
  /** I/Os in flight on that queue once it was submitted, itself among them. */
  readonly depth: number;
  /** Of a job with a rate: how long after it was due it was submitted. */
  readonly waitedNs?: number;
}

export class SlowestIos {
  private readonly latencyNs: Float64Array;
  private readonly foundNs: Float64Array;
  private readonly waitedNs: Float64Array;
  private readonly slbas: Float64Array;
  /** Of each: operation, logical blocks, queue, depth. */
  private readonly facts: Int32Array;
  /** Places in these arrays: each before those at twice its index and one, two more, with the least latency first. */
  private readonly heap: Uint16Array;
  /** The least latency in the heap, or what of it an integer holds; -1 while there is room. */
  private readonly bar = Int32Array.of(-1);
  private readonly paced: boolean;

  /** `count`: 1 to 65535. `paced`: I/Os have times when they are due. */
  constructor(count: number, paced: boolean) {
    this.latencyNs = new Float64Array(count).fill(-1);
    this.foundNs = new Float64Array(count);
    this.waitedNs = new Float64Array(count);
    this.slbas = new Float64Array(count);
    this.facts = new Int32Array(4 * count);
    this.heap = Uint16Array.from({ length: count }, (_, i) => i);
    this.paced = paced;
  }

  /** Index in the batch of the first from `from` on that may be one of the slowest; `found` where there is none. */
  next(slots: Slots, batch: Uint16Array, from: number, found: number, atNs: Float64Array): number {
    const high = (atNs[0] * TWO_MINUS_32) | 0;
    const low = (atNs[0] - high * TWO_32) | 0;
    const bar = this.bar[0];
    let i = from | 0;
    for (; i < found; i = (i + 1) | 0) {
      const record = batch[i] << RECORD_SHIFT;
      const latencyNs = (low - slots[record | START_LOW]) | 0;
      if (latencyNs > bar || latencyNs < 0 || slots[record | START_HIGH] !== high) break;
    }
    return i;
  }

  /** Takes what completed at the batch's index, found at that time, where it is one of the slowest and succeeded. */
  offer(
    { slots, batch, depths, dueNs, queue }: Lane,
    queueIndex: number,
    i: number,
    atNs: Float64Array,
  ): void {
    const slot = batch[i];
    const record = slot << RECORD_SHIFT;
    if (slots[record + START_HIGH] === IDLE || (queue.failures > 0 && queue.statuses[i] !== 0)) return;
    const place = this.heap[0];
    const latencyNs = atNs[0] - startNs(slots, record);
    // What a device completes twice has completed once.
    if (latencyNs <= this.latencyNs[place] || batch.indexOf(slot) < i) return;
    this.latencyNs[place] = latencyNs;
    this.foundNs[place] = atNs[0];
    this.slbas[place] = slbaOf(slots, record);
    this.waitedNs[place] = this.paced ? startNs(slots, record) - dueNs[slot] : 0;
    const fact = 4 * place;
    this.facts[fact] = slots[record + SLOT.OPERATION];
    this.facts[fact + 1] = slots[record + SLOT.LBAS];
    this.facts[fact + 2] = queueIndex;
    this.facts[fact + 3] = depths[slot];
    this.sink();
  }

  /** The root has become slower: it goes down to where none below it is faster. */
  private sink(): void {
    const { heap, latencyNs } = this;
    const place = heap[0];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && latencyNs[heap[below + 1]] < latencyNs[heap[below]]) below++;
      if (latencyNs[heap[below]] >= latencyNs[place]) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = place;
    this.bar[0] = Math.min(latencyNs[heap[0]], MOST_INT);
  }

  /** Forgets all of them. */
  clear(): void {
    this.latencyNs.fill(-1);
    this.bar[0] = -1;
  }

  /** Those that there are, the slowest first; times count from `fromNs`. */
  list(fromNs: number): SlowIo[] {
    const { latencyNs, foundNs, slbas, facts, waitedNs } = this;
    return [...this.heap]
      .filter((place) => latencyNs[place] >= 0)
      .sort((a, b) => latencyNs[b] - latencyNs[a] || foundNs[a] - foundNs[b])
      .map((place) => ({
        atNs: foundNs[place] - fromNs,
        latencyNs: latencyNs[place],
        operation: OPERATIONS[facts[4 * place]],
        slba: slbas[place],
        lbas: facts[4 * place + 1],
        queue: facts[4 * place + 2],
        depth: facts[4 * place + 3],
        ...(this.paced ? { waitedNs: waitedNs[place] } : {}),
      }));
  }
}
