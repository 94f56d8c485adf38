/** A small result whose figures can be checked by hand. */
import { readFileSync } from 'node:fs';
import type { SmartLog } from '../../engine/index.js';
import { latencyIndex } from '../../engine/stats/histogram.js';
import { emptyHistogram } from '../../engine/stats/percentiles.js';
import {
  type BenchResult,
  buildErrors,
  buildOperation,
  buildWorker,
  type DeviceRecord,
  type JobRecord,
  type KernelPathRecord,
  type StatusRecord,
  TIMESTAMP_NOTE,
} from '../../reports/index.js';

export const ESCAPE = '\x1b';

/** Counts of given latencies: `[latencyNs, how often]`. */
export function countsOf(...entries: [latencyNs: number, count: number][]): Float64Array {
  const counts = emptyHistogram();
  for (const [latencyNs, count] of entries) counts[latencyIndex(latencyNs)] += count;
  return counts;
}

/** 1,000,000 reads: 990,000 of 1,000 ns, 9,900 of 2,000 ns, 99 of 80 µs and one of 1.5 ms. */
export const readCounts = (): Float64Array =>
  countsOf([1000, 990_000], [2000, 9_900], [80_000, 99], [1_500_000, 1]);

export const lbaOutOfRange: StatusRecord = {
  status: 'LBA Out of Range (SCT 0h, SC 80h)',
  statusCodeType: 0,
  statusCode: 0x80,
  doNotRetry: false,
  count: 3,
  firstSlba: 1_953_525_168,
};

export const smart: SmartLog = {
  criticalWarning: 0,
  temperatureKelvin: 310,
  availableSparePercent: 100,
  spareThresholdPercent: 10,
  percentageUsed: 1,
  dataUnitsRead: 24_000_000n,
  dataUnitsWritten: 1000n,
  hostReadCommands: 123_456_789n,
  hostWriteCommands: 42n,
  powerCycles: 4n,
  powerOnHours: 1000n,
  unsafeShutdowns: 2n,
  mediaErrors: 0n,
  warningTemperatureMinutes: 0,
  criticalTemperatureMinutes: 0,
  thermalTransitions1: 0,
  thermalTransitions2: 0,
  thermalSeconds1: 0,
  thermalSeconds2: 0,
};

export const workerCounts = {
  index: 0,
  cpus: [2],
  ios: { read: 1_000_000, write: 0 },
  elapsedNs: 2e9,
  garbageCollections: 0,
  garbageCollectionMs: 0,
  heapGrowthBytes: 0,
  emptyPolls: 123_456,
  reapBatches: 250_000,
};

export function readJob(): JobRecord {
  return {
    name: 'randread-qd32',
    target: 'pci:0000:01:00.0',
    rw: 'randread',
    bsBytes: 4096,
    iodepth: 32,
    numjobs: 1,
    queuePairs: 1,
    seed: 7,
    startedAt: '2025-03-01T10:00:01.000Z',
    rampTimeMs: 1000,
    elapsedNs: 2e9,
    stopReason: 'runtime',
    directions: { read: buildOperation(readCounts(), 4096, 2e9, 0) },
    errors: buildErrors([], 0, 0),
    workers: [buildWorker(workerCounts)],
    timestampNote: TIMESTAMP_NOTE,
    warnings: [],
  };
}

/** Reads and writes with errors, a warning, a collection in one of two workers. */
export function mixedJob(): JobRecord {
  return {
    ...readJob(),
    name: 'mixed',
    rw: 'randrw',
    rwmixread: 75,
    numjobs: 2,
    rampTimeMs: 0,
    stopReason: 'interrupted',
    directions: {
      read: buildOperation(countsOf([10_000, 300]), 4096, 2e9, 2),
      write: buildOperation(countsOf([30_000, 100]), 4096, 2e9, 1),
    },
    errors: buildErrors([lbaOutOfRange], 4, 1),
    workers: [
      buildWorker({ ...workerCounts, ios: { read: 200, write: 50 }, reapBatches: 250 }),
      buildWorker({
        ...workerCounts,
        index: 1,
        cpus: [3],
        ios: { read: 100, write: 50 },
        reapBatches: 150,
        garbageCollections: 2,
        garbageCollectionMs: 1.25,
        involuntaryContextSwitches: 12,
      }),
    ],
    warnings: [
      {
        code: 'cpu-shared',
        message:
          'CPU 3 is shared with other busy threads, so the worker on it was preempted while it measured; its latencies are doubtful',
        advice: 'give the job CPUs of its own with cpus_allowed',
      },
    ],
  };
}

