/** Zones, each of which is written in order from its first block (zoned namespace command set 1.1, 2.1.1.3), and their states. */
import { ZONE_ACTION, ZONE_REPORT, ZONE_SELECT_ALL, ZONE_STATE } from '../spec/zoned.js';
import {
  INVALID_FIELD,
  INVALID_ZONE_STATE_TRANSITION,
  SUCCESS,
  TOO_MANY_ACTIVE_ZONES,
  ZONE_BOUNDARY,
  ZONE_INVALID_WRITE,
  ZONE_IS_FULL,
} from './answers.js';
import type { SimConfig } from './config.js';

const { EMPTY, IMPLICITLY_OPENED, EXPLICITLY_OPENED, CLOSED, FULL } = ZONE_STATE;
const TWO_32 = 2 ** 32;

export interface ZonesShape {
  readonly zoneLbas: number;
  /** What of each can be written. */
  readonly capacityLbas: number;
  readonly count: number;
  /** That may be active at once; Infinity for no limit. */
  readonly mostActive: number;
}

export class Zones {
  readonly zoneLbas: number;
  readonly count: number;
  private readonly capacityLbas: number;
  private readonly mostActive: number;
  /** Blocks that each has of what was written. */
  private readonly written: Float64Array;
  private readonly states: Uint8Array;
  private active = 0;

  constructor({ zoneLbas, capacityLbas, count, mostActive }: ZonesShape) {
    this.zoneLbas = zoneLbas;
    this.capacityLbas = capacityLbas;
    this.count = count;
    this.mostActive = mostActive;
    this.written = new Float64Array(count);
    this.states = new Uint8Array(count).fill(EMPTY);
  }

  /** Where an append to the zone that begins with a block goes (3.4.1); -1 where none begins there. */
  pointerOf(zslba: number): number {
    const zone = zslba / this.zoneLbas;
    return Number.isInteger(zone) ? zslba + this.written[zone] : -1;
  }

  /** What an append would be answered with: as a write at the pointer, but for what a full zone says. */
  judgeAppend(zslba: number, lbas: number): number {
    if (this.states[zslba / this.zoneLbas] === FULL) return ZONE_IS_FULL;
    return this.judge(this.pointerOf(zslba), lbas);
  }

  /** What a write would be answered with. */
  judge(slba: number, lbas: number): number {
    const zone = Math.floor(slba / this.zoneLbas);
    const at = slba - zone * this.zoneLbas;
    const state = this.states[zone];
    if (state === FULL) return at + lbas > this.zoneLbas ? ZONE_BOUNDARY : ZONE_IS_FULL;
    if (at + lbas > this.capacityLbas) return ZONE_BOUNDARY;
    if (at !== this.written[zone]) return ZONE_INVALID_WRITE;
    return state === EMPTY && this.active >= this.mostActive ? TOO_MANY_ACTIVE_ZONES : SUCCESS;
  }

  /** It succeeded. */
  wrote(slba: number, lbas: number): void {
    const zone = Math.floor(slba / this.zoneLbas);
    this.written[zone] += lbas;
    if (this.written[zone] === this.capacityLbas) this.become(zone, FULL);
    else if (this.states[zone] !== EXPLICITLY_OPENED) this.become(zone, IMPLICITLY_OPENED);
  }

  reset(): void {
    this.written.fill(0);
    this.states.fill(EMPTY);
    this.active = 0;
  }

  /** Zones that Zone Management Send with this CDW13 acts on, from a block on; none where the block begins no zone. */
  chosen(slba: number, cdw13: number): { readonly from: number; readonly to: number } {
    if ((cdw13 & ZONE_SELECT_ALL) !== 0) return { from: 0, to: this.count };
    const zone = slba / this.zoneLbas;
    return Number.isInteger(zone) ? { from: zone, to: zone + 1 } : { from: 0, to: 0 };
  }

  /** Does an action to one zone (2.1.1.3, 3.4.3). Returns the status. */
  act(zone: number, action: number): number {
    const state = this.states[zone];
    const opened = state === IMPLICITLY_OPENED || state === EXPLICITLY_OPENED;
    if (action === ZONE_ACTION.RESET) {
      this.written[zone] = 0;
      this.become(zone, EMPTY);
      return SUCCESS;
    }
    if (action === ZONE_ACTION.FINISH) {
      this.written[zone] = this.capacityLbas;
      this.become(zone, FULL);
      return SUCCESS;
    }
    if (action === ZONE_ACTION.CLOSE) {
      if (!opened && state !== CLOSED) return INVALID_ZONE_STATE_TRANSITION;
      this.become(zone, this.written[zone] === 0 ? EMPTY : CLOSED);
      return SUCCESS;
    }
    if (action !== ZONE_ACTION.OPEN) return INVALID_FIELD;
    if (state === FULL) return INVALID_ZONE_STATE_TRANSITION;
    if (state === EMPTY && this.active >= this.mostActive) return TOO_MANY_ACTIVE_ZONES;
    this.become(zone, EXPLICITLY_OPENED);
    return SUCCESS;
  }

  private become(zone: number, state: number): void {
    const isActive = (each: number): number => Number(each !== EMPTY && each !== FULL);
    this.active += isActive(state) - isActive(this.states[zone]);
    this.states[zone] = state;
  }

  /** Report Zones from the zone of a block on (3.4.2.2), in so many bytes. `partial`: it counts those that it describes. */
  report(slba: number, lengthBytes: number, partial: boolean): Uint32Array {
    const { HEADER_BYTES, DESCRIPTOR_BYTES, SEQUENTIAL_WRITE_REQUIRED } = ZONE_REPORT;
    const words = new Uint32Array(lengthBytes / 4);
    const from = Math.floor(slba / this.zoneLbas);
    const room = Math.max(0, Math.floor((lengthBytes - HEADER_BYTES) / DESCRIPTOR_BYTES));
    const told = Math.min(this.count - from, room);
    words[0] = partial ? told : this.count - from;
    for (let i = 0; i < told; i++) {
      const zone = from + i;
      const at = (HEADER_BYTES + i * DESCRIPTOR_BYTES) / 4;
      const put = (offsetBytes: number, value: number): void => {
        words[at + offsetBytes / 4] = value % TWO_32;
        words[at + offsetBytes / 4 + 1] = Math.floor(value / TWO_32);
      };
      words[at] = SEQUENTIAL_WRITE_REQUIRED | (this.states[zone] << 12);
      put(ZONE_REPORT.CAPACITY, this.capacityLbas);
      put(ZONE_REPORT.START, zone * this.zoneLbas);
      put(ZONE_REPORT.WRITE_POINTER, zone * this.zoneLbas + this.written[zone]);
    }
    return words;
  }
}

/** Those of a zoned namespace. */
export function zonesOf({ personality, sizeBytes, lbaBytes }: SimConfig): Zones | undefined {
  const { zoneBytes, zoneCapacityBytes, mostActiveZones } = personality;
  if (zoneBytes === 0) return undefined;
  return new Zones({
    zoneLbas: zoneBytes / lbaBytes,
    capacityLbas: (zoneCapacityBytes || zoneBytes) / lbaBytes,
    count: sizeBytes / zoneBytes,
    mostActive: mostActiveZones || Number.POSITIVE_INFINITY,
  });
}
