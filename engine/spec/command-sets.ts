/** What a controller says of its I/O command sets: Identify CNS 06h of each, and CNS 1Ch (NVMe base 2.0, 5.17.2). Offsets in bytes. */
import { CSI } from './command.js';
import type { ZoneLayout } from './zoned.js';

/** CNS 06h of the NVM command set, and of zones. */
export const IDCTRL_NVM = { VSL: 0, WZSL: 1, WUSL: 2, DMRL: 3, DMRSL: 4, DMSL: 8 } as const;
export const IDCTRL_ZONED = { ZASL: 0 } as const;

/** Sizes are powers of two of the smallest pages; what is larger than any command is no limit. */
const MOST_SHIFT = 40;

/** What one command of the NVM command set may name at most; absent where the controller names no limit. */
export interface CommandLimits {
  /** VSL, WZSL, WUSL. */
  readonly verifyBytes?: number;
  readonly writeZeroesBytes?: number;
  readonly writeUncorrectableBytes?: number;
  /** Of Dataset Management: ranges (DMRL), blocks of a range (DMRSL), blocks of all ranges (DMSL). */
  readonly deallocateRanges?: number;
  readonly deallocateRangeLbas?: number;
  readonly deallocateLbas?: number;
}

const sizeOf = (data: DataView, at: number, minPageBytes: number): number | undefined => {
  const shift = data.getUint8(at);
  return shift === 0 || shift > MOST_SHIFT ? undefined : minPageBytes * 2 ** shift;
};

/** Decodes CNS 06h, CSI 02h: ZASL (zoned namespace command set 1.1, figure 51), a power of two as well. */
export function decodeAppendLimit(data: DataView): Pick<ZoneLayout, 'mostAppendPages'> {
  const pages = sizeOf(data, IDCTRL_ZONED.ZASL, 1);
  return pages === undefined ? {} : { mostAppendPages: pages };
}

const unlessZero = (value: number): number | undefined => (value === 0 ? undefined : value);

/** Decodes CNS 06h, CSI 00h; `minPageBytes` of CAP.MPSMIN. */
export function decodeCommandLimits(data: DataView, minPageBytes: number): CommandLimits {
  const all: Record<keyof CommandLimits, number | undefined> = {
    verifyBytes: sizeOf(data, IDCTRL_NVM.VSL, minPageBytes),
    writeZeroesBytes: sizeOf(data, IDCTRL_NVM.WZSL, minPageBytes),
    writeUncorrectableBytes: sizeOf(data, IDCTRL_NVM.WUSL, minPageBytes),
    deallocateRanges: unlessZero(data.getUint8(IDCTRL_NVM.DMRL)),
    deallocateRangeLbas: unlessZero(data.getUint32(IDCTRL_NVM.DMRSL, true)),
    deallocateLbas: unlessZero(Number(data.getBigUint64(IDCTRL_NVM.DMSL, true))),
  };
  return Object.fromEntries(Object.entries(all).filter(([, limit]) => limit !== undefined));
}

/** A combination of command sets that may be in force at once. */
export interface CommandSetCombination {
  /** What Set Features, I/O Command Set Profile chooses it by. */
  readonly index: number;
  /** CSIs, ascending. */
  readonly commandSets: readonly number[];
}

export const COMBINATION_BYTES = 8;
const MOST_CSI = 63;

/** Decodes CNS 1Ch: those that there are. */
export function decodeCombinations(data: DataView): CommandSetCombination[] {
  const found: CommandSetCombination[] = [];
  for (let index = 0; index < data.byteLength / COMBINATION_BYTES; index++) {
    const vector = data.getBigUint64(index * COMBINATION_BYTES, true);
    if (vector === 0n) continue;
    const commandSets = Array.from({ length: MOST_CSI + 1 }, (_, csi) => csi);
    found.push({ index, commandSets: commandSets.filter((csi) => ((vector >> BigInt(csi)) & 1n) === 1n) });
  }
  return found;
}

/** Names of command sets by their CSI. */
export const COMMAND_SETS: Readonly<Record<number, string>> = {
  [CSI.NVM]: 'NVM',
  [CSI.KEY_VALUE]: 'key-value',
  [CSI.ZONED]: 'zoned',
  3: 'subsystem local memory',
  4: 'computational programs',
};

/** All of that, in words. */
export interface CommandSetFacts {
  /** What one command may name. */
  readonly limits: CommandLimits;
  /** Of the longest Zone Append; absent where MDTS alone limits it. */
  readonly zoneAppendBytes?: number;
  /** Command sets by name that may be in force at once; none where the controller has but one. */
  readonly combinations: readonly {
    readonly index: number;
    readonly commandSets: readonly string[];
    readonly inForce: boolean;
  }[];
}
