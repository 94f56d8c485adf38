/** Whether two results may be set against each other: every difference between them, named. */
import type { BenchResult, DeviceRecord, HostRecord, KernelPathRecord } from '../document/result.js';
import {
  compareFacts,
  configDifferences,
  type Difference,
  type Fact,
  type Found,
  isMap,
  NOT_KNOWN,
} from './facts.js';
import { jobDifferences } from './job-differences.js';
import type { NamedResult } from './runs.js';

export { configDifferences, type Difference, type Found, NOT_KNOWN } from './facts.js';

const HOST_FACTS: readonly Fact<HostRecord>[] = [
  ['host.cpuModel', (host) => host.cpuModel, true],
  // 0 in imports, which do not know it.
  ['host.cpuCount', (host) => host.cpuCount || undefined, true],
  ['host.governor', (host) => host.governor, true],
  ['host.smt', (host) => host.smt, true],
  ['host.turbo', (host) => host.turbo, true],
  ['host.kernelCommandLine', (host) => host.kernelCommandLine, true],
  ['host.kernel', (host) => host.kernel, true],
  ['host.hypervisor', (host) => host.hypervisor, true],
  ['host.hostname', (host) => host.hostname, false],
  ['host.node', (host) => host.node, false],
];

const DEVICE_FACTS: readonly Fact<DeviceRecord>[] = [
  ['device.software', (device) => (device.software ? 'software controller' : 'hardware'), true],
  ['device.modelNumber', (device) => device.modelNumber, true],
  ['device.serialNumber', (device) => device.serialNumber, true],
  ['device.firmwareRevision', (device) => device.firmwareRevision, true],
  ['device.transport', (device) => device.transport, true],
  ['device.namespaceId', (device) => device.namespaceId, true],
  ['device.capacityBytes', (device) => device.capacityBytes, true],
  ['device.lbaBytes', (device) => device.lbaBytes, true],
  ['device.metadataBytes', (device) => device.metadataBytes, true],
  ['device.protectionType', (device) => device.protectionType, true],
  ['device.lbaFormat', (device) => device.lbaFormat, true],
  ['device.pcieLink', (device) => device.pcieLink && linkText(device.pcieLink), true],
  ['device.hugepageBytes', (device) => device.hugepageBytes, true],
  ['device.numaNode', (device) => device.numaNode, false],
];

/** What differs between two hosts, or one at two times. */
export function hostDifferences(base: HostRecord, next: HostRecord): Found[] {
  return compareFacts(HOST_FACTS, '', base, next);
}

/** Where both went through the kernel: with and without it, they differ in `device.transport`. */
const KERNEL_FACTS: readonly Fact<KernelPathRecord>[] = [
  ['device.ringFlags', ({ ringFlags }) => ringFlags.join(', '), true],
  ['device.fileSystem', ({ fileSystem }) => fileSystem, true],
  ['device.layers', ({ layers }) => layers.map(({ what }) => what).join(', ') || 'none', true],
  ['device.scheduler', ofDisks(({ scheduler }) => scheduler), true],
  ['device.writeCache', ofDisks(({ writeCache }) => writeCache), true],
  ['device.ioStats', ofDisks(({ ioStats }) => ioStats), true],
  ['device.pollQueues', ofDisks(({ pollQueues }) => pollQueues), false],
  ['device.requests', ofDisks(({ requests }) => requests), false],
];

/** One setting of all disks, not known where one of them does not know it. */
function ofDisks(of: (disk: KernelPathRecord['disks'][number]) => unknown) {
  return ({ disks }: KernelPathRecord): string | undefined => {
    const found = disks.map(of);
    return found.includes(undefined) ? undefined : found.join(', ');
  };
}

function kernelDifferences(where: string, base: DeviceRecord, next: DeviceRecord): Found[] {
  const [a, b] = [base.kernelPath, next.kernelPath];
  return a === undefined || b === undefined ? [] : compareFacts(KERNEL_FACTS, where, a, b);
}

function linkText({ speedGtPerS, width }: NonNullable<DeviceRecord['pcieLink']>): string {
  return `${speedGtPerS} GT/s x${width}`;
}

/** Shares of the capacity in use that differ by less are no other state. */
const FILL_TOLERANCE = 0.05;

function fillOf({ utilizationBytes, capacityBytes }: DeviceRecord): number | undefined {
  return utilizationBytes === undefined || capacityBytes === 0 ? undefined : utilizationBytes / capacityBytes;
}

function fillDifference(where: string, base: DeviceRecord, next: DeviceRecord): Found[] {
  const [a, b] = [fillOf(base), fillOf(next)];
  if (a === b || (a !== undefined && b !== undefined && Math.abs(a - b) < FILL_TOLERANCE)) return [];
  const text = (share: number | undefined): string =>
    share === undefined ? NOT_KNOWN : `${(share * 100).toFixed(0)} % in use`;
  const blocks = a !== undefined && b !== undefined;
  return [{ fact: 'device.fillState', where, base: text(a), next: text(b), blocks }];
}

/**
 * Keys of a configuration that say which device, how safely or what afterwards, but not what is asked of it. For documents
 * without `workload` alone: no key that came later needs to stand here.
 */
const NOT_WORKLOAD = ['device', 'devices', 'serial_number', 'gates', 'allow_writes', 'allow_unsafe_dma'];
/** Repeats need not be as many; seeds change the blocks asked for, not the kind of work. */
const NOT_WORKLOAD_OF_JOB = ['repeat', 'randseed'];

