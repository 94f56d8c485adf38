/** Power Management feature (NVMe base 2.0, 5.27.1.2, figure 319). */

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
