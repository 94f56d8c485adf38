/** Jobs planned on a device that exists only as the facts which planning looks at. */
import { parseConfig } from '../../bench/config/load.js';
import { type OpenDevice, type PlannedJob, planRun } from '../../bench/run/plan/plan.js';
import type { Controller, Drive } from '../../engine/index.js';
import { mannerOf } from '../../engine/path/pcie/manner.js';
import { granted } from '../../engine/path/pcie/queue-grant.js';
import { planQueues } from '../../engine/path/pcie/queue-plan.js';

export interface DeviceFacts {
  readonly target?: string;
  readonly kind?: string;
  readonly software?: boolean;
  readonly holdsData?: boolean;
  /** As a path has it that cannot do it. */
  readonly without?: readonly (keyof Drive)[];
  readonly serialNumber?: string;
  readonly sizeLbas?: number;
  readonly lbaBytes?: number;
}

/** CC.AMS (NVMe base 2.0, 3.1.3.5): weighted round robin. */
const WEIGHTED = 1 << 11;

/** Queues of 1024 entries with priorities, in memory of the controller too, 16 queue pairs, MDTS 1 MiB; a namespace of 1 GiB in blocks of 512 bytes. */
export function deviceOf(facts: DeviceFacts = {}): OpenDevice {
  const { target = 'fake:0', kind = 'sim', serialNumber = 'S1', sizeLbas = 2 ** 21, lbaBytes = 512 } = facts;
  const { software = true, holdsData = false, without = [] } = facts;
  const controller = {
    device: { target, registers: { read32: () => WEIGHTED } },
    given: { controllerMemory: { require: () => undefined } },
    capabilities: { maxQueueEntries: 1024 },
    maxTransferBytes: 2 ** 20,
    maxIoQueues: 16,
    queueGrant: granted(16),
    manner: mannerOf({}, true),
    pageBytes: 4096,
    identity: { optionalNvmCommands: 0xff, dataPlacement: true },
  } as unknown as Controller;
  const drive: Partial<Drive> = {
    target,
    kind,
    software,
    holdsData,
    numaNode: 0,
    hostThreads: software ? 1 : 0,
    identity: { serialNumber, modelNumber: 'Model', firmwareRevision: '1.0' },
    limits: { maxTransferBytes: 2 ** 20, maxQueueEntries: 1024 },
    settings: { apply: async () => [], restore: async () => [] },
    planQueues: (shape) => planQueues(controller, shape),
  };
  for (const name of without) delete drive[name];
  const namespace = {
    nsid: 1,
    lbaBytes,
    sizeBytes: sizeLbas * lbaBytes,
    metadataBytes: 0,
    protectionType: 0,
    atomicWrites: { lbas: 8, boundaryLbas: 0, offsetLbas: 0 },
  };
  return { target, drive: drive as Drive, namespace };
}

/** Plans a configuration of which `jobs` is the text of the list; `head` goes before it. */
export function planned(jobs: string, head = 'device: sim', devices = [deviceOf()]): PlannedJob[] {
  return planRun(parseConfig(`${head}\njobs:\n${jobs}\n`, 'test.yaml'), devices);
}

/** One random read of 4 KiB at depth 4 for a second. */
export const READ_JOB = '  - { name: a, rw: randread, bs: 4k, iodepth: 4, runtime: 1s }';
