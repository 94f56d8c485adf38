/**
 * How much of the mapping a controller without DRAM has at hand: in memory of its own, and in what the host lends it (Host Memory
 * Buffer). Reads of a part that is not there read it from the flash first. HOT: nothing allocated.
 *
 * The mapping is cut into so many parts whatever its size, so that a small drive has as much of its mapping at hand as the large
 * one that it stands for.
 */
const PARTS = 8192;
const NONE = -1;

export class MapCache {
  /** Reads of a part that was not at hand. */
  misses = 0;
  private readonly unitsPerPart: number;
  private readonly ownParts: number;
  private readonly lentParts: number;
  /** By slot: the part that is there. */
  private readonly held = new Int32Array(PARTS).fill(NONE);
  private slots: number;

  /** The shares are of the mapping, 0 to 1: without and with the host's memory. */
  constructor(logicalUnits: number, ownShare: number, lentShare: number) {
    this.unitsPerPart = Math.max(1, Math.ceil(logicalUnits / PARTS));
    this.ownParts = Math.max(1, Math.round(ownShare * PARTS));
    this.lentParts = Math.max(1, Math.round(lentShare * PARTS));
    this.slots = this.ownParts;
  }

  /** The host lends its memory, or takes it back: what was there is gone. */
  lend(lent: boolean): void {
    this.slots = lent ? this.lentParts : this.ownParts;
    this.held.fill(NONE);
  }

  /** The part that a unit's entry is in. */
  partOf(unit: number): number {
    return (unit / this.unitsPerPart) | 0;
  }

  /** Whether a part is at hand; afterwards it is. */
  has(part: number): boolean {
    const slot = part % this.slots;
    if (this.held[slot] === part) return true;
    this.held[slot] = part;
    this.misses++;
    return false;
  }
}
