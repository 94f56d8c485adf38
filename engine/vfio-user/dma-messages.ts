import { requireBytes } from './wire.js';

const MAP_BYTES = 32;
const UNMAP_BYTES = 24;
export const DMA_READ_FLAG = 1;
export const DMA_WRITE_FLAG = 2;

export interface DmaMap {
  readonly flags: number;
  /** Where in the file of the descriptor the memory begins. */
  readonly fileOffset: bigint;
  readonly iova: bigint;
  readonly lengthBytes: bigint;
}

export interface DmaUnmap {
  readonly iova: bigint;
  readonly lengthBytes: bigint;
}

/** u32 argsz, u32 flags, u64 offset, u64 iova, u64 size; the device may read and write. */
export function encodeDmaMap(iova: bigint, lengthBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(MAP_BYTES));
  view.setUint32(0, MAP_BYTES, true);
  view.setUint32(4, DMA_READ_FLAG | DMA_WRITE_FLAG, true);
  view.setBigUint64(16, iova, true);
  view.setBigUint64(24, BigInt(lengthBytes), true);
  return new Uint8Array(view.buffer);
}

/** Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeDmaMap(body: Uint8Array, peer: string): DmaMap {
  const view = requireBytes(body, MAP_BYTES, 'DMA_MAP', peer);
  return {
    flags: view.getUint32(4, true),
    fileOffset: view.getBigUint64(8, true),
    iova: view.getBigUint64(16, true),
    lengthBytes: view.getBigUint64(24, true),
  };
}

/** u32 argsz, u32 flags, u64 iova, u64 size: exactly as mapped. */
export function encodeDmaUnmap(iova: bigint, lengthBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(UNMAP_BYTES));
  view.setUint32(0, UNMAP_BYTES, true);
  view.setBigUint64(8, iova, true);
  view.setBigUint64(16, BigInt(lengthBytes), true);
  return new Uint8Array(view.buffer);
}

/** Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeDmaUnmap(body: Uint8Array, peer: string): DmaUnmap {
  const view = requireBytes(body, UNMAP_BYTES, 'DMA_UNMAP', peer);
  return { iova: view.getBigUint64(8, true), lengthBytes: view.getBigUint64(16, true) };
}
