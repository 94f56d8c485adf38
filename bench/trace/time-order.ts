/** Puts records of a trace into the order of their times, however many there are: runs that fit into memory, then merged. */
import { TRACE_RECORD } from '../../engine/stats/trace-record.js';
import { Spool } from './spool.js';

const { WORDS, DUE_NS, LINE_OPERATION } = TRACE_RECORD;
/** Records that are sorted at once: 8 MiB. */
const RUN = 2 ** 18;
/** Of each run so many are in memory while all are merged. */
const PIECE = 1024;

/** A run from its first record on. */
class RunCursor {
  readonly #spool: Spool;
  readonly #end: number;
  #next: number;
  readonly #piece = new Float64Array(PIECE * WORDS);
  #held = 0;
  #at = 0;

  constructor(spool: Spool, from: number, end: number) {
    this.#spool = spool;
    this.#next = from;
    this.#end = end;
    this.#fill();
  }

  #fill(): void {
    const most = Math.min(PIECE, this.#end - this.#next);
    this.#held = most === 0 ? 0 : this.#spool.read(this.#next, this.#piece.subarray(0, most * WORDS));
    this.#next += this.#held;
    this.#at = 0;
  }

  /** Infinity behind the last. */
  get dueNs(): number {
    return this.#held === 0 ? Number.POSITIVE_INFINITY : this.#piece[this.#at * WORDS + DUE_NS];
  }

  /** With its operation. */
  get line(): number {
    return this.#held === 0 ? 0 : this.#piece[this.#at * WORDS + LINE_OPERATION];
  }

  take(): Float64Array {
    const record = this.#piece.slice(this.#at * WORDS, (this.#at + 1) * WORDS);
    this.#at++;
    if (this.#at === this.#held) this.#fill();
    return record;
  }
}

/** Of equal times the one of the lower line is first. */
const comesBefore = (a: RunCursor, b: RunCursor): boolean =>
  a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.line < b.line);

/** Lets the first of the heap sink to its place: the soonest is on top. */
function sink(heap: RunCursor[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    if (left < heap.length && comesBefore(heap[left], heap[least])) least = left;
    if (right < heap.length && comesBefore(heap[right], heap[least])) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}

export class TimeOrder {
  readonly #spool = new Spool();
  readonly #most: number;
  readonly #run: Float64Array;
  #held = 0;
  #runs = 0;
  #total = 0;

  /** `most` records are sorted at once. Throws EngineError TRACE_SPOOL. */
  constructor(most = RUN) {
    this.#most = most;
    this.#run = new Float64Array(most * WORDS);
  }

  /** Throws EngineError TRACE_SPOOL. */
  add(timeNs: number, offsetBytes: number, lengthBytes: number, lineOperation: number): void {
    this.#run.set([timeNs, offsetBytes, lengthBytes, lineOperation], this.#held * WORDS);
    this.#held++;
    if (this.#held === this.#most) this.#endRun();
  }

  #endRun(): void {
    const run = this.#run;
    const order = Uint32Array.from({ length: this.#held }, (_, i) => i);
    order.sort((a, b) => {
      const [first, second] = [a * WORDS, b * WORDS];
      return (
        run[first + DUE_NS] - run[second + DUE_NS] ||
        run[first + LINE_OPERATION] - run[second + LINE_OPERATION] ||
        a - b
      );
    });
    for (const i of order) {
      const packed = run[i * WORDS + LINE_OPERATION];
      this.#spool.add(
        run[i * WORDS + DUE_NS],
        run[i * WORDS + TRACE_RECORD.OFFSET_BYTES],
        run[i * WORDS + TRACE_RECORD.LENGTH_BYTES],
        Math.floor(packed / TRACE_RECORD.LINE),
        packed % TRACE_RECORD.LINE,
      );
    }
    this.#total += this.#held;
    this.#held = 0;
    this.#runs++;
  }

  /** All that was added, the soonest first; once. Throws EngineError TRACE_SPOOL. */
  *records(): Generator<Float64Array> {
    if (this.#held > 0) this.#endRun();
    this.#spool.flush();
    const heap = Array.from(
      { length: this.#runs },
      (_, i) => new RunCursor(this.#spool, i * this.#most, Math.min(this.#total, (i + 1) * this.#most)),
    );
    heap.sort((a, b) => a.dueNs - b.dueNs || a.line - b.line);
    while (heap.length > 0 && heap[0].dueNs < Number.POSITIVE_INFINITY) {
      yield heap[0].take();
      sink(heap);
    }
  }

  close(): void {
    this.#spool.close();
  }
}
