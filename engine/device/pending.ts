/**
 * Commands that wait for their simulated latency: a binary heap by due time over typed arrays, nothing allocated
 * per command. Equal times leave in the order they came, so a fixed latency keeps the order of submission.
 */
export class PendingCommands {
  size = 0;
  readonly capacity: number;
  private readonly dueMs: Float64Array;
  private readonly order: Float64Array;
  private readonly qid: Uint16Array;
  private readonly cid: Uint16Array;
  private readonly status: Uint16Array;
  private sequence = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.dueMs = new Float64Array(capacity + 1);
    this.order = new Float64Array(capacity + 1);
    this.qid = new Uint16Array(capacity + 1);
    this.cid = new Uint16Array(capacity + 1);
    this.status = new Uint16Array(capacity + 1);
  }

  clear(): void {
    this.size = 0;
  }

  /** Due at `timesMs[index]`. The caller has seen that there is room. */
  push(timesMs: Float64Array, index: number, qid: number, cid: number, status: number): void {
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
    this.qid[at] = qid;
    this.cid[at] = cid;
    this.status[at] = status;
  }

  /** Whether the first one's time has come at `timesMs[index]`. */
  firstIsDue(timesMs: Float64Array, index: number): boolean {
    return this.size > 0 && this.dueMs[0] <= timesMs[index];
  }

  firstQid(): number {
    return this.qid[0];
  }

  firstCid(): number {
    return this.cid[0];
  }

  firstStatus(): number {
    return this.status[0];
  }

  pop(): void {
    this.removeAt(0);
  }

  /** Takes a command out before its time; false where it does not wait here. */
  remove(qid: number, cid: number): boolean {
    for (let i = 0; i < this.size; i++) {
      if (this.qid[i] !== qid || this.cid[i] !== cid) continue;
      this.removeAt(i);
      return true;
    }
    return false;
  }

  /** Takes out some command of a queue and returns its CID; -1 where it has none. */
  removeOneOf(qid: number): number {
    for (let i = 0; i < this.size; i++) {
      if (this.qid[i] !== qid) continue;
      const cid = this.cid[i];
      this.removeAt(i);
      return cid;
    }
    return -1;
  }

  private removeAt(index: number): void {
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
    this.qid[to] = this.qid[from];
    this.cid[to] = this.cid[from];
    this.status[to] = this.status[from];
  }
}
