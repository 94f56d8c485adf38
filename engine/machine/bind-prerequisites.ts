/** What a machine must have before any function can be bound for user space. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BindHost } from '../pci/bind-host.js';
import { listNames, readOptionalText } from '../pci/sysfs-read.js';

export type UserDriver = 'vfio-pci' | 'uio_pci_generic';

/** One thing that is missing, and how to get it. */
export interface Missing {
  readonly what: string;
  readonly fix: string;
}

const MODULE_LISTS = ['modules.dep', 'modules.builtin'];
const CONFIG_OPTION: Readonly<Record<UserDriver, string>> = {
  'vfio-pci': 'CONFIG_VFIO_PCI',
  uio_pci_generic: 'CONFIG_UIO_PCI_GENERIC',
};

/** Whether the kernel's module folder lists a module; undefined where there is no such folder. */
function hasModule(modulesDir: string, name: string): boolean | undefined {
  const pattern = new RegExp(`/${name.replaceAll(/[-_]/g, '[-_]')}\\.ko`);
  const texts = MODULE_LISTS.map((list) => join(modulesDir, list)).filter((path) => existsSync(path));
  if (texts.length === 0) return undefined;
  return texts.some((path) => pattern.test(readFileSync(path, 'utf8')));
}

function missingDriver(host: BindHost, driver: UserDriver): Missing[] {
  if (existsSync(join(host.sysfsRoot, 'bus/pci/drivers', driver))) return [];
  const what = `the module ${driver} is not loaded`;
  switch (hasModule(host.modulesDir, driver)) {
    case true:
      return [{ what, fix: `modprobe ${driver}` }];
    case false:
      return [
        {
          what: `${what}, and ${host.modulesDir} does not have it`,
          fix: `boot a kernel with ${CONFIG_OPTION[driver]}`,
        },
      ];
    default:
      return [
        {
          what: `${what}, and there is no ${host.modulesDir} to load it from`,
          fix: `boot a kernel with ${CONFIG_OPTION[driver]} and its modules`,
        },
      ];
  }
}

/** Whether VFIO is told to do without an IOMMU. */
export function noIommuAllowed(sysfsRoot: string): boolean {
  const text = readOptionalText(join(sysfsRoot, 'module/vfio/parameters/enable_unsafe_noiommu_mode'));
  return text === 'Y' || text === '1';
}

function missingIommu(host: BindHost): Missing[] {
  const groups = listNames(join(host.sysfsRoot, 'kernel/iommu_groups'));
  if (groups.length > 0 || noIommuAllowed(host.sysfsRoot)) return [];
  return [
    {
      what: 'there is no IOMMU group on this machine: no IOMMU is active',
      fix:
        'enable it (VT-d or AMD-Vi in the firmware, intel_iommu=on on the kernel command line), or accept no ' +
        'isolation with modprobe vfio enable_unsafe_noiommu_mode=1',
    },
  ];
}

/** Everything this machine lacks for binding to the driver; empty where nothing. Touches nothing. */
export function missingForBind(host: BindHost, driver: UserDriver): Missing[] {
  return [...missingDriver(host, driver), ...(driver === 'vfio-pci' ? missingIommu(host) : [])];
}
