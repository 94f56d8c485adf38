/** Identify Namespace of the NVM command set (NVM command set 1.0, figure 100; CNS 05h, CSI 00h): what LBA formats have of protection. */
import type { LbaFormat } from './identify.js';

export const IDNS_NVM = { PIC: 8, ELBAF: 12, ELBAF_BYTES: 4 } as const;

/** PIF, bits 8:7 of an extended LBA format. */
export const PIF_SHIFT = 7;
const GUARD_BITS: readonly number[] = [16, 32, 64];
const STS_MASK = 0x7f;

/** The formats of Identify Namespace with their guards and storage tags; a guard of 0 bits is of a kind that has no name yet. */
export function withExtendedFormats(formats: readonly LbaFormat[], data: DataView): LbaFormat[] {
  return formats.map((format, index) => {
    const word = data.getUint32(IDNS_NVM.ELBAF + index * IDNS_NVM.ELBAF_BYTES, true);
    const guardBits = GUARD_BITS[(word >>> PIF_SHIFT) & 3] ?? 0;
    return { ...format, guardBits, storageTagBits: word & STS_MASK };
  });
}
