/** The machine a guest runs on: what QEMU is asked to emulate. */

export interface Drive {
  /** NVMe serial number; also names the QEMU objects `drive-SERIAL` and `nvme-SERIAL`. */
  serial: string;
  /** `null` reads zeroes and forgets writes, as fast as QEMU can; `file` keeps data in a sparse file of the run. */
  backend: 'null' | 'file';
  sizeBytes: number;
  /** I/O per second QEMU lets through. */
  throttleIops?: number;
  /** Time each I/O takes; `null` backend only. */
  latencyNs?: number;
  /** Logical block size; 512 when left out. */
  lbaBytes?: number;
  /** Maximum data transfer size as a power of two of 4 KiB pages; QEMU's default is 7, 512 KiB. */
  mdts?: number;
  /** More properties of `-drive`, for example `{ 'throttling.bps-total': 1e6 }`. */
  driveProperties?: Record<string, string | number>;
  /** Namespaces beside the first, each with its own backend of the same kind. */
  namespaces?: readonly ExtraNamespace[];
  /** More properties of `-device nvme`, for example `{ max_ioqpairs: 1 }`. */
  deviceProperties?: Record<string, string | number>;
  /** Virtual functions that it may have (SR-IOV), each with two I/O queue pairs and two vectors; all share the namespace. */
  virtualFunctions?: number;
}

export interface ExtraNamespace {
  nsid: number;
  sizeBytes: number;
  /** Properties of `-device nvme-ns`, for example `{ ms: 8, pi: 1 }`. */
  properties: Record<string, string | number>;
  /** Reads of one of its bytes fail, and writes of another (EIO); all others are of zeroes, and forgotten. */
  bad?: BadBytes;
}

export interface BadBytes {
  readonly readAt: number;
  readonly writeAt: number;
}

/** A drive that `nvbench serve` plays, which the machine has through vfio-user. */
export interface ServedDrive {
  /** What is played, for example `sim:?size=1GiB`. */
  target: string;
}

export interface MachineOptions {
  /** Drive i is PCI function `driveAddress(i)`, behind the root port `rootPortAddress(i)`. */
  drives: Drive[];
  /** Functions and root ports behind those of `drives`; such a machine needs a QEMU that has vfio-user-pci. */
  served?: readonly ServedDrive[];
  /** Empty root ports after those of the drives, for hot plug; 0 when left out. */
  sparePorts?: number;
  /** `on` translates and remaps interrupts; `no-intremap` only translates; `off`: the machine has none. */
  iommu?: 'on' | 'no-intremap' | 'off';
  /** Bits of the addresses that the IOMMU translates; 48 when left out. */
  iommuBits?: 39 | 48;
  /** More of the kernel's command line, for example `['iommu=pt']`. */
  kernelArgs?: string[];
  /** 2 MiB hugepages reserved at boot; 64 when left out. */
  hugepages?: number;
  /** 2048 when left out. */
  memoryMiB?: number;
  /** 2 when left out. */
  cpus?: number;
  /** More arguments of QEMU, for example `['-global', 'ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off']`. */
  machineArgs?: string[];
}

const FIRST_PORT_DEVICE = 0x10;

/** PCI address of drive `index` (0-based) in the guest. */
export function driveAddress(index: number): string {
  return `0000:${hexByte(index + 1)}:00.0`;
}

/** PCI address of the root port above drive `index` (0-based) in the guest. */
export function rootPortAddress(index: number): string {
  return `0000:00:${hexByte(FIRST_PORT_DEVICE + index)}.0`;
}

/** QEMU's name of the root port above drive `index`: the `bus` of a hot plug. */
export function rootPortName(index: number): string {
  return `rp${index}`;
}

/** Path on the host of the sparse file behind a drive whose backend is `file`. */
export function driveFile(runDir: string, serial: string): string {
  return `${runDir}/drive-${serial}.raw`;
}

/** What stands for a drive's serial number in the names of a further namespace's backend and file. */
export const namespaceSerial = ({ serial }: Pick<Drive, 'serial'>, nsid: number): string =>
  `${serial}-${nsid}`;

/**
 * QEMU's arguments for a machine, without its console, monitor and shares.
 * @param sockets those of `options.served`, in the same order
 */
