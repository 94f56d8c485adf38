/** What a controller is like where it differs from a plain one of version 1.4: plain data that survives a structured clone. */

import type { GuardBits } from '../spec/command.js';
import { NO_LIMITS, type SizeLimits } from './size-limits.js';

/** How the function would show on a PCI bus. */
export interface PlayedPciId {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId: number;
  readonly subsystemDeviceId: number;
}

/** Telemetry, Persistent Event, Endurance Group, and SMART extended as OCP has it. */
export const OPTIONAL_LOGS = ['telemetry', 'persistent', 'endurance', 'ocp'] as const;
export type OptionalLog = (typeof OPTIONAL_LOGS)[number];

export interface Personality {
  /** VS, and VER of Identify Controller, which older controllers leave at 0. */
  readonly version: number;
  readonly identifiedVersion: number;
  /** CAP.DSTRD: doorbells lie 4 << this bytes apart. */
  readonly strideShift: number;
  /** What of the doorbells there is, in bytes; 0 for as many as all queues need. */
  readonly doorbellWindowBytes: number;
  /** Doorbell Buffer Config (OACS bit 8). */
  readonly shadowDoorbells: boolean;
  /** CAP.AMS bit 0: weighted round robin with an urgent class. */
  readonly weightedRoundRobin: boolean;
  /** CAP.CSS. */
  readonly commandSets: number;
  /** CAP.TO, in units of 500 ms. */
  readonly readyTimeoutUnits: number;
  /** CRTO.CRWMT, in the same units, with CAP.CRMS; 0 where there is no CRTO. */
  readonly readyWithMediaUnits: number;
  /** CAP.MPSMIN: pages of at least 4096 << this bytes. */
  readonly minPageShift: number;
  /** Entries of the admin submission queue below which it cannot be enabled. */
  readonly leastAdminEntries: number;
  /** An I/O queue of more entries is fatal, whatever CAP.MQES says; 0 for no such limit. */
  readonly entriesThatWork: number;
  /** NN, and the one namespace that is active. */
  readonly numberOfNamespaces: number;
  readonly nsid: number;
  /** Identify with one of these, and Get and Set Features of one of those, is Invalid Field. */
  readonly refusedCns: readonly number[];
  readonly refusedFeatures: readonly number[];
  /** Set Features, Number of Queues for more is Invalid Field; 0 for no such limit. */
  readonly mostQueuesAsked: number;
  /** Between CC.EN and CSTS.RDY, and between CC.SHN and CSTS.SHST. */
  readonly readyAfterMs: number;
  readonly shutdownTakesMs: number;
  /** CSTS read so soon after CC.EN was cleared hangs the function until it is reset; 0 where it never does. */
  readonly deafBeforeMs: number;
  /** Composite temperature of SMART; 0 where it is not reported. */
  readonly temperatureKelvin: number;
  /** HMPRE and HMMIN; 0 for no wish. */
  readonly hostMemoryBytes: number;
  readonly hostMemoryLeastBytes: number;
  /** Metadata of each block, its end-to-end protection (type, 0 for none; bits of its guard), and whether it lies behind the data. */
  readonly metadataBytes: number;
  readonly protectionType: number;
  readonly guardBits: GuardBits;
  readonly metadataInline: boolean;
  /** Of each zone; 0 where the namespace has none. */
  readonly zoneBytes: number;
  /** What of each zone can be written; 0 for all of it. */
  readonly zoneCapacityBytes: number;
  /** MAR and MOR: zones that may be active at once; 0 for no limit. */
  readonly mostActiveZones: number;
  /** Controller Memory Buffer, in bytes (0 for none); and whether submission queues may lie there (CMBSZ.SQS). */
  readonly controllerMemoryBytes: number;
  readonly queuesInControllerMemory: boolean;
  /** Bytes of a write that is all there or not at all after a loss of power (AWUPF); 0 for one block. */
  readonly atomicBytes: number;
  /** Reclaim unit handles of the namespace (Flexible Data Placement); 0 for none. */
  readonly placementHandles: number;
  /** What one command may name. */
  readonly limits: SizeLimits;
  /** Command sets that may be in force at once, a bit for each, by the index of I/O Command Set Profile. */
  readonly commandSetCombinations: readonly number[];
  /** Reads of blocks without data can be made to fail (DULBE). */
  readonly deallocatedErrors: boolean;
  /** How long a sanitize takes; 0 where the controller has none. */
  readonly sanitizeTakesMs: number;
  /** Log pages beside the common ones. */
  readonly logs: readonly OptionalLog[];
  /** How long Device Self-test takes, the short and the extended one; undefined where the controller has none. */
  readonly selfTestTakesMs?: readonly [number, number];
  /** Power states; with more than one it has autonomous transitions too. */
  readonly powerStates: number;
  /** Source ranges of one Copy; 0 where there is no such command. */
  readonly copyRanges: number;
  /** Firmware slots; with more than one, images can be downloaded to all but the first. */
  readonly firmwareSlots: number;
  readonly pciId?: PlayedPciId;
}

export const PLAIN_PERSONALITY: Personality = {
  version: 0x0001_0400,
  identifiedVersion: 0x0001_0400,
  strideShift: 0,
  doorbellWindowBytes: 0,
  shadowDoorbells: false,
  weightedRoundRobin: false,
  commandSets: 1,
  readyTimeoutUnits: 20,
  readyWithMediaUnits: 0,
  minPageShift: 0,
  leastAdminEntries: 2,
  entriesThatWork: 0,
  numberOfNamespaces: 1,
  nsid: 1,
  refusedCns: [],
  refusedFeatures: [],
  mostQueuesAsked: 0,
  readyAfterMs: 0,
  shutdownTakesMs: 0,
  deafBeforeMs: 0,
  temperatureKelvin: 310,
  hostMemoryBytes: 0,
  hostMemoryLeastBytes: 0,
  metadataBytes: 0,
  protectionType: 0,
  guardBits: 16,
  metadataInline: false,
  zoneBytes: 0,
  zoneCapacityBytes: 0,
  mostActiveZones: 0,
  controllerMemoryBytes: 0,
  queuesInControllerMemory: true,
  atomicBytes: 0,
  placementHandles: 0,
  limits: NO_LIMITS,
  commandSetCombinations: [1],
  deallocatedErrors: false,
  sanitizeTakesMs: 0,
  powerStates: 1,
  firmwareSlots: 1,
  copyRanges: 0,
  logs: [],
};
