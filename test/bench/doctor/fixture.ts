/** A host in a temporary directory: sysfs, proc, dev and modules, good unless a test spoils it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DoctorHost } from '../../../bench/doctor/host.js';
import type { ControllerFacts } from '../../../bench/doctor/nvme.js';
import type { DoctorCheck, DoctorReport } from '../../../reports/index.js';
import { SysfsTree } from '../../fixtures/sysfs.js';

export const ADDRESS = '0000:01:00.0';
const RELEASE = '6.12.48-test';
const CAP_IPC_LOCK_ONLY = '0000000000004000';
const NO_CAPABILITIES = '0000000000000000';

export class HostTree {
  readonly sysfs = new SysfsTree();
  readonly root: string = mkdtempSync(join(tmpdir(), 'nvbench-doctor-'));

  remove(): void {
    this.sysfs.remove();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Writes a file below proc, dev or modules. */
  write(path: string, text = ''): void {
    const full = join(this.root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, `${text}\n`);
  }

  delete(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  deleteSysfs(path: string): void {
    rmSync(join(this.sysfs.root, path), { recursive: true });
  }

  setCommandLine(text: string): void {
    this.write('proc/cmdline', text);
  }

  /** Whether the process may pin memory beyond the limit. */
  setIpcLock(has: boolean): void {
    const mask = has ? CAP_IPC_LOCK_ONLY : NO_CAPABILITIES;
    this.write('proc/self/status', `Name:\tnode\nCapInh:\t${NO_CAPABILITIES}\nCapEff:\t${mask}`);
  }

  setHugepages(node: number, total: number, free: number): void {
    const dir = `devices/system/node/node${node}/hugepages/hugepages-2048kB`;
    this.sysfs.write(`${dir}/nr_hugepages`, `${total}\n`);
    this.sysfs.write(`${dir}/free_hugepages`, `${free}\n`);
  }

  /** Attributes of the link of the one function. */
  setLink(current: string, currentWidth: number, max: string, maxWidth: number): void {
    this.sysfs.writeAttribute(ADDRESS, 'current_link_speed', `${current}\n`);
    this.sysfs.writeAttribute(ADDRESS, 'current_link_width', `${currentWidth}\n`);
    this.sysfs.writeAttribute(ADDRESS, 'max_link_speed', `${max}\n`);
    this.sysfs.writeAttribute(ADDRESS, 'max_link_width', `${maxWidth}\n`);
  }

  host(changes: Partial<DoctorHost> = {}): DoctorHost {
    return {
      sysfsRoot: this.sysfs.root,
      procRoot: join(this.root, 'proc'),
      devRoot: join(this.root, 'dev'),
      modulesRoot: join(this.root, 'modules'),
      userName: 'alice',
      mayOpen: () => true,
      memlockLimitBytes: () => Number.POSITIVE_INFINITY,
      allowedCpus: () => [0, 1, 2, 3],
      ...changes,
    };
  }

  /** A text without the places of this fixture. */
  plain(text: string): string {
    return text.replaceAll(this.sysfs.root, '/sys').replaceAll(`${this.root}/`, '/');
  }
}

function addCpus({ sysfs }: HostTree): void {
  const cpu = 'devices/system/cpu';
  for (const n of [0, 1, 2, 3]) {
    sysfs.write(`${cpu}/cpu${n}/cpufreq/scaling_governor`, 'performance\n');
    sysfs.write(`${cpu}/cpu${n}/topology/thread_siblings_list`, n % 2 === 0 ? '0,2\n' : '1,3\n');
  }
  sysfs.write(`${cpu}/intel_pstate/no_turbo`, '1\n');
  sysfs.write(`${cpu}/isolated`, '3\n');
  sysfs.write(`${cpu}/nohz_full`, '(null)\n');
  sysfs.write('devices/system/node/node0/cpulist', '0-3\n');
  sysfs.write('devices/system/node/node0/distance', '10\n');
}

function addMemory(tree: HostTree): void {
  const pool = 'kernel/mm/hugepages/hugepages-2048kB';
  for (const [name, count] of Object.entries({ nr: 64, free: 60, resv: 0 }))
    tree.sysfs.write(`${pool}/${name}_hugepages`, `${count}\n`);
  tree.setHugepages(0, 64, 60);
  tree.write('proc/meminfo', 'MemTotal:       16384000 kB\nMemFree:         8192000 kB');
}

