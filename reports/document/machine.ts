/** The machine in a result document: hosts, devices and their health. */
import { z } from 'zod';

export const count = z.number().int().nonnegative();
/** No figure of a measurement is higher, and of those below sums and products stay finite. */
export const MOST_AMOUNT = 1e30;
export const amount = z.number().nonnegative().max(MOST_AMOUNT);
/** A counter that may be beyond 2^53; then it is a string of decimal digits. */
const wideCount = z.union([count, z.string().regex(/^\d+$/, 'expected decimal digits')]);
/** SMART / Health Information (NVMe base 2.0, figure 207). */
const smartSchema = z.object({
  criticalWarning: count,
  temperatureKelvin: count,
  availableSparePercent: count,
  spareThresholdPercent: count,
  percentageUsed: count,
  /** In units of 1000 blocks of 512 bytes. */
  dataUnitsRead: wideCount,
  dataUnitsWritten: wideCount,
  hostReadCommands: wideCount,
  hostWriteCommands: wideCount,
  powerCycles: wideCount,
  powerOnHours: wideCount,
  unsafeShutdowns: wideCount,
  mediaErrors: wideCount,
  warningTemperatureMinutes: count,
  criticalTemperatureMinutes: count,
});

/** How a software drive of flash stood, as its log page tells it (engine/spec/flash-log.ts). */
const flashSchema = z.object({
  collecting: z.boolean(),
  unitBytes: count,
  logicalUnits: count,
  physicalUnits: count,
  mappedUnits: count,
  writableUnits: count,
  hostBytesWritten: count,
  nandBytesProgrammed: count,
  bytesCollected: count,
  bytesPadded: count,
  unitsWrittenInPart: count,
  pagesRead: count,
  pagesCollected: count,
  suspensions: count,
  readRetries: count,
  mappingReads: count,
  throttledCommands: count,
  superblockErases: count,
  superblocksLevelled: count,
  superblocks: count,
  freeSuperblocks: count,
  cachedSuperblocks: count,
  dies: count,
  leastErases: count,
  mostErases: count,
  ratedCycles: count,
});

export const hostSchema = z.object({
  hostname: z.string(),
  kernel: z.string(),
  kernelCommandLine: z.string(),
  cpuModel: z.string(),
  cpuCount: count,
  /** cpufreq governor of the CPUs nvbench may use, several with commas; null where the host does not say. */
  governor: z.string().nullable(),
  /** Simultaneous multithreading in force; null where the host does not say. */
  smt: z.boolean().nullable(),
  memoryBytes: count,
  /** Version of Node.js. */
  node: z.string(),
  v8: z.string(),
  /** Virtualization the host itself runs under; `none` on bare metal; absent where unknown, and on bare metal in older results. */
  hypervisor: z.string().optional(),
  /** CPUs may run above their nominal frequency; absent where the host does not say. */
  turbo: z.boolean().optional(),
  /** CPUs that the scheduler leaves alone; absent where the host does not say. */
  isolatedCpus: z.array(count).optional(),
  numaNodes: count.optional(),
});

/** Place in `hosts`; only in merged documents. */
export const hostIndex = count.optional();

/** The PCI Express link as trained, and the most that the device can do. */
const pcieLinkSchema = z.object({
  speedGtPerS: amount,
  width: count,
  maxSpeedGtPerS: amount,
  maxWidth: count,
  /** As the function's registers have them: ASPM, payload, read requests, ordering; absent where they could not be read. */
  controls: z
    .object({
      aspmL0s: z.boolean(),
      aspmL1: z.boolean(),
      maxPayloadBytes: count,
      maxReadRequestBytes: count,
      relaxedOrdering: z.boolean(),
    })
    .optional(),
});

/** A disk with the settings of its queue, in the words of sysfs; absent what it does not say. */
const kernelDiskSchema = z.object({
  name: z.string(),
  scheduler: z.string().optional(),
  /** nr_requests */
  requests: count.optional(),
  writeCache: z.string().optional(),
  ioStats: z.boolean().optional(),
  /** It has queues that are polled and do not interrupt. */
  pollQueues: z.boolean().optional(),
});

const kernelLayerSchema = z.object({
  name: z.string(),
  kind: z.enum(['partition', 'filter', 'multipath']),
  what: z.string(),
});

/** What of the kernel I/O went through, as it was before the first. */
const kernelPathSchema = z.object({
  /** A file system, the block layer, or the driver alone. */
  way: z.enum(['file', 'block', 'command']),
  /** Flags of io_uring_setup(2) that the kernel has granted. */
  ringFlags: z.array(z.string()).readonly(),
  /** What the rings knew beforehand. */
  registered: z.array(z.string()).readonly(),
  fileSystem: z.string().optional(),
  /** From the top, the disks below the last. */
  layers: z.array(kernelLayerSchema).readonly(),
  disks: z.array(kernelDiskSchema).readonly(),
  /** Who used the block device beside the run. */
  uses: z.array(z.string()).readonly(),
});

