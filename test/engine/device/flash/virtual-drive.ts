/** Flash in a time of its own: commands one after the other, or so many at once. */
import { Flash } from '../../../../engine/device/flash/flash.js';
import type { FlashSpec } from '../../../../engine/device/flash/flash-spec.js';
import { flashGeometry } from '../../../../engine/device/flash/geometry.js';
import { FLASH_PARTS } from '../../../../engine/device/flash/parts.js';
import { Random } from '../../../../engine/device/latency.js';

export const UNIT_BYTES = 4096;

/** TLC of one die, so that a drive of a few MiB has superblocks enough. */
export const SMALL: FlashSpec = { ...FLASH_PARTS.tlc, channels: 1, diesPerChannel: 1, planes: 2 };

export class VirtualDrive {
  readonly flash: Flash;
  readonly units: number;
  private readonly random = new Random(7);
  private readonly timesMs = new Float64Array(2);

  /** Blocks are as large as units. */
  constructor(spec: FlashSpec, units: number) {
    const geometry = flashGeometry(spec, units * UNIT_BYTES);
    if (geometry === undefined) throw new Error('no such geometry');
    this.units = units;
    this.flash = new Flash(spec, geometry, UNIT_BYTES);
  }

  get nowMs(): number {
    return this.timesMs[0];
  }

  /** Nothing comes for so long. */
  pass(ms: number): void {
    this.timesMs[0] += ms;
  }

  below(n: number): number {
    return (this.random.next() >>> 1) % n;
  }

  /** These take so long, in ms, for a command that comes now. */
  read(unit: number, units = 1): number {
    this.flash.read(unit, units);
    return this.ask();
  }

  write(unit: number, units = 1): number {
    this.flash.wrote(unit, units);
    return this.ask();
  }

  /** With FUA. */
  writeThrough(unit: number, units = 1): number {
    this.flash.wrote(unit, units);
    this.flash.forced();
    return this.ask();
  }

  flush(): number {
    this.flash.flushed();
    return this.ask();
  }

  trim(unit: number, units: number): number {
    this.flash.deallocated(unit, units);
    return this.ask();
  }

  /** Writes all of it in order, 8 units a command, each when the one before is over. */
  fill(): void {
    for (let unit = 0; unit < this.units; unit += 8)
      this.pass(this.write(unit, Math.min(8, this.units - unit)));
  }

  /** Random writes of one unit, `depth` of them under way; MB/s. */
  writeRandomly(count: number, depth = 16, range = this.units): number {
    const dueMs = new Float64Array(depth).fill(this.nowMs);
    const fromMs = this.nowMs;
    for (let i = 0; i < count; i++) {
      const slot = i % depth;
      if (dueMs[slot] > this.timesMs[0]) this.timesMs[0] = dueMs[slot];
      dueMs[slot] = this.timesMs[0] + this.write(this.below(range));
    }
    for (const due of dueMs) if (due > this.timesMs[0]) this.timesMs[0] = due;
    return (count * UNIT_BYTES) / (this.nowMs - fromMs) / 1e3;
  }

  /** Units programmed so far, and what the host wrote, in units. */
  programmed(): number {
    const { programmedUnits, collector, geometry } = this.flash;
    return programmedUnits + collector.programs * geometry.unitsPerProgram;
  }

  hostUnits(): number {
    return this.flash.hostBytes[0] / UNIT_BYTES;
  }

  private ask(): number {
    this.timesMs[1] = this.timesMs[0];
    this.flash.delay(this.timesMs, 0, 1);
    return this.timesMs[1] - this.timesMs[0];
  }
}
