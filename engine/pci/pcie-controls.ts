/** What a PCI Express function is allowed and does with its link: Device Control and Link Control (PCIe base 5.0, 7.5.3). */
import { readFileSync } from 'node:fs';
import { CAPABILITY_ID, findCapability } from './config-space.js';
import { DEFAULT_SYSFS_ROOT } from './sysfs-read.js';

const DEVICE_CONTROL = 0x08;
const LINK_CONTROL = 0x10;

export interface PcieControls {
  /** ASPM states that its end of the link may go to by itself. */
  readonly aspmL0s: boolean;
  readonly aspmL1: boolean;
  /** MPS and MRRS in force. */
  readonly maxPayloadBytes: number;
  readonly maxReadRequestBytes: number;
  readonly relaxedOrdering: boolean;
}

/** Of the function at an address such as `0000:01:00.0`; undefined where it is no PCIe function, or its registers cannot be read (they take root). */
export function readPcieControls(
  address: string,
  sysfsRoot: string = DEFAULT_SYSFS_ROOT,
): PcieControls | undefined {
  try {
    const bytes = readFileSync(`${sysfsRoot}/bus/pci/devices/${address}/config`);
    const read = (offset: number, length: 1 | 2 | 4): number => bytes.readUIntLE(offset, length);
    const at = findCapability({ read, write: () => undefined }, CAPABILITY_ID.pciExpress);
    if (at === undefined) return undefined;
    const device = read(at + DEVICE_CONTROL, 2);
    const link = read(at + LINK_CONTROL, 2);
    return {
      aspmL0s: (link & 1) !== 0,
      aspmL1: (link & 2) !== 0,
      maxPayloadBytes: 128 << ((device >>> 5) & 7),
      maxReadRequestBytes: 128 << ((device >>> 12) & 7),
      relaxedOrdering: (device & 0x10) !== 0,
    };
  } catch {
    return undefined;
  }
}
