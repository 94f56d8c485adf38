/** Power Management feature (NVMe base 2.0, 5.27.1.2, figure 319), and power state descriptors (figure 276). */

export interface PowerManagement {
  /** Power state that the controller is in, 0 to 31 (PS); 0 draws and does the most. */
  readonly powerState: number;
  /** Kind of workload that the host has announced, 0 for none (WH). */
  readonly workloadHint: number;
}

/** Decodes dword 0 of the completion of Get Features 02h. */
export function decodePowerManagement(dword0: number): PowerManagement {
  return { powerState: dword0 & 0x1f, workloadHint: (dword0 >>> 5) & 7 };
}

const MOST_POWER_STATES = 32;
const DESCRIPTOR_BYTES = 32;
/** Byte 3, bit 1. */
const NOPS = 2;

export interface PowerStates {
  /** Power states: 0 to NPSS. */
  readonly powerStates: number;
  /** Those of them in which no I/O is done (NOPS), ascending; absent where there are none. */
  readonly idlePowerStates?: readonly number[];
}

/** Of `count` descriptors from `offset` on. */
export function decodePowerStates(data: DataView, offset: number, count: number): PowerStates {
  const states = Array.from({ length: Math.min(MOST_POWER_STATES, count) }, (_, state) => state);
  const idle = states.filter((state) => (data.getUint8(offset + state * DESCRIPTOR_BYTES + 3) & NOPS) !== 0);
  return { powerStates: count, ...(idle.length === 0 ? {} : { idlePowerStates: idle }) };
}
