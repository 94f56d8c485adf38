/** Messages about regions: BARs and configuration space. */
import { protocolError, requireBytes } from './wire.js';

export const BAR0_REGION = 0;
export const CONFIG_REGION = 7;

export const REGION_FLAG_READ = 1;
export const REGION_FLAG_WRITE = 2;
export const REGION_FLAG_MMAP = 4;
export const REGION_FLAG_CAPS = 8;

const INFO_BYTES = 32;
const ACCESS_BYTES = 16;
const SPARSE_MMAP_ID = 1;
const SPARSE_HEADER_BYTES = 16;
const AREA_BYTES = 16;
/** Asked for: room for the capability of a few areas. An answer names what it would need. */
const ASKED_BYTES = 4096;

/** Part of a region that may be mapped; the offset counts from the region's start. */
export interface Area {
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface RegionInfo {
  readonly index: number;
  readonly flags: number;
  readonly lengthBytes: number;
  /** Where the region begins in the file of the descriptor that came along. */
  readonly fileOffset: number;
  /** Of the sparse mmap capability; the whole region where it may be mapped and there is no such capability. */
  readonly areas: readonly Area[];
}

export interface RegionAccess {
  readonly offset: number;
  readonly region: number;
  readonly count: number;
  /** To write; empty in a read. */
  readonly data: Uint8Array;
}

export function encodeRegionQuery(index: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(INFO_BYTES));
  view.setUint32(0, ASKED_BYTES, true);
  view.setUint32(8, index, true);
  return new Uint8Array(view.buffer);
}

/** Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeRegionQuery(body: Uint8Array, peer: string): { argszBytes: number; index: number } {
  const view = requireBytes(body, INFO_BYTES, 'DEVICE_GET_REGION_INFO', peer);
  return { argszBytes: view.getUint32(0, true), index: view.getUint32(8, true) };
}

/**
 * The bytes of a region's answer; without the capability, and without the flag that says where it is, where the asker has
 * no room (`argszBytes`) for it.
 */
export function encodeRegionInfo(info: RegionInfo, argszBytes: number): Uint8Array {
  const { areas } = info;
  const wanted = INFO_BYTES + (areas.length === 0 ? 0 : SPARSE_HEADER_BYTES + areas.length * AREA_BYTES);
  const fits = areas.length > 0 && argszBytes >= wanted;
  const view = new DataView(new ArrayBuffer(fits ? wanted : INFO_BYTES));
  view.setUint32(0, wanted, true);
  view.setUint32(4, info.flags | (fits ? REGION_FLAG_CAPS : 0), true);
  view.setUint32(8, info.index, true);
  view.setUint32(12, fits ? INFO_BYTES : 0, true);
  view.setBigUint64(16, BigInt(info.lengthBytes), true);
  view.setBigUint64(24, BigInt(info.fileOffset), true);
  if (!fits) return new Uint8Array(view.buffer);
  view.setUint16(INFO_BYTES, SPARSE_MMAP_ID, true);
  view.setUint16(INFO_BYTES + 2, 1, true);
  view.setUint32(INFO_BYTES + 8, areas.length, true);
  areas.forEach((area, i) => {
    const at = INFO_BYTES + SPARSE_HEADER_BYTES + i * AREA_BYTES;
    view.setBigUint64(at, BigInt(area.offset), true);
    view.setBigUint64(at + 8, BigInt(area.lengthBytes), true);
  });
  return new Uint8Array(view.buffer);
}

/** Throws EngineError VFIO_USER_PROTOCOL, also where the capability list leads out of the message or loops. */
export function decodeRegionInfo(body: Uint8Array, peer: string): RegionInfo {
  const view = requireBytes(body, INFO_BYTES, 'DEVICE_GET_REGION_INFO', peer);
  const flags = view.getUint32(4, true);
  const lengthBytes = exact(view.getBigUint64(16, true), peer);
  const first = (flags & REGION_FLAG_CAPS) !== 0 ? view.getUint32(12, true) : 0;
  const sparse = sparseAreas(view, first, peer);
  const whole = (flags & REGION_FLAG_MMAP) !== 0 && lengthBytes > 0 ? [{ offset: 0, lengthBytes }] : [];
  return {
    index: view.getUint32(8, true),
    flags,
    lengthBytes,
    fileOffset: exact(view.getBigUint64(24, true), peer),
    areas: sparse ?? whole,
  };
}

function exact(value: bigint, peer: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw protocolError(peer, `a region's size or offset is 0x${value.toString(16)}`);
}

function sparseAreas(view: DataView, first: number, peer: string): Area[] | undefined {
  const seen = new Set<number>();
  for (let at = first; at !== 0; at = view.getUint32(at + 4, true)) {
    if (at < INFO_BYTES || at + SPARSE_HEADER_BYTES > view.byteLength || seen.has(at))
      throw protocolError(peer, `a region's capability list leads to byte ${at}`);
    seen.add(at);
    if (view.getUint16(at, true) === SPARSE_MMAP_ID) return areasAt(view, at, peer);
  }
  return undefined;
}

function areasAt(view: DataView, at: number, peer: string): Area[] {
  const count = view.getUint32(at + 8, true);
  const from = at + SPARSE_HEADER_BYTES;
  if (from + count * AREA_BYTES > view.byteLength)
    throw protocolError(peer, `a region has ${count} areas, more than the message holds`);
  return Array.from({ length: count }, (_, i) => ({
    offset: exact(view.getBigUint64(from + i * AREA_BYTES, true), peer),
    lengthBytes: exact(view.getBigUint64(from + i * AREA_BYTES + 8, true), peer),
  }));
}

/** REGION_READ without data, REGION_WRITE with; also the reply to either. */
export function encodeRegionAccess(access: RegionAccess): Uint8Array {
  const body = new Uint8Array(ACCESS_BYTES + access.data.length);
  const view = new DataView(body.buffer);
  view.setBigUint64(0, BigInt(access.offset), true);
  view.setUint32(8, access.region, true);
  view.setUint32(12, access.count, true);
  body.set(access.data, ACCESS_BYTES);
  return body;
}

/** `withData`: as many bytes as `count` says must follow. Throws EngineError VFIO_USER_PROTOCOL. */
export function decodeRegionAccess(body: Uint8Array, withData: boolean, peer: string): RegionAccess {
  const view = requireBytes(body, ACCESS_BYTES, 'region access', peer);
  const count = view.getUint32(12, true);
  if (withData) requireBytes(body, ACCESS_BYTES + count, 'region access', peer);
  return {
    offset: exact(view.getBigUint64(0, true), peer),
    region: view.getUint32(8, true),
    count,
    data: withData ? body.slice(ACCESS_BYTES, ACCESS_BYTES + count) : new Uint8Array(0),
  };
}
