/** Controller Memory Buffer: its properties, decoded (NVMe base 2.0, 3.1.3.11, 3.1.3.12, 3.1.3.16, 3.1.3.17, and 8.2). */

/** CMBMSC: CMBLOC and CMBSZ can be read; the controller takes the addresses from CBA (bits 63:12) on for its own. */
export const CMBMSC_CRE = 1;
export const CMBMSC_CMSE = 1 << 1;
/** CMBSTS: the controller does not take CBA. */
export const CMBSTS_CBAI = 1;
/** CMBSZ: submission queues may lie there. */
export const CMBSZ_SQS = 1;

const LEAST_UNIT_BYTES = 4096;
const UNIT_FACTOR = 16;
/** Bits 31:12 of either register count in units of CMBSZ.SZU. */
const COUNT_SHIFT = 12;

/** Where the memory lies, and what for. */
export interface ControllerMemoryLayout {
  /** CMBLOC.BIR. */
  readonly bar: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** CMBSZ.SQS. */
  readonly submissionQueues: boolean;
}

/** CMBLOC and CMBSZ; undefined where CMBSZ.SZ is 0: there is none. */
export function decodeControllerMemory(cmbloc: number, cmbsz: number): ControllerMemoryLayout | undefined {
  const unitBytes = LEAST_UNIT_BYTES * UNIT_FACTOR ** ((cmbsz >>> 8) & 0xf);
  const lengthBytes = (cmbsz >>> COUNT_SHIFT) * unitBytes;
  if (lengthBytes === 0) return undefined;
  return {
    bar: cmbloc & 7,
    offsetBytes: (cmbloc >>> COUNT_SHIFT) * unitBytes,
    lengthBytes,
    submissionQueues: (cmbsz & CMBSZ_SQS) !== 0,
  };
}
