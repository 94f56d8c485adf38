/** The text of `nvbench identify`. The shapes are those of the engine's decoders, restated as plain data. */
import type { CommandSetFacts, ControllerMemoryLayout, FlashLog, SmartLog } from '../../engine/spec/index.js';
import { deviceNotice } from '../document/notices.js';
import type { ResultWarning } from '../document/result.js';
import {
  formatBytes,
  formatCapacity,
  formatCount,
  formatDataUnits,
  formatTemperature,
} from '../render/format.js';
import {
  DEFAULT_WIDTH,
  labelled,
  type Paint,
  painter,
  sanitize,
  type TextOptions,
} from '../render/terminal.js';
import { limitFacts } from './identify-limits.js';
import { warningLines } from './job-text.js';

export interface ControllerFacts {
  readonly pciVendorId: number;
  readonly serialNumber: string;
  readonly modelNumber: string;
  readonly firmwareRevision: string;
  readonly controllerId: number;
  readonly version: string;
  /** 0 where the controller does not say. */
  readonly totalCapacityBytes: bigint;
  readonly numberOfNamespaces: number;
  readonly volatileWriteCache: boolean;
  /** 0 where the controller does not say. */
  readonly warningTemperatureKelvin: number;
  readonly criticalTemperatureKelvin: number;
  readonly subsystemNqn: string;
}

export interface LbaFormatFacts {
  /** 0 for a format that is not available. */
  readonly dataBytes: number;
  readonly metadataBytes: number;
  readonly relativePerformance: number;
  /** Of its protection information; absent where the controller has guards of 16 bits alone. */
  readonly guardBits?: number;
  readonly storageTagBits?: number;
}

export interface NamespaceFacts {
  readonly nsid: number;
  readonly sizeLbas: bigint;
  readonly capacityLbas: bigint;
  readonly utilizationLbas: bigint;
  readonly lbaFormats: readonly LbaFormatFacts[];
  readonly formatIndex: number;
  readonly metadataInline: boolean;
  readonly protectionType: number;
  readonly protection: { readonly types: readonly number[] };
  readonly thinProvisioned: boolean;
  /** Why no more is known of it. */
  readonly refusal?: string;
  /** Where it is not the NVM command set. */
  readonly commandSet?: string;
  readonly zones?: { readonly zoneLbas: number; readonly mostActive?: number; readonly mostOpen?: number };
  /** How many of its zones are in each state, by its name; absent where they were not asked for. */
  readonly zoneStates?: Readonly<Record<string, number>>;
  /** 0 where the controller does not say. */
  readonly optimalBoundaryLbas: number;
  /** 1 where it does not say. */
  readonly preferredWriteLbas: number;
  readonly preferredWriteAlignmentLbas: number;
  readonly nguid: string;
  readonly eui64: string;
}

export interface IdentifyFacts {
  readonly target: string;
  readonly transport: string;
  readonly software: boolean;
  /** What its transport has to say of its figures. */
  readonly notice?: string | undefined;
  readonly numaNode: number;
  /** Largest transfer of one command; null for no limit. */
  readonly mdtsBytes: number | null;
  readonly maxQueueEntries?: number | undefined;
  readonly controller: ControllerFacts;
  readonly controllerMemory?: ControllerMemoryLayout;
  readonly commandSets?: CommandSetFacts;
  readonly namespaces: readonly NamespaceFacts[];
  /** Quirks in force, with what each means. */
  readonly quirks?: Readonly<Record<string, string>>;
  readonly smart?: SmartLog | undefined;
  /** Of a software drive of flash. */
  readonly flash?: FlashLog | undefined;
  readonly warnings?: readonly ResultWarning[];
}

const LABEL_WIDTH = 22;
const performance = ['best', 'better', 'good', 'degraded'];
/** Critical Warning bits from bit 0 (NVMe base 2.0, figure 207). */
const criticalWarnings = [
  'spare below threshold',
  'temperature beyond threshold',
  'reliability degraded',
  'read-only',
  'volatile memory backup failed',
  'persistent memory region read-only or unreliable',
];

type Fact = readonly [label: string, text: string];

function factLines(facts: readonly Fact[], width: number): string[] {
  return facts.flatMap(([label, text]) => labelled(label, sanitize(text), LABEL_WIDTH, width));
}

