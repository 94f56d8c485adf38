import { isDeepStrictEqual } from 'node:util';
import type { EngineError } from '../errors.js';
import { canonicalPciAddress } from './address.js';
import { type PciFunction, type ScanOptions, type ScanResult, scanPci, sortByAddress } from './scan.js';

/** A field whose change is worth a report. */
export type PciFunctionField = Exclude<keyof PciFunction, 'address' | 'sysfsPath' | 'warnings'>;

/** What is different since the former scan; `attached` where this process holds the function. */
export type PciChange =
  | {
      readonly kind: 'added';
      readonly address: string;
      readonly attached: boolean;
      readonly now: PciFunction;
    }
  | { readonly kind: 'removed'; readonly address: string; readonly attached: boolean }
  | {
      readonly kind: 'changed';
      readonly address: string;
      readonly attached: boolean;
      readonly fields: readonly PciFunctionField[];
      readonly now: PciFunction;
    }
  | {
      readonly kind: 'unreadable';
      readonly address: string;
      readonly attached: boolean;
      readonly error: EngineError;
    };

export interface RescanResult extends ScanResult {
  /** Ordered by address text. */
  readonly changes: readonly PciChange[];
}

const COMPARED: readonly PciFunctionField[] = [
  'vendorId',
  'deviceId',
  'subsystemVendorId',
  'subsystemDeviceId',
  'classCode',
  'revision',
  'vfCount',
  'numaNode',
  'bars',
  'driver',
  'iommuGroup',
  'noIommu',
];

/** What happened to a function that the former scan had; undefined where nothing did. */
function changeOf(former: PciFunction, fresh: ScanResult, attached: boolean): PciChange | undefined {
  const { address } = former;
  const now = fresh.functions.find((entry) => entry.address === address);
  if (now !== undefined) {
    const fields = COMPARED.filter((field) => !isDeepStrictEqual(former[field], now[field]));
    return fields.length === 0 ? undefined : { kind: 'changed', address, attached, fields, now };
  }
  const problem = fresh.problems.find((entry) => entry.address === address);
  if (problem !== undefined) return { kind: 'unreadable', address, attached, error: problem.error };
  return { kind: 'removed', address, attached };
}

/**
 * Scans again and says what changed. Functions that are not attached are refreshed; the record of an attached
 * one stays as it was, even where the function is gone, and its change is reported until it is detached.
 * Throws EngineError PCI_BUS_MISSING, BAD_PCI_ADDRESS.
 */
export function rescanPci(
  former: ScanResult,
  attachedAddresses: Iterable<string>,
  options: ScanOptions = {},
): RescanResult {
  const attached = new Set([...attachedAddresses].map(canonicalPciAddress));
  const fresh = scanPci(options);
  const known = new Set(former.functions.map((entry) => entry.address));
  const kept = former.functions.filter((entry) => attached.has(entry.address));
  const keptAddresses = new Set(kept.map((entry) => entry.address));

  const changes: PciChange[] = [];
  for (const entry of former.functions) {
    const change = changeOf(entry, fresh, attached.has(entry.address));
    if (change !== undefined) changes.push(change);
  }
  for (const now of fresh.functions) {
    if (known.has(now.address)) continue;
    changes.push({ kind: 'added', address: now.address, attached: attached.has(now.address), now });
  }
  const refreshed = fresh.functions.filter((entry) => !keptAddresses.has(entry.address));
  return {
    functions: sortByAddress([...kept, ...refreshed]),
    problems: fresh.problems,
    changes: changes.sort((a, b) => (a.address < b.address ? -1 : 1)),
  };
}
