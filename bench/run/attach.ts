/** One drive, attached for as long as a program wants it. */
import type { Drive, DriveNamespace } from '../../engine/index.js';
import { type PciChoice, pciLists } from '../host/pci-function.js';
import { closeDevices, openDevices } from './devices.js';
import { type Sharing, sharedAccess } from './shared.js';

export interface DriveOptions extends PciChoice, Sharing {
  /** Its ID, or its name as `nguid:`, `eui64:` or `uuid:`; the first active one where left out. */
  readonly namespace?: number | string;
  /** Which interface of VFIO to use. */
  readonly attach?: 'auto' | 'group' | 'cdev';
  /** Permit a device without an IOMMU, whose faults can overwrite any memory of the machine. */
  readonly allowUnsafeDma?: boolean;
  readonly hugepages?: 'prefer' | 'require' | 'never';
  /** How long to wait for a drive that is not there yet, and what ends that. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

export interface AttachedDrive {
  /** In its canonical form. */
  readonly target: string;
  readonly drive: Drive;
  readonly namespace: DriveNamespace;
  /** Gives the drive back. */
  close(): Promise<void>;
}

/**
 * Attaches a drive; a controller that is reached by its registers is reset, enabled and identified. Until it is closed no
 * run, of this process or another, gets it. Throws EngineError.
 */
export async function attach(target: string, options: DriveOptions = {}): Promise<AttachedDrive> {
  const { namespace, waitMs = 0, signal = new AbortController().signal } = options;
  const config = {
    devices: [target],
    attach: options.attach ?? 'auto',
    allowUnsafeDma: options.allowUnsafeDma ?? false,
    hugepages: options.hugepages ?? 'prefer',
    ...(namespace === undefined ? {} : { namespace }),
  };
  const access = { wait: { waitMs, signal }, shared: sharedAccess(options), pciLists: pciLists(options) };
  const devices = await openDevices(config, access);
  return { ...devices[0], close: () => closeDevices(devices) };
}
