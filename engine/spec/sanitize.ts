/** Sanitize (NVMe base 2.0, 5.24): what a controller can, what the command asks for, and how one stands (5.16.1.19, log page 81h). */

/** Of Identify Controller. */
const SANICAP_AT = 328;

/** SANICAP. */
export const SANICAP = { CRYPTO_ERASE: 1, BLOCK_ERASE: 2, OVERWRITE: 4 } as const;

/** Sanitize Action: bits 2:0 of CDW10. */
export const SANITIZE_ACTION = {
  EXIT_FAILURE_MODE: 1,
  BLOCK_ERASE: 2,
  OVERWRITE: 3,
  CRYPTO_ERASE: 4,
} as const;

/** State of the latest one: bits 2:0 of SSTAT. */
export const SANITIZE_STATE = { NEVER: 0, DONE: 1, IN_PROGRESS: 2, FAILED: 3, DONE_DEALLOCATED: 4 } as const;

export const SANITIZE_LOG_BYTES = 512;
const NO_ESTIMATE = 0xffff_ffff;

/** Offsets within the log page: progress, status, CDW10 of the command, and times estimated in seconds. */
export const SANITIZE_LOG = { SPROG: 0, SSTAT: 2, SCDW10: 4, BLOCK_ERASE_S: 12, CRYPTO_ERASE_S: 16 } as const;

export interface SanitizeStatus {
  /** One of SANITIZE_STATE, or a number that has no name yet. */
  readonly state: number;
  /** 0 to 1, of one in progress. */
  readonly progress: number;
  /** How long an erase by blocks, and a cryptographic one, may take; absent where the controller does not say. */
  readonly blockEraseS?: number;
  readonly cryptoEraseS?: number;
}

/** SANICAP of the 4096 bytes of Identify Controller. */
export const sanitizeCapabilities = (data: DataView): number => data.getUint32(SANICAP_AT, true) & 7;

export function setSanitizeCapabilities(data: DataView, capabilities: number): void {
  data.setUint32(SANICAP_AT, capabilities, true);
}

/** Decodes the first 20 bytes or more. */
export function decodeSanitizeStatus(data: DataView): SanitizeStatus {
  const seconds = (at: number): number | undefined => {
    const value = data.getUint32(at, true);
    return value === NO_ESTIMATE || value === 0 ? undefined : value;
  };
  const [blockEraseS, cryptoEraseS] = [
    seconds(SANITIZE_LOG.BLOCK_ERASE_S),
    seconds(SANITIZE_LOG.CRYPTO_ERASE_S),
  ];
  return {
    state: data.getUint16(SANITIZE_LOG.SSTAT, true) & 7,
    progress: data.getUint16(SANITIZE_LOG.SPROG, true) / 65_536,
    ...(blockEraseS === undefined ? {} : { blockEraseS }),
    ...(cryptoEraseS === undefined ? {} : { cryptoEraseS }),
  };
}
