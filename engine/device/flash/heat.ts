/**
 * How warm a drive becomes, and what it does about that: one mass that bytes warm and that cools to its surroundings (Newton's law), and a
 * link that is the slower the further the mass is beyond the limit. HOT: nothing allocated; in arrays, since doubles are garbage.
 *
 * The powers are those of a U.2 drive, about 5 W idle and 13 W at 4 GB/s of writes, and assumed like the rest.
 */
import type { FlashSpec } from './flash-spec.js';

const NS_PER_MS = 1e6;
const SURROUNDINGS_KELVIN = 308;
const IDLE_WATTS = 5;
const KELVIN_PER_WATT = 4;
const PROGRAM_JOULES_PER_BYTE = 2e-9;
const READ_JOULES_PER_BYTE = 1e-9;
/** WCTEMP of the software controller. */
const LIMIT_KELVIN = 343;
/** A kelvin beyond the limit makes transfers so much longer. */
const SLOWER_PER_KELVIN = 1;

export class Heat {
  /** The temperature, and by how much transfers are longer. */
  readonly kelvin = Float64Array.of(SURROUNDINGS_KELVIN + IDLE_WATTS * KELVIN_PER_WATT);
  readonly slower = new Float64Array(1);
  /** Commands that were slower for it. */
  throttled = 0;
  private readonly lastMs = new Float64Array(1);
  private readonly afterMs: Float64Array;
  /** Kelvin for a unit programmed and for a page read. */
  private readonly warms: Float64Array;
  private programmedUnits = 0;
  private readPages = 0;

  constructor({ heatNs, unitBytes, pageBytes }: FlashSpec) {
    this.afterMs = Float64Array.of(heatNs / NS_PER_MS);
    // K/J of a mass that cools by 1/e in that time
    const perJoule = KELVIN_PER_WATT / (heatNs / 1e9);
    this.warms = Float64Array.of(
      PROGRAM_JOULES_PER_BYTE * unitBytes * perJoule,
      READ_JOULES_PER_BYTE * pageBytes * perJoule,
    );
  }

  /** So many units in all have been programmed, and pages read, by now, at the time in `atMs`. */
  update(atMs: Float64Array, programmedUnits: number, readPages: number): void {
    const { kelvin, lastMs, warms, slower } = this;
    const rest = SURROUNDINGS_KELVIN + IDLE_WATTS * KELVIN_PER_WATT;
    const left = Math.exp((lastMs[0] - atMs[0]) / this.afterMs[0]);
    const warmed =
      (programmedUnits - this.programmedUnits) * warms[0] + (readPages - this.readPages) * warms[1];
    kelvin[0] = rest + (kelvin[0] - rest) * left + warmed;
    lastMs[0] = atMs[0];
    this.programmedUnits = programmedUnits;
    this.readPages = readPages;
    const beyond = kelvin[0] - LIMIT_KELVIN;
    slower[0] = beyond > 0 ? beyond * SLOWER_PER_KELVIN : 0;
    if (beyond > 0) this.throttled++;
  }
}
