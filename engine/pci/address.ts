import { EngineError } from '../errors.js';

/** Where a PCI function sits. Domains of 16 bits come from firmware; wider ones from the kernel (Intel VMD). */
export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

const SHAPE = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})\.([0-7])$/i;
const MAX_DEVICE = 0x1f;

/**
 * Reads `0000:01:00.0`, `01:00.0` (domain 0), either case, domains of up to 8 digits.
 * Throws EngineError BAD_PCI_ADDRESS of kind `input`.
 */
export function parsePciAddress(text: string): PciAddress {
  const parts = SHAPE.exec(text);
  if (parts === null) throw badAddress(text, 'not a PCI address');
  const device = Number.parseInt(parts[3], 16);
  if (device > MAX_DEVICE) throw badAddress(text, `device ${parts[3]} is above 1f`);
  return {
    domain: Number.parseInt(parts[1] ?? '0', 16),
    bus: Number.parseInt(parts[2], 16),
    device,
    function: Number(parts[4]),
  };
}

function badAddress(text: string, reason: string): EngineError {
  return new EngineError({
    code: 'BAD_PCI_ADDRESS',
    op: 'parse PCI address',
    target: text,
    reason,
    hint: 'write it as domain:bus:device.function in hex, for example 0000:01:00.0 (see lspci -D)',
    kind: 'input',
  });
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** The form sysfs uses: lower case, a domain of at least 4 digits, for example `0000:01:00.0`. */
export function formatPciAddress(address: PciAddress): string {
  const { domain, bus, device } = address;
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${address.function}`;
}

/** Any accepted spelling in the form sysfs uses. Throws EngineError BAD_PCI_ADDRESS. */
export function canonicalPciAddress(text: string): string {
  return formatPciAddress(parsePciAddress(text));
}

/** Order by domain, bus, device, function; negative, zero or positive. */
export function comparePciAddresses(a: PciAddress, b: PciAddress): number {
  return a.domain - b.domain || a.bus - b.bus || a.device - b.device || a.function - b.function;
}
