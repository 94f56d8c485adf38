/** Zones, each of which is written in order from its first block (zoned namespace command set 1.1, 2.1.1.3); all take their whole size. */

import { SUCCESS, ZONE_BOUNDARY, ZONE_INVALID_WRITE, ZONE_IS_FULL } from './answers.js';
import type { SimConfig } from './config.js';

export class Zones {
  private readonly zoneLbas: number;
  /** Blocks that each has of what was written. */
  private readonly written: Float64Array;

  constructor(zoneLbas: number, count: number) {
    this.zoneLbas = zoneLbas;
    this.written = new Float64Array(count);
  }

  /** What a write would be answered with. */
  judge(slba: number, lbas: number): number {
    const zone = Math.floor(slba / this.zoneLbas);
    const at = slba - zone * this.zoneLbas;
    if (at + lbas > this.zoneLbas) return ZONE_BOUNDARY;
    if (this.written[zone] === this.zoneLbas) return ZONE_IS_FULL;
    return at === this.written[zone] ? SUCCESS : ZONE_INVALID_WRITE;
  }

  /** It succeeded. */
  wrote(slba: number, lbas: number): void {
    this.written[Math.floor(slba / this.zoneLbas)] += lbas;
  }

  reset(): void {
    this.written.fill(0);
  }
}

/** Those of a zoned namespace. */
export function zonesOf({ personality, sizeBytes, lbaBytes }: SimConfig): Zones | undefined {
  const { zoneBytes } = personality;
  return zoneBytes === 0 ? undefined : new Zones(zoneBytes / lbaBytes, sizeBytes / zoneBytes);
}
