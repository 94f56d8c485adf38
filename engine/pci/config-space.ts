/**
 * The configuration space registers that attaching needs, over any way to read and write it.
 * Offsets and fields: PCI Local Bus 3.0, 6.1 and 6.8.2 (MSI-X).
 */
import { EngineError } from '../errors.js';

/** Access by byte offset, naturally aligned; values are unsigned. A missing function reads as all ones. */
export interface ConfigSpace {
  read(offset: number, bytes: 1 | 2 | 4): number;
  write(offset: number, bytes: 1 | 2 | 4, value: number): void;
}

export const COMMAND_OFFSET = 0x04;
export const STATUS_OFFSET = 0x06;
export const CAPABILITIES_POINTER_OFFSET = 0x34;

export const COMMAND_MEMORY = 0x2;
export const COMMAND_BUS_MASTER = 0x4;
export const COMMAND_INTX_DISABLE = 0x400;
export const STATUS_CAPABILITY_LIST = 0x10;

export const CAPABILITY_ID = { powerManagement: 0x01, msi: 0x05, pciExpress: 0x10, msix: 0x11 } as const;

const FIRST_CAPABILITY_OFFSET = 0x40;
const BAR_IO = 1;
const BAR_TYPE = 0x6;
const BAR_64_BITS = 0x4;
const LAST_BAR = 5;

export interface Capability {
  readonly id: number;
  readonly offset: number;
}

export interface MsixCapability {
  readonly offset: number;
  /** Number of vectors, 1 to 2048. */
  readonly tableSize: number;
  /** Index of the BAR that holds the table, and the byte offset in it. */
  readonly tableBir: number;
  readonly tableOffset: number;
  readonly pbaBir: number;
  readonly pbaOffset: number;
  readonly enabled: boolean;
}

function broken(code: string, op: string, reason: string, hint: string): EngineError {
  return new EngineError({ code, op, target: 'configuration space', reason, hint });
}

function readPresent(config: ConfigSpace, offset: number, op: string): number {
  const value = config.read(offset, 2);
  if (value !== 0xffff) return value;
  throw broken(
    'DEVICE_GONE',
    op,
    'it reads as all ones',
    'the function was removed or is in D3cold; scan again',
  );
}

/** Vendor and device (6.2.1); undefined where nobody put any there: 0 is no vendor, nor are all ones. */
export function readPciId(config: ConfigSpace): { vendorId: number; deviceId: number } | undefined {
  const vendorId = config.read(0x00, 2);
  return vendorId === 0 || vendorId === 0xffff ? undefined : { vendorId, deviceId: config.read(0x02, 2) };
}

/** The address that a memory BAR has on the bus (6.2.5.1); undefined where it is of I/O space, or has none. */
export function readBarAddress(config: ConfigSpace, index: number): bigint | undefined {
  const at = 0x10 + 4 * index;
  const low = config.read(at, 4);
  if ((low & BAR_IO) !== 0) return undefined;
  const high = (low & BAR_TYPE) === BAR_64_BITS && index < LAST_BAR ? config.read(at + 4, 4) : 0;
  const address = (BigInt(high) << 32n) | BigInt((low & ~0xf) >>> 0);
  return address === 0n ? undefined : address;
}

/** The command register. Throws EngineError DEVICE_GONE. */
export function readCommand(config: ConfigSpace): number {
  return readPresent(config, COMMAND_OFFSET, 'read command register');
}

/** The status register. Throws EngineError DEVICE_GONE. */
export function readStatus(config: ConfigSpace): number {
  return readPresent(config, STATUS_OFFSET, 'read status register');
}

/**
 * Sets and clears bits of the command register, writing only where that changes it.
 * Returns the former value, to restore it. Throws EngineError DEVICE_GONE.
 */
export function updateCommand(config: ConfigSpace, setBits: number, clearBits = 0): number {
  const former = readCommand(config);
  const next = (former & ~clearBits) | setBits;
  if (next !== former) config.write(COMMAND_OFFSET, 2, next);
  return former;
}

/**
 * The capability list, in its order. Throws EngineError CAPABILITY_LIST_BROKEN when the walk reaches a pointer
 * that repeats or points into the header, DEVICE_GONE where the function does not answer.
 */
export function* capabilities(config: ConfigSpace): Generator<Capability, void> {
  if ((readStatus(config) & STATUS_CAPABILITY_LIST) === 0) return;
  const seen = new Set<number>();
  // The two low bits are reserved and must be masked.
  let offset = config.read(CAPABILITIES_POINTER_OFFSET, 1) & 0xfc;
  while (offset !== 0) {
    if (offset < FIRST_CAPABILITY_OFFSET || seen.has(offset)) {
      const reason = seen.has(offset) ? 'the list loops' : 'a pointer leads into the header';
      const where = `${reason} at ${offset.toString(16)}h`;
      throw broken('CAPABILITY_LIST_BROKEN', 'walk capability list', where, 'update the drive firmware');
    }
    seen.add(offset);
    yield { id: config.read(offset, 1), offset };
    offset = config.read(offset + 1, 1) & 0xfc;
  }
}

/** Byte offset of the first capability with an id, or undefined. Throws as `capabilities`. */
export function findCapability(config: ConfigSpace, id: number): number | undefined {
  for (const capability of capabilities(config)) if (capability.id === id) return capability.offset;
  return undefined;
}

/** The MSI-X capability, or undefined where there is none. Throws as `capabilities`. */
export function readMsix(config: ConfigSpace): MsixCapability | undefined {
  const offset = findCapability(config, CAPABILITY_ID.msix);
  if (offset === undefined) return undefined;
  const control = config.read(offset + 2, 2);
  const table = config.read(offset + 4, 4);
  const pba = config.read(offset + 8, 4);
  return {
    offset,
    tableSize: (control & 0x7ff) + 1,
    tableBir: table & 0x7,
    tableOffset: (table & ~0x7) >>> 0,
    pbaBir: pba & 0x7,
    pbaOffset: (pba & ~0x7) >>> 0,
    enabled: (control & 0x8000) !== 0,
  };
}
