/**
 * HOT: what a worker wrote where. For each unit of its region the write that was sent last, and the oldest whose data may still be
 * there: the same, once a write that had the unit for itself was acknowledged. Writes of one unit that were in flight together may
 * have come in any order; after one that failed anything may be there.
 */

/** Bytes of the table for each unit. */
export const UNIT_BYTES = 10;

/** Writes in flight to one unit that are counted; more are never believed to have ended. */
const MOST_FLYING = 0xffff;

export class Written {
  readonly units: number;
  readonly unitLbas: number;
  readonly startLba: number;
  /** By unit: the generation sent last; 0 where none was. */
  readonly last: Uint32Array;
  /** The oldest that may be there; 0 where that is not known. */
  readonly floor: Uint32Array;
  private readonly flying: Uint16Array;
  /** How often each zone was reset, and its units; of jobs without zones all is one. */
  private readonly resets: Uint32Array;
  private readonly zoneUnits: number;
  /** Of units with several writes in flight, or one that failed: the first of these, or 0. */
  private readonly overlaps = new Map<number, number>();

  /** Of `lbas` logical blocks from `startLba` on, in units of `unitLbas` that neither writes nor zones, of `zoneLbas`, ever divide. */
  constructor(startLba: number, lbas: number, unitLbas: number, zoneLbas = lbas) {
    this.startLba = startLba;
    this.unitLbas = unitLbas;
    this.units = Math.ceil(lbas / unitLbas);
    this.last = new Uint32Array(this.units);
    this.floor = new Uint32Array(this.units);
    this.flying = new Uint16Array(this.units);
    this.zoneUnits = Math.ceil(zoneLbas / unitLbas);
    this.resets = new Uint32Array(Math.ceil(this.units / this.zoneUnits));
  }

  /** The unit of a logical block. */
  unitOf(lba: number): number {
    return Math.floor((lba - this.startLba) / this.unitLbas);
  }

  /** A write of `count` units goes out. */
  send(first: number, count: number, generation: number): void {
    const { last, flying } = this;
    for (let unit = first; unit < first + count; unit++) {
      if (flying[unit] > 0 && !this.overlaps.has(unit)) this.overlaps.set(unit, last[unit]);
      last[unit] = generation;
      if (flying[unit] < MOST_FLYING) flying[unit]++;
    }
  }

  /** It has completed; `failed`: with an error, or it was never sent. */
  complete(first: number, count: number, generation: number, failed: boolean): void {
    const { floor, flying, overlaps } = this;
    for (let unit = first; unit < first + count; unit++) {
      if (failed) overlaps.set(unit, 0);
      if (flying[unit] === MOST_FLYING || --flying[unit] > 0) continue;
      const oldest = overlaps.size === 0 ? undefined : overlaps.get(unit);
      floor[unit] = oldest ?? generation;
      if (oldest !== undefined) overlaps.delete(unit);
    }
  }

  /** A reset of the zone that begins with a unit goes out, beside no write of it: nobody knows what is there until it is written again. */
  reset(first: number): void {
    const { last, floor, zoneUnits } = this;
    last.fill(0, first, first + zoneUnits);
    floor.fill(0, first, first + zoneUnits);
    this.resets[Math.floor(first / zoneUnits)]++;
  }

  /** How often the zone of a unit was reset. */
  resetsOf(unit: number): number {
    return this.resets[Math.floor(unit / this.zoneUnits)];
  }

  /** The next unit from `from` on that was written; `units` where there is none. */
  nextWritten(from: number): number {
    const { last, units } = this;
    let unit = from;
    while (unit < units && last[unit] === 0) unit++;
    return unit;
  }
}
