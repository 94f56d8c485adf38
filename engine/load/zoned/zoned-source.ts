/**
 * HOT: what the next I/Os of a job with `zonemode: zbd` are. Writes go to the write pointers of the zones that are open, appends to
 * these zones by their first blocks, at random or zone after zone; a zone that is full when writing comes to it is reset first, as an
 * I/O of its own. Reads go below the pointers. Where an I/O has to wait for another, nothing goes beyond it: the order of operations is
 * that of their draws.
 */
import { OPCODE_OF } from '../../path/operations.js';
import { BATCH, SLOT, SLOT_SHIFT, type Slots, slbaOf } from '../../path/path.js';
import { FLUSH, OPERATIONS, READ, WRITE, ZONE_APPEND, ZONE_RESET } from '../../stats/operations.js';
import type { ZonedSpec } from '../job.js';
import { drawWord, seedStates } from '../workload/generator.js';
import type { PlannedSource } from '../workload/planned-source.js';
import { appendShareOf } from '../workload/shares.js';
import type { SourceOptions } from '../workload/source.js';
import { Appends } from './appends.js';
import type { WorkerZones } from './worker-zones.js';
import { ZoneTable } from './zone-table.js';

const RECORD_SHIFT = SLOT_SHIFT;
const TWO_32 = 2 ** 32;
const TWO_MINUS_32 = 2 ** -32;
const { WORDS, OPCODE, SLBA_LOW, SLBA_HIGH, OPERATION, NEXT_OPERATION, LBAS } = SLOT;
const OPCODES = Int32Array.from(OPERATIONS, (name) => OPCODE_OF[name]);
const word = drawWord;
const NONE = -1;

export class ZonedSource implements PlannedSource {
  readonly operation = -1;
  private readonly zones: ZoneTable;
  /** Of jobs that append. */
  readonly appends: Appends | undefined;
  private readonly startLba: number;
  private readonly zoneLbas: number;
  private readonly blockLbas: number;
  private readonly random: boolean;
  private readonly readShare: number;
  /** Of the writes. */
  private readonly appendShare: number;
  private readonly flushEvery: number;
  private changes = 0;
  /** Writes between two resets of zones that are not full; 0 for none. Counted while more blocks than these hold data. */
  private readonly resetEvery: number;
  private readonly thresholdLbas: number;
  private sinceReset = 0;
  private readonly addresses: Int32Array;
  private readonly choices: Int32Array;
  /** The operation, and the zone, that were drawn and have not gone yet. */
  private wanted = NONE;
  private drawn = NONE;
  /** In sequence: the zone that is written; the zone that is read, and the next block there. */
  private writeZone = 0;
  private readZone = 0;
  private readBlock = 0;
  /** What may go, in its order. */
  private readonly operations = new Int32Array(BATCH);
  private readonly slbas = new Float64Array(BATCH);
  private ready = 0;
  /** Resets in flight. */
  beside = 0;
  private readonly writers = new Uint16Array(BATCH);

  constructor(options: SourceOptions & ZonedSpec, zones: WorkerZones) {
    const { startLba, blockLbas, random, readPercent, flushEvery = 0, seed } = options;
    const { zoneResetThreshold = 0, zoneResetFrequency = 0 } = options;
    this.zones = new ZoneTable(zones, blockLbas, random && zones.mostOpen > 0);
    this.startLba = startLba;
    this.zoneLbas = zones.zoneLbas;
    this.blockLbas = blockLbas;
    this.random = random;
    this.readShare = readPercent / 100;
    this.appendShare = appendShareOf(options);
    this.appends = this.appendShare > 0 ? new Appends(zones, blockLbas) : undefined;
    this.flushEvery = flushEvery;
    this.resetEvery = zoneResetFrequency > 0 ? Math.max(1, Math.round(1 / zoneResetFrequency)) : 0;
    this.thresholdLbas = zoneResetThreshold * zones.capacityLbas * zones.writtenLbas.length;
    const states = seedStates(seed, 4);
    this.addresses = states.slice(0, 2);
    this.choices = states.slice(2, 4);
  }

  prepare(slots: Slots): void {
    for (let record = 0; record < slots.length; record += WORDS) {
      slots[record | OPERATION] = READ;
      slots[record | NEXT_OPERATION] = READ;
    }
  }

