/** HOT: the payload of patterns with offsets: each logical block of a write says where it lies. */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import type { Content } from './content.js';
import type { Payload } from './payload.js';

const RECORD_SHIFT = SLOT_SHIFT;
const { SLBA_LOW, SLBA_HIGH, LBAS } = SLOT;
const OFFSET_BYTES = 8;

export class OffsetBlocks implements Payload {
  private readonly bytes: readonly number[];
  private readonly lbaBytes: number;
  private readonly lbaShift: number;
  private readonly varied: boolean;
  /** Of each byte of a logical block that tells of its place: where it stands, and which of the eight it is. */
  private readonly places: Uint32Array;
  private readonly whiches: Uint8Array;
  /** The buffers of each queue, by bytes. */
  private readonly views = new Map<readonly Int32Array[], readonly Uint8Array[]>();

  /** `lbaBytes` is a power of 2. */
  constructor(lbaBytes: number, { bytes, offsets }: NonNullable<Content['pattern']>, varied: boolean) {
    this.bytes = bytes;
    this.lbaBytes = lbaBytes;
    this.lbaShift = Math.log2(lbaBytes);
    this.varied = varied;
    const all = Array.from({ length: lbaBytes }, (_, at) => {
      const within = at % bytes.length;
      const from = offsets.find((offset) => within >= offset && within < offset + OFFSET_BYTES);
      return { at, which: within - (from ?? bytes.length) };
    }).filter(({ which }) => which >= 0);
    this.places = Uint32Array.from(all, ({ at }) => at);
    this.whiches = Uint8Array.from(all, ({ which }) => which);
  }

  prepare(data: readonly Int32Array[]): void {
    const views = data.map((words) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    for (const view of views)
      for (let at = 0; at < view.length; at++)
        view[at] = this.bytes[(at % this.lbaBytes) % this.bytes.length];
    this.views.set(data, views);
  }

  stamp(slots: Slots, data: readonly Int32Array[], batch: Uint16Array, count: number): void {
    const { lbaBytes, lbaShift, places, whiches } = this;
    const views = this.views.get(data) ?? [];
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const view = views[slot];
      const length = this.varied === true ? slots[record | LBAS] * lbaBytes : view.length;
      let slba = slots[record | SLBA_LOW];
      let slbaHigh = slots[record | SLBA_HIGH];
      for (let at = 0; at < length; at += lbaBytes) {
        const low = slba << lbaShift;
        const high = (slbaHigh << lbaShift) | (slba >>> (32 - lbaShift));
        for (let j = 0; j < places.length; j++) {
          const which = whiches[j];
          view[at + places[j]] = which < 4 ? low >>> (which << 3) : high >>> ((which - 4) << 3);
        }
        slba = (slba + 1) | 0;
        if (slba === 0) slbaHigh = (slbaHigh + 1) | 0;
      }
    }
  }
}
