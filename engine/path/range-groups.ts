/**
 * HOT: deallocates that go several to a command. Each keeps its slot, its record and its latency; of those that are posted
 * together the first of so many leads, and the queue below sees that one alone: it has its ranges and theirs.
 */
import { BATCH, type IoQueue, SLOT, SLOT_SHIFT, type Slots } from './path.js';
import { fillRange, type SlotRanges } from './ranges.js';

const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const fill = fillRange;

export class RangeGroups implements IoQueue {
  failures = 0;
  readonly statuses = new Uint16Array(BATCH);
  readonly writeData: readonly Int32Array[] = [];
  readonly readData: readonly Int32Array[] = [];
  readonly sleep?: (timeoutMs: number) => void;
  readonly blockedThreads?: () => readonly (number | undefined)[];
  private readonly inner: IoQueue;
  private readonly slots: Slots;
  private readonly ranges: SlotRanges;
  /** The slots behind each that leads, `perSlot` for each slot; the first place of each is not used. */
  private readonly members: Uint16Array;
  private readonly leaders = new Uint16Array(BATCH);
  private posted = 0;
  /** A command whose slots did not all fit into a reap: who leads, the next of its slots, and its status. */
  private rest = -1;
  private restAt = 0;
  private restStatus = 0;

  /** `ranges`: those that `inner` has its commands read. */
  constructor(inner: IoQueue, slots: Slots, ranges: SlotRanges) {
    this.inner = inner;
    this.slots = slots;
    this.ranges = ranges;
    this.members = new Uint16Array(ranges.further.length * ranges.perSlot);
    if (inner.sleep !== undefined) this.sleep = (timeoutMs) => inner.sleep?.(timeoutMs);
    if (inner.blockedThreads !== undefined) this.blockedThreads = () => inner.blockedThreads?.() ?? [];
  }

  get unexpected(): number {
    return this.inner.unexpected;
  }

  reap(into: Uint16Array, most: number): number {
    const { inner, leaders, ranges } = this;
    this.failures = 0;
    let found = this.rest < 0 ? 0 : this.takeRest(into, 0, most);
    if (found === most) return found;
    const commands = inner.reap(leaders, Math.ceil((most - found) / ranges.perSlot));
    const failed = inner.failures > 0;
    for (let i = 0; i < commands; i = (i + 1) | 0) {
      this.rest = leaders[i];
      this.restAt = 0;
      this.restStatus = failed ? inner.statuses[i] : 0;
      found = this.takeRest(into, found, most);
    }
    return found;
  }

  /** The slots of one command, as many as there is room for behind those found. */
  private takeRest(into: Uint16Array, before: number, most: number): number {
    const { members, ranges, statuses, rest, restStatus } = this;
    const first = Math.imul(rest, ranges.perSlot);
    const count = (ranges.further[rest] + 1) | 0;
    let at = this.restAt | 0;
    let found = before;
    for (; at < count && found < most; at = (at + 1) | 0) {
      into[found] = at === 0 ? rest : members[first + at];
      statuses[found] = restStatus;
      if (restStatus !== 0) this.failures++;
      found = (found + 1) | 0;
    }
    this.restAt = at;
    if (at === count) this.rest = -1;
    return found;
  }

  post(batch: Uint16Array, count: number): void {
    const { leaders, members, slots, ranges } = this;
    const { words, perSlot, further } = ranges;
    let commands = 0;
    for (let i = 0; i < count; ) {
      const leader = batch[i];
      const first = Math.imul(leader, perSlot);
      const end = Math.min(count, i + perSlot) | 0;
      further[leader] = end - i - 1;
      leaders[commands] = leader;
      commands = (commands + 1) | 0;
      for (let at = 1; i + at < end; at = (at + 1) | 0) {
        const slot = batch[i + at];
        const record = slot << RECORD_SHIFT;
        members[first + at] = slot;
        fill(words, first + at, slots[record | SLBA_LOW], slots[record | SLBA_HIGH], slots[record | LBAS]);
      }
      i = end;
    }
    this.posted = commands;
    this.inner.post(leaders, commands);
  }

  retract(): void {
    this.inner.retract(this.leaders, this.posted);
  }

  ring(): void {
    this.inner.ring();
  }

  release(): void {
    this.inner.release();
  }

  releaseAll(): void {
    this.inner.releaseAll();
  }
}