  prepareIos(most: number): number {
    while (this.ready < most && this.plan());
    return this.ready;
  }

  /** None behind the last, whose zone would stay empty. */
  countWith(ios: number, last: boolean): number {
    let left = ios;
    let count = 0;
    for (; count < this.ready; count++) {
      if (left === 0 && (last || this.operations[count] !== ZONE_RESET)) break;
      if (this.operations[count] !== ZONE_RESET) left--;
    }
    return count;
  }

  iosAmong(count: number): number {
    let ios = 0;
    for (let i = 0; i < count; i++) ios += Number(this.operations[i] !== ZONE_RESET);
    return ios;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): number {
    const { operations, slbas, writers } = this;
    const blockLbas = this.blockLbas | 0;
    let writing = 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const operation = operations[i];
      const high = Math.floor(slbas[i] * TWO_MINUS_32) | 0;
      slots[record | OPCODE] = OPCODES[operation];
      slots[record | NEXT_OPERATION] = operation;
      slots[record | SLBA_LOW] = (slbas[i] - high * TWO_32) | 0;
      slots[record | SLBA_HIGH] = high;
      const sends = operation === WRITE || operation === ZONE_APPEND;
      slots[record | LBAS] = operation === READ || sends ? blockLbas : 0;
      writers[writing] = slot;
      writing = (writing + Number(sends)) | 0;
    }
    operations.copyWithin(0, count, this.ready);
    slbas.copyWithin(0, count, this.ready);
    this.ready -= count;
    return writing;
  }

  writing(): Uint16Array {
    return this.writers;
  }

  /** A pass has no end of its own. */
  endPass(): void {}

  ended(slots: Slots, record: number, failed: boolean, assigned: Float64Array | undefined): void {
    const operation = slots[record | OPERATION];
    if (operation !== WRITE && operation !== ZONE_RESET && operation !== ZONE_APPEND) return;
    const reset = operation === ZONE_RESET;
    if (reset) this.beside--;
    const zone = Math.floor((slbaOf(slots, record) - this.startLba) / this.zoneLbas);
    const left =
      operation === ZONE_APPEND
        ? this.appended(record, zone, failed, assigned)
        : this.zones.ended(zone, reset, failed);
    if (left && !this.random && zone === this.writeZone) this.writeZone = this.behind(zone);
  }

  private appended(
    record: number,
    zone: number,
    failed: boolean,
    assigned: Float64Array | undefined,
  ): boolean {
    const { zones, appends } = this;
    if (!failed && assigned !== undefined) {
      appends?.put(zone, assigned[record >> RECORD_SHIFT] - this.startOf(zone));
    }
    const left = zones.appended(zone, this.blockLbas, failed);
    if (zones.appending[zone] === 0 && zones.broken[zone] === 0) appends?.settle(zone);
    return left;
  }

  private behind(zone: number): number {
    return zone + 1 === this.zones.count ? 0 : zone + 1;
  }

  /** Adds the next I/O to what may go; false where that has to wait. */
  private plan(): boolean {
    if (this.wanted === NONE) this.wanted = this.choose();
    if (this.wanted === FLUSH) {
      this.changes = 0;
      this.add(FLUSH, 0);
      return true;
    }
    if (this.wanted === READ) {
      if (this.random ? this.readAnywhere() : this.readNext()) return true;
      // Nothing can be read yet: it is written first, where nothing is on its way.
      if (this.zones.busyCount > 0 || this.readShare === 1) return false;
      this.wanted = this.chooseWrite();
    }
    return this.write(this.wanted === ZONE_APPEND);
  }

  private choose(): number {
    if (this.flushEvery > 0 && this.changes === this.flushEvery) return FLUSH;
    if (this.readShare === 1) return READ;
    if (this.readShare === 0) return this.chooseWrite();
    return (word(this.choices) >>> 0) * TWO_MINUS_32 < this.readShare ? READ : this.chooseWrite();
  }

  private chooseWrite(): number {
    const { appendShare } = this;
    if (appendShare === 0) return WRITE;
    if (appendShare === 1) return ZONE_APPEND;
    return (word(this.choices) >>> 0) * TWO_MINUS_32 < appendShare ? ZONE_APPEND : WRITE;
  }

  private add(operation: number, slba: number): void {
    this.operations[this.ready] = operation;
    this.slbas[this.ready] = slba;
    this.ready = (this.ready + 1) | 0;
    if (operation !== ZONE_RESET) this.wanted = NONE;
  }

  private startOf(zone: number): number {
    return this.startLba + zone * this.zoneLbas;
  }

  private draw(below: number): number {
    return Math.floor((word(this.addresses) >>> 0) * TWO_MINUS_32 * below);
  }

  private readAnywhere(): boolean {
    const { zones } = this;
    if (zones.readableCount === 0) return false;
    const zone = zones.readable[this.draw(zones.readableCount)];
    const block = this.draw(Math.floor(zones.done[zone] / this.blockLbas));
    this.add(READ, this.startOf(zone) + block * this.blockLbas);
    return true;
  }

  private readNext(): boolean {
    const { zones, blockLbas } = this;
    if (zones.readableCount === 0) return false;
    while ((this.readBlock + 1) * blockLbas > zones.done[this.readZone]) {
      this.readZone = this.behind(this.readZone);
      this.readBlock = 0;
    }
    this.add(READ, this.startOf(this.readZone) + this.readBlock * blockLbas);
    this.readBlock++;
    return true;
  }

  private write(append: boolean): boolean {
    const { zones, blockLbas } = this;
    const zone = this.random ? this.anyZone(append) : this.nextZone(append);
    if (zone === NONE) return false;
    zones.take(zone);
    const alone = zones.appending[zone] === 0;
    if (zones.pointer[zone] >= zones.capacityLbas || (alone && this.isResetDue(zone))) {
      zones.beginReset(zone);
      this.beside++;
      this.add(ZONE_RESET, this.startOf(zone));
      return true;
    }
    this.drawn = NONE;
    this.changes++;
    if (append) {
      if (alone) this.appends?.begin(zone, zones.pointer[zone]);
      zones.beginAppend(zone, blockLbas);
      this.add(ZONE_APPEND, this.startOf(zone));
      return true;
    }
    const slba = this.startOf(zone) + zones.pointer[zone];
    zones.begin(zone, blockLbas);
    this.add(WRITE, slba);
    return true;
  }

  /** Of a job with `zone_reset_frequency`. */
  private isResetDue(zone: number): boolean {
    if (this.resetEvery === 0 || this.zones.dataLbas[0] < this.thresholdLbas) return false;
    if (this.zones.pointer[zone] === 0 || ++this.sinceReset < this.resetEvery) return false;
    this.sinceReset = 0;
    return true;
  }

  /**
   * The zone that was drawn, where it is open or there is a place for it; otherwise another that is open, and where all of these
   * have a write in flight, or no room beside appends, another one for which there is a place.
   */
  private anyZone(append: boolean): number {
    const { zones } = this;
    if (this.drawn === NONE) this.drawn = this.draw(zones.count);
    const zone = this.drawn;
    const place = zones.hasPlace;
    if (zones.isOpen(zone) ? zones.isReady(zone, append) : place && zones.isFree(zone)) return zone;
    const { open, openCount, count } = zones;
    let at = Math.floor((zone * openCount) / count);
    for (let i = 0; i < openCount; i++) {
      if (zones.isReady(open[at], append)) return open[at];
      at = at + 1 === openCount ? 0 : at + 1;
    }
    if (!place) return NONE;
    let next = zone;
    for (let i = 0; i < count; i++) {
      next = this.behind(next);
      if (zones.isFree(next)) return next;
    }
    return NONE;
  }

  /**
   * The zone that is written until it is full, and which is then the one behind: of appends as soon as the last of it is in flight,
   * where a second zone may be open.
   */
  private nextZone(append: boolean): number {
    const { zones } = this;
    for (let tried = 0; tried < zones.count; tried++) {
      const zone = this.writeZone;
      if (zones.pointer[zone] >= 0) {
        if (zones.isReady(zone, append)) return zone;
        const goesOn = append && zones.busy[zone] === 0 && zones.openCount < 2 && zones.hasPlace;
        if (!goesOn || zones.broken[zone] === 1) return NONE;
      }
      this.writeZone = this.behind(zone);
    }
    return NONE;
  }
}