export function machineArguments(
  options: MachineOptions,
  runDir: string,
  sockets: readonly string[],
): string[] {
  const accel = process.env.NVBENCH_VM_ACCEL ?? 'tcg';
  const args = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'];
  const shared = sockets.length > 0;
  const memoryMiB = options.memoryMiB ?? 2048;
  args.push('-machine', `q35,kernel-irqchip=split${shared ? ',memory-backend=ram' : ''}`);
  // Another process reads and writes what is mapped for a device.
  if (shared) args.push('-object', `memory-backend-memfd,id=ram,size=${memoryMiB}M,share=on`);
  args.push('-accel', accel === 'tcg' ? 'tcg,thread=multi' : accel, '-cpu', accel === 'tcg' ? 'max' : 'host');
  args.push('-smp', String(options.cpus ?? 2), '-m', String(memoryMiB));
  const iommu = options.iommu ?? 'on';
  if (iommu !== 'off') {
    // With caching mode the guest tells of each mapping that it makes, which is what another process has to know.
    const told = shared ? ',caching-mode=on' : '';
    const bits = options.iommuBits ?? 48;
    args.push('-device', `intel-iommu,intremap=${iommu === 'on' ? 'on' : 'off'}${told},aw-bits=${bits}`);
  }
  const portCount = options.drives.length + sockets.length + (options.sparePorts ?? 0);
  for (let index = 0; index < portCount; index++) {
    const address = `0x${hexByte(FIRST_PORT_DEVICE + index)}`;
    const port = {
      id: rootPortName(index),
      bus: 'pcie.0',
      addr: address,
      chassis: index + 1,
      slot: index + 1,
    };
    args.push('-device', `pcie-root-port,${properties(port)}`);
  }
  options.drives.forEach((drive, index) => {
    args.push('-drive', driveArgument(drive, runDir));
    if (drive.virtualFunctions === undefined) args.push('-device', deviceArgument(drive, index));
    else args.push(...sharedArguments(drive, index));
    for (const { nsid, sizeBytes, properties: own, bad } of drive.namespaces ?? []) {
      const serial = namespaceSerial(drive, nsid);
      const device = { drive: `drive-${serial}`, bus: `nvme-${drive.serial}`, nsid, ...own };
      const backing =
        bad === undefined
          ? driveArgument({ serial, backend: drive.backend, sizeBytes }, runDir)
          : badDriveArgument(serial, sizeBytes, bad);
      args.push('-drive', backing);
      args.push('-device', `nvme-ns,${properties(device)}`);
    }
  });
  for (const [index, path] of sockets.entries()) {
    const bus = rootPortName(options.drives.length + index);
    const socket = { type: 'unix', path };
    args.push('-device', JSON.stringify({ driver: 'vfio-user-pci', id: `served-${index}`, bus, socket }));
  }
  return [...args, ...(options.machineArgs ?? [])];
}

/**
 * An emulator on a busy host misses its timers: a kernel that checks them panics, and one that watches its clock patches
 * its own code in flight.
 */
const UNCHECKED_TIMERS = ['no_timer_check', 'tsc=reliable'];

/** The guest kernel's command line. */
export function kernelCommandLine(options: MachineOptions): string {
  const iommu = options.iommu === 'off' ? [] : ['intel_iommu=on'];
  const hugepages = `hugepages=${options.hugepages ?? 64}`;
  const own = options.kernelArgs ?? [];
  return ['console=ttyS0', 'quiet', ...UNCHECKED_TIMERS, ...iommu, hugepages, 'panic=-1', ...own].join(' ');
}

function driveArgument(drive: Drive, runDir: string): string {
  const backend =
    drive.backend === 'null'
      ? { driver: 'null-co', size: drive.sizeBytes, 'read-zeroes': 'on', 'latency-ns': drive.latencyNs }
      : { format: 'raw', file: driveFile(runDir, drive.serial), cache: 'unsafe' };
  return properties({
    if: 'none',
    id: `drive-${drive.serial}`,
    ...backend,
    'throttling.iops-total': drive.throttleIops,
    ...drive.driveProperties,
  });
}

const SECTOR_BYTES = 512;

/** A drive of zeroes, of which two bytes are out of order: QEMU's blkdebug. */
function badDriveArgument(serial: string, sizeBytes: number, { readAt, writeAt }: BadBytes): string {
  const EIO = 5;
  const fault = (index: number, iotype: string, at: number) => ({
    [`inject-error.${index}.event`]: 'none',
    [`inject-error.${index}.iotype`]: iotype,
    [`inject-error.${index}.errno`]: EIO,
    [`inject-error.${index}.sector`]: Math.floor(at / SECTOR_BYTES),
  });
  return properties({
    if: 'none',
    id: `drive-${serial}`,
    driver: 'blkdebug',
    'image.driver': 'null-co',
    'image.size': sizeBytes,
    'image.read-zeroes': 'on',
    ...fault(0, 'read', readAt),
    ...fault(1, 'write', writeAt),
  });
}

/** Queue pairs (with the admin queue's) and vectors of each virtual function, which the host is to share out. */
const VIRTUAL_FUNCTION = { queuePairs: 3, vectors: 2 };

/** A controller whose one namespace is its subsystem's: virtual functions see no other. */
function sharedArguments(drive: Drive, index: number): string[] {
  const { serial, virtualFunctions: count = 0 } = drive;
  const subsystem = `subsystem-${serial}`;
  const shared = {
    subsys: subsystem,
    sriov_max_vfs: count,
    sriov_vq_flexible: count * VIRTUAL_FUNCTION.queuePairs,
    sriov_vi_flexible: count * VIRTUAL_FUNCTION.vectors,
  };
  const controller = { id: `nvme-${serial}`, serial, bus: rootPortName(index), ...shared };
  const namespace = { drive: `drive-${serial}`, bus: `nvme-${serial}`, nsid: 1 };
  return [
    ...['-device', `nvme-subsys,id=${subsystem}`],
    ...['-device', `nvme,${properties({ ...controller, ...drive.deviceProperties })}`],
    ...['-device', `nvme-ns,${properties(namespace)}`],
  ];
}

function deviceArgument(drive: Drive, index: number): string {
  const device = {
    id: `nvme-${drive.serial}`,
    serial: drive.serial,
    drive: `drive-${drive.serial}`,
    bus: rootPortName(index),
    logical_block_size: drive.lbaBytes,
    physical_block_size: drive.lbaBytes,
    mdts: drive.mdts,
    ...drive.deviceProperties,
  };
  return `nvme,${properties(device)}`;
}

/** `key=value,…` without the undefined ones; a comma in a value is doubled, as QEMU wants it. */
function properties(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${String(value).replaceAll(',', ',,')}`)
    .join(',');
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