function controllerFacts(facts: IdentifyFacts): Fact[] {
  const { controller, mdtsBytes, numaNode } = facts;
  const { totalCapacityBytes } = controller;
  return [
    ['model', controller.modelNumber],
    ['serial', controller.serialNumber],
    ['firmware', controller.firmwareRevision],
    ['PCI vendor', `${controller.pciVendorId.toString(16).padStart(4, '0')}h`],
    ['NVMe version', controller.version],
    ['controller ID', String(controller.controllerId)],
    ['subsystem NQN', controller.subsystemNqn],
    ['transport', `${facts.transport}, ${numaNode < 0 ? 'NUMA node unknown' : `NUMA node ${numaNode}`}`],
    ['total capacity', totalCapacityBytes === 0n ? 'not reported' : formatCapacity(totalCapacityBytes)],
    ['namespaces', `${formatCount(controller.numberOfNamespaces)} at most`],
    ['largest transfer', mdtsBytes === null ? 'no limit' : formatBytes(mdtsBytes)],
    ...(facts.maxQueueEntries === undefined
      ? []
      : [['queue entries', `${formatCount(facts.maxQueueEntries)} at most`] as const]),
    ...limitFacts(facts.commandSets),
    ...memoryFacts(facts.controllerMemory),
    ['volatile write cache', controller.volatileWriteCache ? 'present' : 'none'],
    ['warning temperature', formatTemperature(controller.warningTemperatureKelvin)],
    ['critical temperature', formatTemperature(controller.criticalTemperatureKelvin)],
    ...Object.entries(facts.quirks ?? {}).map(([name, meaning]) => ['quirk', `${name}: ${meaning}`] as const),
  ];
}

function memoryFacts(memory: ControllerMemoryLayout | undefined): Fact[] {
  if (memory === undefined) return [];
  const { bar, lengthBytes, submissionQueues } = memory;
  const use = submissionQueues ? 'submission queues may lie there' : 'not for submission queues';
  return [['controller memory', `${formatBytes(lengthBytes)} in BAR${bar}, ${use}`]];
}

function lbaFormatText(format: LbaFormatFacts): string {
  if (format.dataBytes === 0) return 'not available';
  const metadata = format.metadataBytes === 0 ? '' : ` + ${formatBytes(format.metadataBytes)} metadata`;
  return `${formatBytes(format.dataBytes)}${metadata}, ${performance[format.relativePerformance] ?? 'unknown'} performance`;
}

function protectionText(
  type: number,
  { types }: NamespaceFacts['protection'],
  format: LbaFormatFacts | undefined,
): string {
  if (type === 0) return types.length === 0 ? 'off' : `off, of ${types.join(', ')} that there are`;
  const { guardBits = 16, storageTagBits = 0 } = format ?? {};
  const guard = guardBits === 0 ? 'guard of an unknown kind' : `guard of ${guardBits} bits`;
  return `type ${type}, ${guard}${storageTagBits > 0 ? `, storage tag of ${storageTagBits} bits` : ''}`;
}

const isZero = (hex: string): boolean => /^0*$/.test(hex);

function namespaceFacts(namespace: NamespaceFacts): Fact[] {
  const { lbaFormats, formatIndex, protectionType, metadataInline, nguid, eui64 } = namespace;
  const current = lbaFormats[formatIndex];
  const lbaBytes = BigInt(current?.dataBytes ?? 0);
  const metadata = current && current.metadataBytes > 0;
  return [
    ['size', `${formatCapacity(namespace.sizeLbas * lbaBytes)}, ${formatCount(namespace.sizeLbas)} LBAs`],
    ['capacity', formatCapacity(namespace.capacityLbas * lbaBytes)],
    ['in use', formatCapacity(namespace.utilizationLbas * lbaBytes)],
    ...lbaFormats.map(
      (format, index): Fact => [
        `LBA format ${index}`,
        `${lbaFormatText(format)}${index === formatIndex ? ' (in use)' : ''}`,
      ],
    ),
    ...(metadata ? [['metadata', metadataInline ? 'at the end of each LBA' : 'apart'] as const] : []),
    ['protection', protectionText(protectionType, namespace.protection, current)],
    ...commandSetFacts(namespace),
    ...(namespace.refusal === undefined ? [] : [['refused', namespace.refusal] as const]),
    ...(namespace.thinProvisioned ? [['thin provisioned', 'yes'] as const] : []),
    ...preferences(namespace),
    ...(isZero(nguid) ? [] : [['NGUID', nguid] as const]),
    ...(isZero(eui64) ? [] : [['EUI-64', eui64] as const]),
  ];
}

function commandSetFacts({ commandSet, zones, zoneStates = {} }: NamespaceFacts): Fact[] {
  if (commandSet === undefined) return [];
  if (zones === undefined) return [['command set', commandSet]];
  const { zoneLbas, mostActive, mostOpen } = zones;
  const most = (count: number | undefined, what: string): string =>
    count === undefined ? '' : `, ${formatCount(count)} ${what} at most`;
  return [
    ['command set', commandSet],
    ['zones', `of ${formatCount(zoneLbas)} LBAs${most(mostActive, 'active')}${most(mostOpen, 'open')}`],
    ...stateFacts(zoneStates),
  ];
}

function stateFacts(zoneStates: Readonly<Record<string, number>>): Fact[] {
  const states = Object.entries(zoneStates).map(([state, count]) => `${formatCount(count)} ${state}`);
  return states.length === 0 ? [] : [['zone states', states.join(', ')]];
}