const settingSchema = z.object({
  /** The key of the configuration. */
  name: z.string(),
  before: z.string(),
  during: z.string(),
  /** Absent where it could not be set back: the reset at the end does. */
  after: z.string().optional(),
});

const eventSchema = z.object({
  at: z.iso.datetime({ offset: true }),
  /** Event type, information and log page, as its completion has them. */
  type: count,
  info: count,
  logPage: count,
  /** The specification's name, for example `Temperature Threshold (type 1h, 01h)`. */
  name: z.string(),
});

export const deviceSchema = z.object({
  target: z.string(),
  hostIndex,
  /** For example `vfio-group` or `sim`. */
  transport: z.string(),
  /** The controller is software: its figures describe no drive. */
  software: z.boolean(),
  /** What is to be read before any of its figures, as its transport says it; absent where that is nothing, and in older results. */
  notice: z.string().optional(),
  modelNumber: z.string(),
  serialNumber: z.string(),
  firmwareRevision: z.string(),
  pciVendorId: count.optional(),
  /** Absent where no controller is reached that names one. */
  nvmeVersion: z.string().optional(),
  namespaceId: count,
  capacityBytes: count,
  lbaBytes: count,
  metadataBytes: count,
  /** Type of end-to-end protection of its blocks; absent where there is none, and in older results. */
  protectionType: count.optional(),
  /** Largest transfer of one command; null for no limit. */
  mdtsBytes: count.nullable(),
  /** -1 where the device belongs to no node. */
  numaNode: z.number().int(),
  /** Absent where queues have no entries. */
  maxQueueEntries: count.optional(),
  /** Size of one hugepage that DMA memory lies in; 0 for base pages; absent where there is no such memory. */
  hugepageBytes: count.optional(),
  /** Memory page size the controller works with (CC.MPS); absent likewise. */
  pageSizeBytes: count.optional(),
  /** Host Memory Buffer, in bytes: what the controller had, what it prefers (HMPRE) and needs (HMMIN); absent where it wants none. */
  hostMemory: z.object({ givenBytes: count, preferredBytes: count, leastBytes: count }).optional(),
  /** Doorbells of I/O queues lie in memory (Doorbell Buffer Config). */
  doorbellsInMemory: z.boolean().optional(),
  /**
   * Controller Memory Buffer, where submission queues were to lie there: BAR and place in it (CMBLOC), length, how much of it could
   * be reached, and whether it takes submission queues (CMBSZ.SQS).
   */
  controllerMemory: z
    .object({
      bar: count,
      offsetBytes: count,
      lengthBytes: count,
      reachedBytes: count,
      submissionQueues: z.boolean(),
    })
    .optional(),
  /** Index of the LBA format in force (FLBAS). */
  lbaFormat: count.optional(),
  /** Space in use before the run, as the namespace tells (NUSE): what was never written reads faster. */
  utilizationBytes: count.optional(),
  /** Absent where the kernel had no part in I/O, and in older results. */
  kernelPath: kernelPathSchema.optional(),
  /** Absent where there is none, or where it cannot be read. */
  pcieLink: pcieLinkSchema.optional(),
  /** What is known of the device's family and was respected, by name; absent where there is nothing. */
  quirks: z.array(z.string()).optional(),
  /** What the run set on the controller: as it said before, during and after it; absent where it set nothing. */
  settings: z.array(settingSchema).optional(),
  /** What the controller told of by itself from just before the first job on (asynchronous events); absent where it was nothing. */
  events: z.array(eventSchema).optional(),
  /** WCTEMP and CCTEMP; absent where the controller names none. */
  warningTemperatureKelvin: count.optional(),
  criticalTemperatureKelvin: count.optional(),
  smartBefore: smartSchema.optional(),
  smartAfter: smartSchema.optional(),
  /** Absent where it is no software drive of flash. */
  flashBefore: flashSchema.optional(),
  flashAfter: flashSchema.optional(),
});

export type HostRecord = z.infer<typeof hostSchema>;
export type DeviceRecord = z.infer<typeof deviceSchema>;
export type SmartRecord = z.infer<typeof smartSchema>;
export type FlashRecord = z.infer<typeof flashSchema>;
export type KernelPathRecord = z.infer<typeof kernelPathSchema>;
export type PcieLink = z.infer<typeof pcieLinkSchema>;
