/** The result document around its jobs: what is known before the first I/O. */
import { allowedCpus, type EngineWarning, type SmartLog } from '../../engine/index.js';
import {
  type BenchResult,
  buildSmart,
  type DeviceRecord,
  SCHEMA_VERSION,
} from '../../reports/document/index.js';
import { toolVersion } from '../files/tool-version.js';
import { hostFacts } from '../host/facts.js';
import { pcieLink } from '../host/pcie-link.js';
import type { OpenDevice } from './plan.js';

const BASE_PAGE_BYTES = 4096;

/** What identifies a device in the document, with its SMART log before the run where it has one. */
export function deviceRecord(device: OpenDevice, smartBefore?: SmartLog): DeviceRecord {
  const { controller, namespace } = device;
  const { identity } = controller;
  const { maxTransferBytes } = controller;
  const { warningTemperatureKelvin, criticalTemperatureKelvin } = identity;
  return {
    target: device.target,
    transport: controller.device.kind,
    software: controller.device.software,
    ...(controller.device.notice === undefined ? {} : { notice: controller.device.notice }),
    modelNumber: identity.modelNumber,
    serialNumber: identity.serialNumber,
    firmwareRevision: identity.firmwareRevision,
    pciVendorId: identity.pciVendorId,
    nvmeVersion: controller.version,
    namespaceId: namespace.nsid,
    capacityBytes: namespace.sizeBytes,
    lbaBytes: namespace.lbaBytes,
    metadataBytes: namespace.metadataBytes,
    mdtsBytes: Number.isFinite(maxTransferBytes) ? maxTransferBytes : null,
    numaNode: controller.device.numaNode,
    maxQueueEntries: controller.capabilities.maxQueueEntries,
    hugepageBytes: hugepageBytesOf(device),
    pageSizeBytes: controller.pageBytes,
    lbaFormat: namespace.identity.formatIndex,
    utilizationBytes: Number(namespace.identity.utilizationLbas) * namespace.lbaBytes,
    ...linkOf(device.target),
    ...(warningTemperatureKelvin > 0 ? { warningTemperatureKelvin } : {}),
    ...(criticalTemperatureKelvin > 0 ? { criticalTemperatureKelvin } : {}),
    ...(smartBefore ? { smartBefore: buildSmart(smartBefore) } : {}),
  };
}

function hugepageBytesOf({ controller }: OpenDevice): number {
  const { pageSizeBytes } = controller.arena;
  return pageSizeBytes > BASE_PAGE_BYTES ? pageSizeBytes : 0;
}

/** Takes over what changed as a job made the memory of its device grow: its pages, and why they are smaller now. */
export function noteMemory(result: BenchResult, devices: readonly OpenDevice[]): void {
  for (const [i, device] of devices.entries()) result.devices[i].hugepageBytes = hugepageBytesOf(device);
  result.warnings = foldWarnings([
    ...result.warnings,
    ...devices.flatMap((device) => device.controller.warnings),
  ]);
}

function linkOf(target: string): Pick<DeviceRecord, 'pcieLink'> {
  const [, address] = /^pci:(.+)$/.exec(target) ?? [];
  const link = address === undefined ? undefined : pcieLink(address);
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

function foldWarnings(warnings: readonly EngineWarning[]): EngineWarning[] {
  return [
    ...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, { ...warning }])).values(),
  ];
}