function addIommu({ sysfs }: HostTree): void {
  // What QEMU's intel-iommu shows with aw-bits=48 and interrupt remapping.
  sysfs.write('devices/virtual/iommu/dmar0/intel-iommu/cap', 'd2008c222f0606\n');
  sysfs.write('devices/virtual/iommu/dmar0/intel-iommu/ecap', 'f00f4a\n');
  sysfs.link('class/iommu/dmar0', 'devices/virtual/iommu/dmar0');
  sysfs.write('module/vfio_iommu_type1/parameters/allow_unsafe_interrupts', 'N\n');
  sysfs.write('kernel/security/lockdown', '[none] integrity confidentiality\n');
}

/** One NVMe drive on vfio-pci, alone in group 14, with all that a run wants. */
export function goodHost(): HostTree {
  const tree = new HostTree();
  tree.sysfs.addFunction({ address: ADDRESS, driver: 'vfio-pci', iommuGroup: 14 });
  tree.setLink('16.0 GT/s PCIe', 4, '16.0 GT/s PCIe', 4);
  addCpus(tree);
  addMemory(tree);
  addIommu(tree);
  tree.setCommandLine('quiet intel_iommu=on');
  tree.setIpcLock(false);
  tree.write('proc/cpuinfo', 'vendor_id\t: GenuineIntel');
  tree.write('proc/sys/kernel/osrelease', RELEASE);
  tree.write('proc/self/mountinfo', '22 1 259:1 / / rw - ext4 /dev/sda1 rw');
  tree.write('dev/vfio/vfio');
  tree.write('dev/vfio/14');
  tree.write(`modules/${RELEASE}/modules.dep`, 'kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/x.ko.xz');
  return tree;
}

/** Takes the drive from vfio-pci and VFIO out of the kernel. */
export function withoutVfio(tree: HostTree): HostTree {
  tree.sysfs.unbind(ADDRESS);
  tree.deleteSysfs('bus/pci/drivers/vfio-pci');
  tree.deleteSysfs('module/vfio_iommu_type1');
  tree.delete('dev/vfio');
  return tree;
}

/** Gives the drive to the kernel's nvme driver, with its sensors. */
export function boundToKernel(tree: HostTree): HostTree {
  const { sysfs } = tree;
  sysfs.unbind(ADDRESS);
  sysfs.bind(ADDRESS, 'nvme');
  const identity = { model: 'Example SSD', serial: 'S0EXAMPLE', firmware_rev: '2B2QEXM7' };
  const dir = sysfs.addController(ADDRESS, 'nvme0', identity);
  sysfs.addBlock(dir, { name: 'nvme0n1', dev: '259:0' });
  sysfs.writeAttribute(ADDRESS, 'power_state', 'D0\n');
  const sensors = { temp1_input: 41_850, temp1_max: 81_850, temp1_crit: 84_850, temp1_alarm: 0 };
  for (const [name, value] of Object.entries(sensors)) sysfs.write(`${dir}/hwmon3/${name}`, `${value}\n`);
  return tree;
}

/** What a healthy controller tells. */
export const HEALTHY: ControllerFacts = {
  kind: 'vfio-group',
  software: false,
  version: '1.4.0',
  identity: { firmwareRevision: '2B2QEXM7', warningTemperatureKelvin: 355, criticalTemperatureKelvin: 358 },
  smart: {
    criticalWarning: 0,
    temperatureKelvin: 315,
    availableSparePercent: 100,
    spareThresholdPercent: 10,
    percentageUsed: 2,
    dataUnitsRead: 0n,
    dataUnitsWritten: 0n,
    hostReadCommands: 0n,
    hostWriteCommands: 0n,
    powerCycles: 0n,
    powerOnHours: 0n,
    unsafeShutdowns: 0n,
    mediaErrors: 0n,
    warningTemperatureMinutes: 0,
    criticalTemperatureMinutes: 0,
    thermalTransitions1: 0,
    thermalTransitions2: 0,
    thermalSeconds1: 0,
    thermalSeconds2: 0,
  },
  firmware: { activeSlot: 1, nextSlot: 0, revisions: ['2B2QEXM7', '', '', '', '', '', ''] },
  power: { powerState: 0, workloadHint: 0 },
};

/** The one check of an id, wherever it is in a report. */
export function find(report: DoctorReport, id: string): DoctorCheck {
  const all = [...report.host, ...report.devices.flatMap((device) => device.checks)];
  const found = all.find((check) => check.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}

/** The ids of all checks with a status. */
export function idsWith(report: DoctorReport, ...statuses: DoctorCheck['status'][]): string[] {
  const all = [...report.host, ...report.devices.flatMap((device) => device.checks)];
  return all.filter((check) => statuses.includes(check.status)).map(({ id }) => id);
}
