/**
 * HOT: what each zone of a worker has, and which of them are written. A zone has at most one write, or reset, in flight: writes
 * may arrive in any order, and only that at the pointer is taken. Of appends it may have any number, since the drive says where
 * each went; nothing else goes to it meanwhile.
 */
import type { WorkerZones } from './worker-zones.js';

export class ZoneTable {
  readonly count: number;
  readonly capacityLbas: number;
  /** Where the next write of each zone goes, once all appends have come, in blocks from its first; -1 of those that nothing can be done with. */
  readonly pointer: Float64Array;
  /** What of each can be read: all that was written has completed. */
  readonly done: Float64Array;
  /** 1 where a write or a reset is in flight. */
  readonly busy: Uint8Array;
  /** Appends in flight. */
  readonly appending: Uint16Array;
  /** Zones that can be read, the first `readableCount`. */
  readonly readable: Int32Array;
  readableCount = 0;
  /** Zones that are written, the first `openCount`: one has its place from its first write, or reset, until its last has completed. */
  readonly open: Int32Array;
  openCount = 0;
  busyCount = 0;
  /** Blocks that hold data, over all zones. */
  readonly dataLbas = new Float64Array(1);
  /** 1 where a write failed, until the zone is reset. */
  readonly broken: Uint8Array;
  private readonly leastLbas: number;
  /** Places of each zone in `open` and in `readable`; -1 where it is not there. */
  private readonly openAt: Int32Array;
  private readonly readableAt: Int32Array;

  /** `leastLbas`: of which less cannot be read. `taken`: zones that were begun are open from the start. */
  constructor({ capacityLbas, writtenLbas, mostOpen }: WorkerZones, leastLbas: number, taken: boolean) {
    const count = writtenLbas.length;
    this.count = count;
    this.capacityLbas = capacityLbas;
    this.pointer = writtenLbas.slice();
    this.done = new Float64Array(count);
    this.busy = new Uint8Array(count);
    this.appending = new Uint16Array(count);
    this.broken = new Uint8Array(count);
    this.readable = new Int32Array(count);
    this.open = new Int32Array(mostOpen);
    this.leastLbas = leastLbas;
    this.openAt = new Int32Array(count).fill(-1);
    this.readableAt = new Int32Array(count).fill(-1);
    for (let zone = 0; zone < count; zone++) {
      this.hold(zone, Math.max(0, writtenLbas[zone]));
      if (taken && writtenLbas[zone] > 0 && writtenLbas[zone] < capacityLbas) this.take(zone);
    }
  }

  isOpen(zone: number): boolean {
    return this.openAt[zone] >= 0;
  }

  /** Whether it could be opened now; that there is a place is the caller's to know. */
  isFree(zone: number): boolean {
    return this.openAt[zone] < 0 && this.busy[zone] === 0 && this.pointer[zone] >= 0;
  }

  /** Whether something could go to a zone that is open: an append where there is room beside others, else what has it for itself. */
  isReady(zone: number, append: boolean): boolean {
    if (this.busy[zone] === 1) return false;
    return this.appending[zone] === 0 || (append && this.pointer[zone] < this.capacityLbas);
  }

  get hasPlace(): boolean {
    return this.openCount < this.open.length;
  }

  take(zone: number): void {
    if (this.openAt[zone] >= 0) return;
    this.openAt[zone] = this.openCount;
    this.open[this.openCount++] = zone;
  }

  private leave(zone: number): void {
    const at = this.openAt[zone];
    if (at < 0) return;
    const last = this.open[--this.openCount];
    this.open[at] = last;
    this.openAt[last] = at;
    this.openAt[zone] = -1;
  }

  /** A write of so many blocks goes to the pointer of a zone. */
  begin(zone: number, lbas: number): void {
    this.pointer[zone] += lbas;
    this.busy[zone] = 1;
    this.busyCount++;
  }

  /** An append of so many blocks goes to a zone. */
  beginAppend(zone: number, lbas: number): void {
    this.pointer[zone] += lbas;
    this.appending[zone]++;
    this.busyCount++;
  }

  /**
   * An append has ended. What completed is below the write pointer of the drive, wherever it went, and so is as much from the first
   * block on. Returns whether the zone has left its place: it is full.
   */
  appended(zone: number, lbas: number, failed: boolean): boolean {
    this.appending[zone]--;
    this.busyCount--;
    if (failed) this.broken[zone] = 1;
    if (this.broken[zone] === 1) {
      this.pointer[zone] = this.capacityLbas;
      this.hold(zone, 0);
      return false;
    }
    this.hold(zone, this.done[zone] + lbas);
    const leaves = this.appending[zone] === 0 && this.pointer[zone] >= this.capacityLbas;
    if (leaves) this.leave(zone);
    return leaves;
  }

  /** A reset goes to a zone: nothing of it can be read any more. */
  beginReset(zone: number): void {
    this.hold(zone, 0);
    this.busy[zone] = 1;
    this.busyCount++;
  }

  /**
   * What was in flight in a zone has ended. Returns whether the zone has left its place: it is full, or could not be reset, or was
   * since a write had failed. One whose write failed is full as far as anybody knows: it is reset next.
   */
  ended(zone: number, reset: boolean, failed: boolean): boolean {
    this.busy[zone] = 0;
    this.busyCount--;
    const wasBroken = this.broken[zone] === 1;
    this.broken[zone] = Number(failed && !reset);
    if (failed) {
      this.pointer[zone] = this.capacityLbas;
      this.hold(zone, 0);
    } else if (reset) this.pointer[zone] = 0;
    else this.hold(zone, this.pointer[zone]);
    const leaves = reset ? failed || wasBroken : !failed && this.pointer[zone] >= this.capacityLbas;
    if (leaves) this.leave(zone);
    return leaves;
  }

  /** So much of a zone can be read now. */
  private hold(zone: number, lbas: number): void {
    this.dataLbas[0] += lbas - this.done[zone];
    this.done[zone] = lbas;
    const at = this.readableAt[zone];
    if (lbas >= this.leastLbas) {
      if (at >= 0) return;
      this.readableAt[zone] = this.readableCount;
      this.readable[this.readableCount++] = zone;
    } else if (at >= 0) {
      const last = this.readable[--this.readableCount];
      this.readable[at] = last;
      this.readableAt[last] = at;
      this.readableAt[zone] = -1;
    }
  }
}
