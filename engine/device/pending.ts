/**
 * Commands that wait for their simulated latency: a binary heap by due time over typed arrays, nothing allocated
 * per command. Equal times leave in the order they came, so a fixed latency keeps the order of submission.
 */
export class PendingCommands {
  size = 0;
  readonly capacity: number;
  private readonly dueMs: Float64Array;
  private readonly order: Float64Array;
  /** The queue in the upper half, the command identifier in the lower. */
  private readonly key: Int32Array;
  private readonly status: Uint16Array;
  private readonly place: Int32Array;
  private sequence = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueMs = new Float64Array(capacity + 1);
    this.order = new Float64Array(capacity + 1);
    this.key = new Int32Array(capacity + 1);
    this.status = new Uint16Array(capacity + 1);
    this.place = new Int32Array(capacity + 1);
  }

  clear(): void {
    this.size = 0;
  }

  /** Due at `timesMs[index]`. `place`: whatever the caller knows it by. The caller has seen that there is room. */
  push(timesMs: Float64Array, index: number, qid: number, cid: number, status: number, place: number): void {
    const dueMs = timesMs[index];
    this.sequence++;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.dueMs[parent] <= dueMs) break;
      this.copy(at, parent);
      at = parent;
    }
    this.dueMs[at] = dueMs;
    this.order[at] = this.sequence;
    this.key[at] = (qid << 16) | cid;
    this.status[at] = status;
    this.place[at] = place;
  }

  /** Whether the first one's time has come at `timesMs[index]`. */
  firstIsDue(timesMs: Float64Array, index: number): boolean {
    return this.size > 0 && this.dueMs[0] <= timesMs[index];
  }

  firstQid(): number {
    return this.key[0] >>> 16;
  }

  firstCid(): number {
    return this.key[0] & 0xffff;
  }

  firstStatus(): number {
    return this.status[0];
  }

  firstPlace(): number {
    return this.place[0];
  }

  /** Of the command at `index`, in no order. */
  placeAt(index: number): number {
    return this.place[index];
  }

  pop(): void {
    this.removeAt(0);
  }

  /** Where that command waits; -1 where it does not wait here. */
  indexOf(qid: number, cid: number): number {
    const key = (qid << 16) | cid;
    for (let i = 0; i < this.size; i++) if (this.key[i] === key) return i;
    return -1;
  }

  /** Where some command of a queue waits; -1 where it has none. */
  indexOfOneOf(qid: number): number {
    for (let i = 0; i < this.size; i++) if (this.key[i] >>> 16 === qid) return i;
    return -1;
  }

  cidAt(index: number): number {
    return this.key[index] & 0xffff;
  }

  /** Takes a command out before its time. */
  removeAt(index: number): void {
    const last = --this.size;
    if (index === last) return;
    let at = index;
    // the last one fills the hole: towards the root first, then towards the leaves
    while (at > 0 && this.before(last, (at - 1) >>> 1)) {
      const parent = (at - 1) >>> 1;
      this.copy(at, parent);
      at = parent;
    }
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(child + 1, child)) child++;
      if (!this.before(child, last)) break;
      this.copy(at, child);
      at = child;
    }
    this.copy(at, last);
  }

  private before(a: number, b: number): boolean {
    return this.dueMs[a] === this.dueMs[b] ? this.order[a] < this.order[b] : this.dueMs[a] < this.dueMs[b];
  }

  private copy(to: number, from: number): void {
    this.dueMs[to] = this.dueMs[from];
    this.order[to] = this.order[from];
    this.key[to] = this.key[from];
    this.status[to] = this.status[from];
    this.place[to] = this.place[from];
  }
}
