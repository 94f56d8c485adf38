/** VFIO in the kernel and its nodes in /dev, as far as they are the same for every device. */
import { join } from 'node:path';
import { type Finding, ok, problem, unknown, warning } from './check.js';
import { type DoctorHost, exists, readText } from './host.js';
import { kernelRelease, moduleState } from './kernel-module.js';

const DRIVER = 'bus/pci/drivers/vfio-pci';

function hasDriver(host: DoctorHost): boolean {
  return exists(host.sysfsRoot, DRIVER);
}

/** The driver that hands functions to user space, and the IOMMU back ends beside it. */
export function vfioDriver(host: DoctorHost): Finding {
  if (hasDriver(host)) {
    const backEnds = ['vfio_iommu_type1', 'iommufd'].filter((name) => moduleState(host, name) === 'present');
    const nodes = backEnds.length > 0 ? ` with ${backEnds.join(' and ')}` : '';
    return ok(`present${nodes}`);
  }
  const release = kernelRelease(host);
  const state = moduleState(host, 'vfio-pci');
  const build = 'boot a kernel with CONFIG_VFIO_PCI and CONFIG_VFIO_IOMMU_TYPE1, as distributions have them';
  if (state === 'missing') return problem(`kernel ${release} has no module vfio-pci`, build);
  if (state !== 'unknown') return problem('vfio-pci is not loaded', '`sudo modprobe vfio-pci`');
  const folder = join(host.modulesRoot, release);
  return problem(
    `vfio-pci is not loaded, and ${folder} has no modules of kernel ${release}`,
    `install the modules of this kernel, then \`sudo modprobe vfio-pci\`; or ${build}`,
  );
}

/** The nodes that lead to the IOMMU: the container of the group interface, and iommufd. */
export function vfioNodes(host: DoctorHost): Finding {
  const paths = ['vfio/vfio', 'iommu'].map((name) => join(host.devRoot, name));
  const there = paths.filter((path) => exists(path));
  if (there.length === 0) {
    const fix = hasDriver(host) ? '`sudo modprobe vfio_iommu_type1`' : 'load VFIO first, see vfio-pci driver';
    return problem(`neither ${paths.join(' nor ')} is there`, fix);
  }
  const open = there.filter((path) => host.mayOpen(path));
  const closed = there.filter((path) => !host.mayOpen(path));
  // The container holds nothing by itself: the kernel's own udev rules give it mode 0666.
  const fix = closed.map((path) => `\`sudo chmod 0666 ${path}\``).join(' and ');
  if (open.length === 0) return problem(`${host.userName} may not open ${closed.join(' or ')}`, fix);
  if (closed.length === 0) return ok(`${open.join(', ')}: readable and writable`);
  return closed.includes(paths[0])
    ? warning(`${host.userName} may open ${open.join(', ')} but not ${closed.join(', ')}`, fix)
    : ok(`${open.join(', ')}: readable and writable; ${closed.join(', ')} is not`);
}

/** Lockdown keeps user space from ports and BARs of uio, and from unsigned modules; VFIO stays. */
export function lockdown(host: DoctorHost): Finding {
  const security = join(host.sysfsRoot, 'kernel/security');
  const mode = /\[(\w+)\]/.exec(readText(security, 'lockdown') ?? '')?.[1];
  if (mode === undefined && exists(security, 'lsm')) return ok('this kernel has none');
  if (mode === undefined) return unknown('securityfs is not mounted on /sys/kernel/security');
  if (mode === 'none') return ok('none');
  return warning(
    `${mode}: VFIO works, but not uio, no-IOMMU mode or unsigned modules`,
    'use vfio-pci with an IOMMU; else turn secure boot off in the firmware',
  );
}