/** What the namespace asks for, in its blocks. */
function preferences({
  optimalBoundaryLbas,
  preferredWriteLbas,
  preferredWriteAlignmentLbas,
}: NamespaceFacts): Fact[] {
  const facts: Fact[] = [];
  if (optimalBoundaryLbas > 0)
    facts.push(['optimal boundary', `every ${formatCount(optimalBoundaryLbas)} LBAs`]);
  if (preferredWriteLbas > 1 || preferredWriteAlignmentLbas > 1)
    facts.push([
      'preferred writes',
      `multiples of ${formatCount(preferredWriteLbas)} LBAs, from multiples of ${formatCount(preferredWriteAlignmentLbas)} on`,
    ]);
  return facts;
}

function criticalText(bits: number): string {
  if (bits === 0) return 'none';
  const names: string[] = [];
  for (let bit = 0; bit < 8; bit++) {
    if ((bits >> bit) & 1) names.push(criticalWarnings[bit] ?? `reserved bit ${bit}`);
  }
  return names.join(', ');
}

function smartFacts(smart: SmartLog): Fact[] {
  const times = `${formatCount(smart.warningTemperatureMinutes)} min above warning, `;
  return [
    ['critical warning', criticalText(smart.criticalWarning)],
    ['temperature', formatTemperature(smart.temperatureKelvin)],
    ['temperature time', `${times}${formatCount(smart.criticalTemperatureMinutes)} min above critical`],
    ['available spare', `${smart.availableSparePercent} % (threshold ${smart.spareThresholdPercent} %)`],
    ['used', `${smart.percentageUsed} %`],
    ['data read', `${formatDataUnits(smart.dataUnitsRead)}, ${formatCount(smart.hostReadCommands)} commands`],
    [
      'data written',
      `${formatDataUnits(smart.dataUnitsWritten)}, ${formatCount(smart.hostWriteCommands)} commands`,
    ],
    ['power on', `${formatCount(smart.powerOnHours)} h, ${formatCount(smart.powerCycles)} cycles`],
    ['unsafe shutdowns', formatCount(smart.unsafeShutdowns)],
    ['media errors', formatCount(smart.mediaErrors)],
  ];
}

function flashFacts(flash: FlashLog): Fact[] {
  const { unitBytes, logicalUnits, superblocks, hostBytesWritten, nandBytesProgrammed } = flash;
  const share = (units: number): string => `${((100 * units) / logicalUnits).toFixed(1)} % of the namespace`;
  const amplification = hostBytesWritten === 0 ? undefined : nandBytesProgrammed / hostBytesWritten;
  const reading = flash.pagesRead + flash.pagesCollected;
  return [
    [
      'flash',
      `${formatCapacity(BigInt(flash.physicalUnits * unitBytes))} on ${formatCount(flash.dies)} dies`,
    ],
    ['mapping', `units of ${formatBytes(unitBytes)}, ${share(flash.mappedUnits)} mapped`],
    [
      'superblocks',
      `${formatCount(superblocks)}, free ${formatCount(flash.freeSuperblocks)}, caching ${formatCount(flash.cachedSuperblocks)}`,
    ],
    ['writable', `${share(flash.writableUnits)} until collection is due`],
    ['collection', flash.collecting ? 'in progress' : 'at rest'],
    ['write amplification', amplification === undefined ? 'nothing written' : amplification.toFixed(2)],
    ['host wrote', formatCapacity(BigInt(hostBytesWritten))],
    [
      'flash programmed',
      `${formatCapacity(BigInt(nandBytesProgrammed))}, of it collected ${formatCapacity(BigInt(flash.bytesCollected))}`,
    ],
    ['pages read', `${formatCount(reading)}, of them by collection ${formatCount(flash.pagesCollected)}`],
    ['suspensions', formatCount(flash.suspensions)],
    ['read retries', formatCount(flash.readRetries)],
    ['mapping reads', formatCount(flash.mappingReads)],
    ['throttled', `${formatCount(flash.throttledCommands)} commands`],
    ['erases', `${flash.leastErases} to ${flash.mostErases} a superblock, rated for ${flash.ratedCycles}`],
  ];
}

function section(title: string, facts: readonly Fact[], paint: Paint, width: number): string {
  return [paint('bold', title), ...factLines(facts, width)].join('\n');
}

/** What a controller says of itself, its active namespaces and its health, with a line end. */
export function formatIdentify(facts: IdentifyFacts, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const notice = deviceNotice(facts);
  const blocks = [
    ...(notice === undefined ? [] : [paint(['bold', 'red'], sanitize(notice))]),
    section(`Controller ${sanitize(facts.target)}`, controllerFacts(facts), paint, width),
    ...facts.namespaces.map((namespace) =>
      section(`Namespace ${namespace.nsid}`, namespaceFacts(namespace), paint, width),
    ),
    ...(facts.smart ? [section('Health (SMART)', smartFacts(facts.smart), paint, width)] : []),
    ...(facts.flash ? [section('Flash (log page F0h)', flashFacts(facts.flash), paint, width)] : []),
    ...(facts.warnings ?? []).map((warning) => warningLines(warning, paint, width).join('\n')),
  ];
  return `${blocks.join('\n\n')}\n`;
}
