/** Messages about the device as a whole and its interrupts. Structures as in the kernel's VFIO, without pointers. */
import { requireBytes } from './wire.js';

const DEVICE_INFO_BYTES = 16;
const IRQ_INFO_BYTES = 16;
const IRQ_SET_BYTES = 20;

export const DEVICE_FLAG_RESET = 1;
export const DEVICE_FLAG_PCI = 2;
export const INTX_IRQ_INDEX = 0;
export const MSIX_IRQ_INDEX = 2;
export const ERROR_IRQ_INDEX = 3;
/** That the device is to be released. */
export const REQUEST_IRQ_INDEX = 4;

/** Flags of GET_IRQ_INFO: signalled through eventfds; takes MASK and UNMASK; masks itself when it is signalled. */
export const IRQ_INFO_EVENTFD = 1;
export const IRQ_INFO_MASKABLE = 2;
export const IRQ_INFO_AUTOMASKED = 4;

/** Flags of SET_IRQS: what the data is, and what to do with it; one of each. */
export const IRQ_DATA_NONE = 1;
export const IRQ_DATA_BOOL = 2;
export const IRQ_DATA_EVENTFD = 4;
export const IRQ_ACTION_MASK = 8;
export const IRQ_ACTION_UNMASK = 16;
export const IRQ_ACTION_TRIGGER = 32;

export interface DeviceInfo {
  readonly flags: number;
  readonly regionCount: number;
  readonly irqCount: number;
}

export interface IrqInfo {
  readonly flags: number;
  readonly index: number;
  readonly count: number;
}

export interface IrqSet extends IrqInfo {
  readonly start: number;
}

function encodeWords(...words: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  return new Uint8Array(view.buffer);
}

export function encodeDeviceInfo(info: DeviceInfo): Uint8Array {
  return encodeWords(DEVICE_INFO_BYTES, info.flags, info.regionCount, info.irqCount);
}

/** Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeDeviceInfo(body: Uint8Array, peer: string): DeviceInfo {
  const view = requireBytes(body, DEVICE_INFO_BYTES, 'DEVICE_GET_INFO', peer);
  return {
    flags: view.getUint32(4, true),
    regionCount: view.getUint32(8, true),
    irqCount: view.getUint32(12, true),
  };
}

export function encodeIrqInfo(info: IrqInfo): Uint8Array {
  return encodeWords(IRQ_INFO_BYTES, info.flags, info.index, info.count);
}

/** Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeIrqInfo(body: Uint8Array, peer: string): IrqInfo {
  const view = requireBytes(body, IRQ_INFO_BYTES, 'DEVICE_GET_IRQ_INFO', peer);
  return { flags: view.getUint32(4, true), index: view.getUint32(8, true), count: view.getUint32(12, true) };
}

/** One descriptor for each of `count` vectors goes beside it where the data is eventfds. */
export function encodeIrqSet(set: IrqSet): Uint8Array {
  return encodeWords(IRQ_SET_BYTES, set.flags, set.index, set.start, set.count);
}

/** Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeIrqSet(body: Uint8Array, peer: string): IrqSet {
  const view = requireBytes(body, IRQ_SET_BYTES, 'DEVICE_SET_IRQS', peer);
  return {
    flags: view.getUint32(4, true),
    index: view.getUint32(8, true),
    start: view.getUint32(12, true),
    count: view.getUint32(16, true),
  };
}
