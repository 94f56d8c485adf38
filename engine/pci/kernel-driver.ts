import { join } from 'node:path';
import { readLinkName } from './sysfs-read.js';

/** The kernel driver that holds a function, sorted by what it means to user space. */
export interface KernelDriver {
  readonly kind: 'vfio-pci' | 'igb_uio' | 'uio_pci_generic' | 'other' | 'none';
  /** As sysfs has it; empty where no driver is bound. */
  readonly name: string;
}

/** Sorts a driver's name; undefined stands for no driver. */
export function classifyDriver(name: string | undefined): KernelDriver {
  if (name === undefined) return { kind: 'none', name: '' };
  if (name === 'vfio-pci' || name === 'igb_uio' || name === 'uio_pci_generic') return { kind: name, name };
  return { kind: 'other', name };
}

/** The driver of a device directory. Throws EngineError SYSFS_MALFORMED where the link is not what it should be. */
export function readKernelDriver(deviceDir: string): KernelDriver {
  return classifyDriver(readLinkName(join(deviceDir, 'driver')));
}
