/** The result document around its jobs: what is known before the first I/O. */
import {
  allowedCpus,
  type Drive,
  type DriveEvent,
  type DriveNamespace,
  type EngineWarning,
  type FlashLog,
  type SmartLog,
} from '../../engine/index.js';
import {
  type BenchResult,
  buildSmart,
  type DeviceRecord,
  SCHEMA_VERSION,
} from '../../reports/document/index.js';
import { toolVersion } from '../files/tool-version.js';
import { hostFacts } from '../host/facts.js';
import { pcieLink } from '../host/pcie-link.js';
import type { OpenDevice } from './plan/plan.js';

/** What identifies a device in the document, with its logs before the run where it has one. */
export function deviceRecord(
  device: OpenDevice,
  smartBefore?: SmartLog,
  flashBefore?: FlashLog,
): DeviceRecord {
  const { drive, namespace } = device;
  const { identity, limits, memory } = drive;
  const { warningTemperatureKelvin = 0, criticalTemperatureKelvin = 0 } = identity;
  return {
    target: device.target,
    transport: drive.kind,
    software: drive.software,
    ...(drive.notice === undefined ? {} : { notice: drive.notice }),
    modelNumber: identity.modelNumber,
    serialNumber: identity.serialNumber,
    firmwareRevision: identity.firmwareRevision,
    pciVendorId: identity.pciVendorId,
    nvmeVersion: drive.nvmeVersion,
    namespaceId: namespace.nsid,
    capacityBytes: namespace.sizeBytes,
    lbaBytes: namespace.lbaBytes,
    metadataBytes: namespace.metadataBytes,
    ...(namespace.protectionType === 0 ? {} : { protectionType: namespace.protectionType }),
    mdtsBytes: Number.isFinite(limits.maxTransferBytes) ? limits.maxTransferBytes : null,
    numaNode: drive.numaNode,
    maxQueueEntries: limits.maxQueueEntries,
    hugepageBytes: memory?.hugepageBytes,
    pageSizeBytes: memory?.pageSizeBytes,
    ...(memory?.hostMemory === undefined ? {} : { hostMemory: memory.hostMemory }),
    ...(memory?.doorbells ? { doorbellsInMemory: true } : {}),
    ...(memory?.controllerMemory === undefined ? {} : { controllerMemory: memory.controllerMemory }),
    ...useOf(namespace),
    ...(drive.quirks?.length ? { quirks: [...drive.quirks] } : {}),
    ...(drive.kernelPath === undefined ? {} : { kernelPath: drive.kernelPath }),
    ...linkOf(drive),
    ...(warningTemperatureKelvin > 0 ? { warningTemperatureKelvin } : {}),
    ...(criticalTemperatureKelvin > 0 ? { criticalTemperatureKelvin } : {}),
    ...(smartBefore ? { smartBefore: buildSmart(smartBefore) } : {}),
    ...(flashBefore ? { flashBefore } : {}),
  };
}

function useOf({ identity, lbaBytes }: DriveNamespace): Partial<DeviceRecord> {
  if (identity === undefined) return {};
  const { formatIndex, utilizationLbas } = identity;
  return { lbaFormat: formatIndex, utilizationBytes: Number(utilizationLbas) * lbaBytes };
}

/** Takes over what changed as a job made the memory of its device grow: its pages, and why they are smaller now. */
export function noteMemory(result: BenchResult, devices: readonly OpenDevice[]): void {
  for (const [i, { drive }] of devices.entries()) {
    result.devices[i].hugepageBytes = drive.memory?.hugepageBytes;
    const { controllerMemory } = drive.memory ?? {};
    if (controllerMemory !== undefined) result.devices[i].controllerMemory = controllerMemory;
  }
  result.warnings = foldWarnings([...result.warnings, ...devices.flatMap(({ drive }) => drive.warnings)]);
}

/** Kept of a device: one that never ends to tell would fill the file. */
const MOST_EVENTS = 200;

/** Takes over what drives have told of by themselves; it stands with the first namespace of each. */
export function noteEvents(
  result: BenchResult,
  devices: readonly OpenDevice[],
  told: ReadonlyMap<Drive, readonly DriveEvent[]>,
): void {
  for (const [drive, events] of told) {
    const record = result.devices[devices.findIndex((device) => device.drive === drive)];
    if (record === undefined || events.length === 0) continue;
    const known = record.events ?? [];
    const added = events.slice(0, MOST_EVENTS - known.length);
    record.events = [...known, ...added.map(({ at, ...event }) => ({ at: at.toISOString(), ...event }))];
  }
}

function linkOf({ pciFunction }: Drive): Pick<DeviceRecord, 'pcieLink'> {
  const link = pciFunction === undefined ? undefined : pcieLink(pciFunction);
  return link === undefined ? {} : { pcieLink: link };
}

/** The document of a run that has not yet done a job. */
export function emptyResult(
  config: unknown,
  devices: DeviceRecord[],
  warnings: readonly EngineWarning[],
  workload?: BenchResult['workload'],
): BenchResult {
  const { kernelCommandLine = '', governor = null, smt = null, ...host } = hostFacts(allowedCpus());
  const now = new Date().toISOString();
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'nvbench', version: toolVersion() },
    complete: false,
    startedAt: now,
    endedAt: now,
    config: config as BenchResult['config'],
    ...(workload === undefined ? {} : { workload }),
    host: { ...host, kernelCommandLine, governor, smt },
    devices,
    warnings: foldWarnings(warnings),
    jobs: [],
  };
}

/** Each of them once. */
export function foldWarnings(warnings: readonly EngineWarning[]): EngineWarning[] {
  return [
    ...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, { ...warning }])).values(),
  ];
}
