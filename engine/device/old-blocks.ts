/** What blocks of a range had before they were written last, since it was asked for: a read may be given that instead. */
import type { DataPointer } from './data-pointer.js';
import type { Media } from './media.js';

export class OldBlocks {
  private readonly firstLba: number;
  private readonly lastLba: number;
  private readonly lbaBytes: number;
  private readonly before = new Map<number, Uint32Array>();

  constructor(firstLba: number, lastLba: number, lbaBytes: number) {
    this.firstLba = firstLba;
    this.lastLba = lastLba;
    this.lbaBytes = lbaBytes;
  }

  /** These blocks are about to be written. */
  keep(media: Media, slba: number, lbas: number): void {
    const end = Math.min(slba + lbas - 1, this.lastLba);
    for (let lba = Math.max(slba, this.firstLba); lba <= end; lba++) {
      let old = this.before.get(lba);
      if (old === undefined) {
        old = new Uint32Array(this.lbaBytes / 4);
        this.before.set(lba, old);
      }
      media.readBlock(lba * this.lbaBytes, old);
    }
  }

  /** Whether there is anything older of one of these. */
  has(slba: number, lbas: number): boolean {
    if (slba > this.lastLba || slba + lbas <= this.firstLba) return false;
    for (let lba = slba; lba < slba + lbas; lba++) if (this.before.has(lba)) return true;
    return false;
  }

  /** Puts what is older in place of what was read of these blocks into the host's memory. */
  deliver(data: DataPointer, slba: number, lbas: number): void {
    for (let lba = slba; lba < slba + lbas; lba++) {
      const old = this.before.get(lba);
      if (old !== undefined) data.put(((lba - slba) * this.lbaBytes) / 4, old);
    }
  }
}
