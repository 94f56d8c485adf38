/** Writes that are all there or not at all after a loss of power (NVM command set 1.0, 2.1.4): AWUPF, NAWUPF, NABSPF, NABO. */

const AWUPF = 528;
const NSFEAT = 24;
/** NSFEAT bit 1: the namespace has fields of its own. */
const NSABP = 1 << 1;
const NAWUPF = 36;
const NABO = 42;
const NABSPF = 44;

/** In logical blocks. */
export interface AtomicWrites {
  /** Of the longest such write. */
  readonly lbas: number;
  /** What it may not cross the multiples of, counted from `offsetLbas` on; 0 where there is nothing like that. */
  readonly boundaryLbas: number;
  readonly offsetLbas: number;
}

/** Of Identify Controller, where a namespace says nothing of its own. */
export function controllerAtomicLbas(data: DataView): number {
  return data.getUint16(AWUPF, true) + 1;
}

/** Of Identify Namespace; `lbas` is 0 where that is what the controller says. */
export function decodeAtomicWrites(data: DataView): AtomicWrites {
  if ((data.getUint8(NSFEAT) & NSABP) === 0) return { lbas: 0, boundaryLbas: 0, offsetLbas: 0 };
  const zeroBased = data.getUint16(NAWUPF, true);
  const boundary = data.getUint16(NABSPF, true);
  return {
    lbas: zeroBased === 0 ? 0 : zeroBased + 1,
    boundaryLbas: boundary === 0 ? 0 : boundary + 1,
    offsetLbas: data.getUint16(NABO, true),
  };
}

/** Writes AWUPF into Identify Controller. */
export function setControllerAtomicLbas(data: DataView, lbas: number): void {
  data.setUint16(AWUPF, lbas - 1, true);
}
