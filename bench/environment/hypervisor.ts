/** Whether this host is itself a virtual machine. */
import { readText } from './sysfs.js';

/** Vendors whose name in the firmware's tables means a virtual machine, where the CPU does not say it. */
const VIRTUAL_VENDORS = ['QEMU', 'VMware, Inc.', 'Xen', 'innotek GmbH', 'Parallels'];

/** The hypervisor's or its vendor's name, `unknown hypervisor`, or undefined on bare metal. */
export function hypervisorName(sysfsRoot = '/sys', procRoot = '/proc'): string | undefined {
  const vendor = readText(sysfsRoot, 'class/dmi/id/sys_vendor') || undefined;
  const flags = /^flags\s*:.*\bhypervisor\b/m.test(readText(procRoot, 'cpuinfo') ?? '');
  const virtual = flags || (vendor !== undefined && VIRTUAL_VENDORS.includes(vendor));
  if (!virtual) return undefined;
  return readText(sysfsRoot, 'hypervisor/type') || vendor || 'unknown hypervisor';
}
