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

/** What warms it: all that was done since the drive was made. */
interface Work {
  readonly programmedUnits: number;
  readonly geometry: { readonly unitsPerProgram: number };
  readonly collector: { readonly programs: number };
  readonly dies: { readonly pagesRead: number; readonly pagesCollected: number };
}

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
  private readonly work: Work;
  private programmedUnits = 0;
  private readPages = 0;

  constructor({ heatNs, unitBytes, pageBytes }: FlashSpec, work: Work) {
    this.work = work;
    this.afterMs = Float64Array.of(heatNs / NS_PER_MS);
    // K/J of a mass that cools by 1/e in that time
    const perJoule = KELVIN_PER_WATT / (heatNs / 1e9);
    this.warms = Float64Array.of(
      PROGRAM_JOULES_PER_BYTE * unitBytes * perJoule,
      READ_JOULES_PER_BYTE * pageBytes * perJoule,
    );
  }

  /** By the time in `atMs`. */
  update(atMs: Float64Array): void {
    const { kelvin, lastMs, slower } = this;
    kelvin[0] = this.at(atMs);
    lastMs[0] = atMs[0];
    this.programmedUnits = this.programmed();
    this.readPages = this.read();
    const beyond = kelvin[0] - LIMIT_KELVIN;
    slower[0] = beyond > 0 ? beyond * SLOWER_PER_KELVIN : 0;
    if (beyond > 0) this.throttled++;
  }

  /** What it is by then. */
  at(atMs: Float64Array): number {
    const { kelvin, lastMs, warms } = this;
    const rest = SURROUNDINGS_KELVIN + IDLE_WATTS * KELVIN_PER_WATT;
    const left = Math.exp((lastMs[0] - atMs[0]) / this.afterMs[0]);
    const warmed =
      (this.programmed() - this.programmedUnits) * warms[0] + (this.read() - this.readPages) * warms[1];
    return rest + (kelvin[0] - rest) * left + warmed;
  }

  private programmed(): number {
    const { programmedUnits, collector, geometry } = this.work;
    return programmedUnits + collector.programs * geometry.unitsPerProgram;
  }

  private read(): number {
    const { pagesRead, pagesCollected } = this.work.dies;
    return pagesRead + pagesCollected;
  }
}
