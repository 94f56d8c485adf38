/** Whether this host is itself a virtual machine. */
import { readText } from './sysfs.js';

/** Vendors whose name in the firmware's tables means a virtual machine, where the CPU does not say it. */
const VIRTUAL_VENDORS = ['QEMU', 'VMware, Inc.', 'Xen', 'innotek GmbH', 'Parallels'];

/** The hypervisor's or its vendor's name, `unknown hypervisor`, `none` on bare metal; undefined where it cannot be told. */
export function hypervisorName(sysfsRoot = '/sys', procRoot = '/proc'): string | undefined {
  const vendor = readText(sysfsRoot, 'class/dmi/id/sys_vendor') || undefined;
  const flags = /^flags\s*:.*$/m.exec(readText(procRoot, 'cpuinfo') ?? '')?.[0];
  const says = flags !== undefined && /\bhypervisor\b/.test(flags);
  const virtual = says || (vendor !== undefined && VIRTUAL_VENDORS.includes(vendor));
  if (!virtual) return flags === undefined ? undefined : 'none';
  return readText(sysfsRoot, 'hypervisor/type') || vendor || 'unknown hypervisor';
}
