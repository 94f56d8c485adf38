/**
 * HOT: I/O in parts of the region, one after the other and around at its end (`zonemode: strided`). Within a part addresses come
 * as those of a job that has no more than it; each time a part is come to, they begin anew.
 */
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import type { Addresses } from './addresses.js';
import type { Strides } from './strides.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH } = SLOT;

export class Strided implements Addresses {
  /** Of the first part. */
  private readonly inner: Addresses;
  private readonly zoneIos: number;
  private readonly strideLbas: number;
  private readonly zones: number;
  /** The addresses of a part end with it. */
  private readonly even: boolean;
  /** The part that has its turn, and the I/Os that it still gets. */
  private readonly zone = new Float64Array(1);
  private readonly left: Float64Array;
  private readonly some = new Uint16Array(BATCH);

  constructor(inner: Addresses, { zoneIos, blocks, strideLbas, zones }: Strides) {
    this.inner = inner;
    this.zoneIos = zoneIos;
    this.strideLbas = strideLbas;
    this.zones = zones;
    this.even = zoneIos % blocks === 0;
    this.left = Float64Array.of(zoneIos);
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    let done = 0;
    while (done < count) done = this.go(slots, batch, done, count);
  }

  endPass(): void {
    this.inner.endPass?.();
    this.left[0] = 1;
  }

  /** Fills from the `first` slot on, as far as the part goes. Returns how many are filled then. */
  private go(slots: Slots, batch: Uint16Array, first: number, count: number): number {
    const { some, zone, left } = this;
    const going = Math.min(count - first, left[0]) | 0;
    for (let i = 0; i < going; i = (i + 1) | 0) some[i] = batch[(first + i) | 0];
    this.inner.fill(slots, some, going);
    const offsetLbas = zone[0] * this.strideLbas;
    for (let i = 0; i < going; i = (i + 1) | 0) {
      const record = some[i] << RECORD_SHIFT;
      const slba = (slots[record | SLBA_LOW] >>> 0) + slots[record | SLBA_HIGH] * TWO_32 + offsetLbas;
      const upper = Math.floor(slba / TWO_32);
      slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
      slots[record | SLBA_HIGH] = upper;
    }
    left[0] -= going;
    if (left[0] === 0) this.next();
    return first + going;
  }

  private next(): void {
    this.left[0] = this.zoneIos;
    this.zone[0] = this.zone[0] + 1 === this.zones ? 0 : this.zone[0] + 1;
    if (!this.even) this.inner.beginPass?.();
  }
}