function without(map: unknown, keys: readonly string[]): unknown {
  if (!isMap(map)) return map;
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** What a configuration asks of a device, without what may differ between comparable runs. */
export function workloadOf(config: unknown): unknown {
  if (!isMap(config)) return config;
  const kept = without(config, NOT_WORKLOAD) as Record<string, unknown>;
  return {
    ...kept,
    ...('defaults' in kept ? { defaults: without(kept.defaults, NOT_WORKLOAD_OF_JOB) } : {}),
    ...(Array.isArray(kept.jobs)
      ? { jobs: kept.jobs.map((job: unknown) => without(job, NOT_WORKLOAD_OF_JOB)) }
      : {}),
  };
}

const MOST_CONFIG_DIFFERENCES = 20;

const saysWhatWasAsked = ({ workload, jobs }: BenchResult): boolean =>
  workload !== undefined || jobs.some((job) => job.workload !== undefined);

/** Of imports by one tool. Those of one that says nothing beyond what fields of jobs have are not told apart by it. */
function importedWorkloadDifferences(a: BenchResult, b: BenchResult): Found[] {
  if (a.workload !== undefined && b.workload !== undefined) return configDifferences(a.workload, b.workload);
  if (saysWhatWasAsked(a) === saysWhatWasAsked(b)) return [];
  const [base, next] = [a, b].map((each) => (saysWhatWasAsked(each) ? 'options known' : NOT_KNOWN));
  return [{ fact: 'config', where: '', base, next, blocks: false }];
}

/** In one spelling where both have it, else as their files were written. Tools ask in words of their own. */
function workloadDifferences(a: BenchResult, b: BenchResult): Found[] {
  if (a.imported?.tool !== b.imported?.tool) return [];
  if (a.imported !== undefined) return importedWorkloadDifferences(a, b).slice(0, MOST_CONFIG_DIFFERENCES);
  const found =
    a.workload === undefined || b.workload === undefined
      ? configDifferences(workloadOf(a.config), workloadOf(b.config))
      : configDifferences(a.workload, b.workload);
  return found.slice(0, MOST_CONFIG_DIFFERENCES);
}

function deviceDifferences(base: BenchResult, next: BenchResult): Found[] {
  const count = Math.min(base.devices.length, next.devices.length);
  const found = Array.from({ length: count }, (_, i) => {
    const [where, a, b] = [`device ${i + 1}`, base.devices[i], next.devices[i]] as const;
    return [
      ...compareFacts(DEVICE_FACTS, where, a, b),
      ...kernelDifferences(where, a, b),
      ...fillDifference(where, a, b),
    ];
  }).flat();
  if (base.devices.length === next.devices.length) return found;
  const [a, b] = [`${base.devices.length}`, `${next.devices.length}`];
  return [...found, { fact: 'devices', where: '', base: a, next: b, blocks: true }];
}

const toolOf = ({ tool, imported }: BenchResult): string =>
  imported === undefined ? `nvbench ${tool.version}` : `${imported.tool} ${imported.version}`.trim();

function toolDifference(base: BenchResult, next: BenchResult): Found[] {
  const [a, b] = [toolOf(base), toolOf(next)];
  const blocks = base.imported?.tool !== next.imported?.tool;
  return a === b ? [] : [{ fact: 'tool', where: '', base: a, next: b, blocks }];
}

/** Why the document does not hold all that its run was to measure; undefined where it does. */
export function incompleteness({ complete, interrupted, jobs }: BenchResult): string | undefined {
  if (interrupted) return `interrupted by ${interrupted.reason}`;
  if (!complete) return 'not every job ran to its end';
  return jobs.length === 0 ? 'it has no job' : undefined;
}

function completenessDifference(base: BenchResult, next: BenchResult): Found[] {
  const [a, b] = [incompleteness(base), incompleteness(next)];
  if (a === undefined && b === undefined) return [];
  return [{ fact: 'complete', where: '', base: a ?? 'complete', next: b ?? 'complete', blocks: true }];
}

const attemptsText = ({ attempts = [] }: BenchResult): string => {
  if (attempts.length === 0) return 'in one go';
  const hosts = new Set(attempts.flatMap(({ changes }) => changes.map(({ fact }) => fact)));
  const changed = hosts.size === 0 ? '' : `, ${[...hosts].join(', ')} changed between them`;
  return `in ${attempts.length + 1} attempts${changed}`;
};

/** A run of several attempts has gaps in time, which explain and do not block, unless its host changed in one. */
function attemptDifference(base: BenchResult, next: BenchResult): Found[] {
  const [a, b] = [attemptsText(base), attemptsText(next)];
  if (a === b) return [];
  const ofHost = ({ fact }: { readonly fact: string }): boolean =>
    HOST_FACTS.some(([name, , blocks]) => blocks && name === fact);
  const blocks = [base, next].some(({ attempts = [] }) =>
    attempts.some(({ changes }) => changes.some(ofHost)),
  );
  return [{ fact: 'attempts', where: '', base: a, next: b, blocks }];
}

/** Every difference between two documents that bears on their figures; the ones that block come first. */
export function differencesOf(base: NamedResult, next: NamedResult): Difference[] {
  const [a, b] = [base.result, next.result];
  const found = [
    ...completenessDifference(a, b),
    ...toolDifference(a, b),
    ...deviceDifferences(a, b),
    ...workloadDifferences(a, b),
    ...jobDifferences(a, b),
    ...hostDifferences(a.host, b.host),
    ...attemptDifference(a, b),
  ];
  return found
    .sort((x, y) => Number(y.blocks) - Number(x.blocks))
    .map((difference) => ({ ...difference, between: [base.name, next.name] as const }));
}

/** One line: `device 1: device.firmwareRevision: 1.0 in a.json, 1.1 in b.json`. */
export function differenceText({ where, fact, base, next, between }: Difference): string {
  const place = where === '' ? fact : `${fact} (${where})`;
  return `${place}: ${base} in ${between[0]}, ${next} in ${between[1]}`;
}
