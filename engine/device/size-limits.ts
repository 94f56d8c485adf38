/** What one command may name at most: Identify CNS 06h of the NVM command set, and its rules (NVM command set 1.0, 3.2). */
import { NVM, ONCS } from '../spec/command.js';
import { IDCTRL_NVM } from '../spec/command-sets.js';

/** 0 for no limit. */
export interface SizeLimits {
  readonly verifyBytes: number;
  readonly writeZeroesBytes: number;
  readonly writeUncorrectableBytes: number;
  /** Of Dataset Management: ranges, blocks of each, blocks of all. */
  readonly ranges: number;
  readonly rangeLbas: number;
  readonly allLbas: number;
  /** ZASL. */
  readonly appendBytes: number;
}

export const NO_LIMITS: SizeLimits = {
  verifyBytes: 0,
  writeZeroesBytes: 0,
  writeUncorrectableBytes: 0,
  ranges: 0,
  rangeLbas: 0,
  allLbas: 0,
  appendBytes: 0,
};

/** A size as the power of two of the smallest pages; 0 is no limit, and 1 the least that there is. */
export const sizeShift = (bytes: number, leastPageBytes: number): number =>
  bytes === 0 ? 0 : Math.max(1, Math.floor(Math.log2(bytes / leastPageBytes)));

/** CNS 06h, CSI 00h. */
export function describeLimits(page: Uint8Array, limits: SizeLimits, leastPageBytes: number): Uint8Array {
  const view = new DataView(page.buffer, page.byteOffset);
  page[IDCTRL_NVM.VSL] = sizeShift(limits.verifyBytes, leastPageBytes);
  page[IDCTRL_NVM.WZSL] = sizeShift(limits.writeZeroesBytes, leastPageBytes);
  page[IDCTRL_NVM.WUSL] = sizeShift(limits.writeUncorrectableBytes, leastPageBytes);
  page[IDCTRL_NVM.DMRL] = limits.ranges;
  view.setUint32(IDCTRL_NVM.DMRSL, limits.rangeLbas, true);
  view.setBigUint64(IDCTRL_NVM.DMSL, BigInt(limits.allLbas), true);
  return page;
}

/** Bits of ONCS that are 0: of commands that are there within a limit alone (NVMe base 2.1, figure 313). */
export const limitedCommands = (limits: SizeLimits): number =>
  (limits.verifyBytes > 0 ? ONCS.VERIFY : 0) |
  (limits.writeZeroesBytes > 0 ? ONCS.WRITE_ZEROES : 0) |
  (limits.writeUncorrectableBytes > 0 ? ONCS.WRITE_UNCORRECTABLE : 0) |
  (limits.ranges > 0 ? ONCS.DATASET_MANAGEMENT : 0);

/** Bytes that one command of an opcode may name; none of those that move data. */
export function mostBytes(limits: SizeLimits, opcode: number): number {
  const most =
    opcode === NVM.VERIFY
      ? limits.verifyBytes
      : opcode === NVM.WRITE_ZEROES
        ? limits.writeZeroesBytes
        : opcode === NVM.WRITE_UNCORRECTABLE
          ? limits.writeUncorrectableBytes
          : 0;
  return most || Number.MAX_SAFE_INTEGER;
}
