import type { CheckStatus, DoctorCheck } from '../../reports/index.js';

/** A finding without the id and title of its check. */
export type Finding = Pick<DoctorCheck, 'status' | 'found' | 'fix'>;

/** The titles of all checks by their ids; the ids are part of the JSON output and never change. */
export const TITLES = {
  'nvme-functions': 'NVMe functions',
  'iommu-groups': 'IOMMU',
  'iommu-address-width': 'IOVA width',
  'unsafe-interrupts': 'interrupt remapping',
  'vfio-driver': 'vfio-pci driver',
  'vfio-nodes': 'VFIO nodes',
  'kernel-lockdown': 'lockdown',
  hugepages: 'hugepages',
  memlock: 'memlock limit',
  'cpu-governor': 'CPU governor',
  'cpu-turbo': 'CPU turbo',
  'cpu-isolation': 'isolated CPUs',
  'pci-driver': 'bound driver',
  'iommu-group': 'IOMMU group',
  'device-nodes': 'device node',
  'pci-link': 'PCI link',
  'numa-distance': 'NUMA distance',
  'cpu-siblings': 'SMT siblings',
  attach: 'attach',
  'nvme-critical-warning': 'critical warnings',
  'nvme-temperature': 'temperature',
  'nvme-power-state': 'power state',
  'nvme-firmware': 'firmware',
} as const;

export type CheckId = keyof typeof TITLES;

const finding =
  (status: CheckStatus) =>
  (found: string, fix = ''): Finding => ({ status, found, fix });

export const ok = finding('ok');
export const warning = finding('warning');
export const problem = finding('problem');
export const unknown = finding('unknown');
export const skipped = finding('skipped');

/** A check by its id. */
export function check(id: CheckId, result: Finding): DoctorCheck {
  return { id, title: TITLES[id], ...result };
}