export const drive: DeviceRecord = {
  target: 'pci:0000:01:00.0',
  transport: 'vfio-group',
  software: false,
  modelNumber: 'Example SSD 1TB',
  serialNumber: 'S0EXAMPLE123',
  firmwareRevision: '4B2QJXD7',
  pciVendorId: 0x144d,
  nvmeVersion: '2.0.0',
  namespaceId: 1,
  capacityBytes: 1_000_204_886_016,
  lbaBytes: 512,
  metadataBytes: 0,
  mdtsBytes: 131_072,
  numaNode: 0,
  maxQueueEntries: 1024,
  hugepageBytes: 2_097_152,
  pageSizeBytes: 4096,
};

export const simulation: DeviceRecord = {
  ...drive,
  target: 'sim:',
  transport: 'sim',
  software: true,
  modelNumber: 'nvbench simulated controller',
  lbaBytes: 4096,
  metadataBytes: 8,
  mdtsBytes: null,
  numaNode: -1,
  hugepageBytes: 0,
};

export function sampleResult(): BenchResult {
  return {
    schemaVersion: 1,
    tool: { name: 'nvbench', version: '0.1.0' },
    complete: true,
    startedAt: '2025-03-01T10:00:00.000Z',
    endedAt: '2025-03-01T10:00:05.000Z',
    config: { device: 'pci:0000:01:00.0', jobs: [{ name: 'randread-qd32', rw: 'randread' }] },
    host: {
      hostname: 'bench1',
      kernel: '6.8.0-40-generic',
      kernelCommandLine: 'intel_iommu=on isolcpus=2,3',
      cpuModel: 'Example CPU @ 3.00GHz',
      cpuCount: 8,
      governor: 'performance',
      smt: false,
      memoryBytes: 34_359_738_368,
      node: 'v20.20.2',
      v8: '11.3.244.8',
    },
    devices: [drive],
    warnings: [],
    jobs: [readJob()],
  };
}

/** A result with everything that asks for attention: two devices, one of them software, errors, an interruption. */
export function troubledResult(): BenchResult {
  return {
    ...sampleResult(),
    complete: false,
    interrupted: { reason: 'SIGINT' },
    devices: [drive, simulation],
    warnings: [
      { code: 'hugepages-unavailable', message: 'no hugepages are free', advice: 'echo 64 > nr_hugepages' },
    ],
    jobs: [
      readJob(),
      {
        ...mixedJob(),
        target: 'sim:',
        verdict: { level: 'suspect', reasons: ['preempted-while-measuring', 'io-errors'] },
      },
      {
        ...readJob(),
        name: 'last',
        stopReason: 'error',
        directions: {},
        workers: [],
        verdict: { level: 'invalid', reasons: ['nothing-measured', 'never-ran'] },
      },
    ],
  };
}

/** The text of a file in test/fixtures/reports; the tests run from dist/. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../../../test/fixtures/reports/${name}`, import.meta.url), 'utf8');
}

/** A whole disk by its block device. */
export const kernelPath: KernelPathRecord = {
  way: 'block',
  ringFlags: ['SINGLE_ISSUER', 'DEFER_TASKRUN'],
  registered: ['buffers', 'file'],
  layers: [],
  disks: [
    {
      name: 'nvme0n1',
      scheduler: 'none',
      requests: 1023,
      writeCache: 'write back',
      ioStats: true,
      pollQueues: false,
    },
  ],
  uses: [],
};
