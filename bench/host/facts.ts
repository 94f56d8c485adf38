/** Facts about this host that decide what a result means. Unreadable facts are left out, never guessed. */
import { cpus, hostname, release, totalmem } from 'node:os';
import { cpusOf } from '../config/cpu-list.js';
import { CPU_DIR, governorsOf, nodeNames, turboSwitch } from './cpu.js';
import { readText } from './sysfs.js';

export interface HostFacts {
  hostname: string;
  kernel: string;
  kernelCommandLine?: string;
  cpuModel: string;
  cpuCount: number;
  /** Of the CPUs this process may use; several with commas. */
  governor?: string;
  smt?: boolean;
  turbo?: boolean;
  isolatedCpus?: number[];
  numaNodes?: number;
  hypervisor?: string;
  memoryBytes: number;
  node: string;
  v8: string;
}

/** Reads them now. `allowed` are the CPUs that this process may use. */
export function hostFacts(allowed: readonly number[], sysfsRoot = '/sys', procRoot = '/proc'): HostFacts {
  const processors = cpus();
  const smt = readText(sysfsRoot, CPU_DIR, 'smt/active');
  const governors = [...governorsOf(allowed, sysfsRoot).keys()].sort();
  const isolated = readText(sysfsRoot, CPU_DIR, 'isolated');
  const nodes = nodeNames(sysfsRoot).length;
  return {
    hostname: hostname(),
    kernel: release(),
    kernelCommandLine: readText(procRoot, 'cmdline'),
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cpuCount: processors.length,
    governor: governors.length === 0 ? undefined : governors.join(', '),
    smt: smt === undefined ? undefined : smt === '1',
    turbo: turboSwitch(sysfsRoot)?.on,
    isolatedCpus: isolated === undefined ? undefined : cpusOf(isolated),
    numaNodes: nodes === 0 ? undefined : nodes,
    hypervisor: hypervisorName(sysfsRoot, procRoot),
    memoryBytes: totalmem(),
    node: process.version,
    v8: process.versions.v8,
  };
}

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
