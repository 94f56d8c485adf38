/** Firmware Slot Information log page (NVMe base 2.0, 5.16.1.4, figure 209). Offsets in bytes. */

export const FIRMWARE_SLOT_BYTES = 512;

const AFI = 0;
/** Revision of the firmware in slot 1; those of slots 2 to 7 follow. */
export const FRS1 = 8;
export const FRS_BYTES = 8;
const SLOTS = 7;

export interface FirmwareSlots {
  /** Slot that the running firmware was loaded from, 1 to 7 (AFI bits 2:0). */
  readonly activeSlot: number;
  /** Slot that the next controller level reset activates (AFI bits 6:4); 0 where the drive does not say. */
  readonly nextSlot: number;
  /** Revision in slots 1 to 7, in this order; empty for a slot without firmware. */
  readonly revisions: readonly string[];
}

function revision(data: DataView, slot: number): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset + FRS1 + (slot - 1) * FRS_BYTES, FRS_BYTES);
  const end = bytes.indexOf(0);
  const used = end < 0 ? bytes : bytes.subarray(0, end);
  return Array.from(used, (code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '?'))
    .join('')
    .trim();
}

/** Decodes the 512 bytes of log page 03h. */
export function decodeFirmwareSlots(data: DataView): FirmwareSlots {
  const afi = data.getUint8(AFI);
  return {
    activeSlot: afi & 7,
    nextSlot: (afi >>> 4) & 7,
    revisions: Array.from({ length: SLOTS }, (_, i) => revision(data, i + 1)),
  };
}
