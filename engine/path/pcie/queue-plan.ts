/** How a job's I/O becomes commands on queue pairs, and what does not fit the controller. No command is sent. */
import { MOST_BUFFER_BYTES } from '../../memory/arena.js';
import { CQ_ENTRY_BYTES, SQ_ENTRY_BYTES } from '../../spec/index.js';
import { buffersOf, fuaOf, otherOperations, requireCommands } from '../operations.js';
import type { QueuePlan, QueuePriority, QueueShape } from '../path.js';
import { rangesBytes } from '../ranges.js';
import type { Controller } from './controller.js';
import { notOurs } from './controller-memory.js';
import { type MetadataPlan, planMetadata, withFua } from './metadata.js';
import { prpListBytes } from './prp.js';
import { fewerQueues } from './queue-grant.js';
import { refuse } from './refusal.js';
import { isWeighted } from './registers.js';

const MAX_NLB = 65_536;
const PRP_ENTRY_BYTES = 8;
/** MPTR is a dword's address; each has cache lines of its own. */
const METADATA_ALIGN_BYTES = 64;

/** Entries of a queue where neither job nor controller says how many. */
const LEAST_ENTRIES = 256;

export interface PciePlan extends QueuePlan {
  /** Bytes of all commands of an I/O but the last. */
  readonly partBytes: number;
  /** Of namespaces that have any, and where FUA differs from command to command. */
  readonly metadata?: MetadataPlan;
  /** Bits that CDW12 of every command has, beside its blocks: FUA. */
  readonly cdw12?: number;
}

/**
 * Checks a job against the controller, whose memory is looked at and mapped where queues are to lie there. Throws EngineError of
 * kind `input`.
 */
export function planQueues(controller: Controller, shape: QueueShape): PciePlan {
  const { target } = controller.device;
  const { namespace, bsBytes, iodepth, queues } = shape;
  const hasOthers = otherOperations(shape).length > 0;
  if (hasOthers) requireCommands(target, controller.identity.optionalNvmCommands, shape);
  const parts = commandsPerIo(controller, shape);
  if (parts > 1 && hasOthers) {
    const reason = 'I/Os are not split where a job has others than reads and writes';
    throw refuse('BEYOND_MDTS', `use bs of ${bsBytes} bytes`, target, reason, 'use a smaller bs');
  }
  const { metadata, cdw12 } = planWords(shape, target, parts);
  if (metadata !== undefined && shape.operations.includes('zone-reset')) {
    const reason = 'zones are not reset beside commands that say something of metadata or FUA each';
    const op = `write to the zones of namespace ${namespace.nsid}`;
    throw refuse('UNSUPPORTED_FORMAT', op, target, reason, 'use a format without metadata, and no FUA');
  }
  if (shape.placement !== undefined)
    requirePlaced(controller, shape, parts, metadata !== undefined || shape.fua !== undefined);
  if (metadata?.byHost !== undefined && parts > 1) {
    const reason = 'I/Os are not split where the host makes protection information (pi_act: false)';
    throw refuse('BEYOND_MDTS', `use bs of ${bsBytes} bytes`, target, reason, 'use a smaller bs');
  }
  if (namespace.metadataBytes > 0 && shape.operations.includes('compare')) {
    const reason = 'of blocks with metadata Compare looks at that as well, which is not known';
    const op = `do compare I/O to namespace ${namespace.nsid}`;
    throw refuse('UNSUPPORTED_FORMAT', op, target, reason, 'use a format without metadata');
  }
  const entries = entriesFor(controller, shape, parts);
  if (queues > controller.maxIoQueues) {
    const { queueGrant } = controller;
    throw refuse(
      'TOO_MANY_QUEUES',
      `use ${queues} queue pairs`,
      target,
      queueGrant.reason,
      fewerQueues(queueGrant),
    );
  }
  const { pageBytes } = controller;
  const partBytes = Math.min(bsBytes, largestCommand(controller, shape).bytes);
  const ofBuffer = roundUp(bsBytes, pageBytes) + parts * listBytes(controller, partBytes);
  if (shape.priority !== undefined) requirePriorities(controller, shape.priority);
  const sqBytes = roundUp(entries * SQ_ENTRY_BYTES, pageBytes);
  const inController = shape.sqMemory === 'cmb';
  if (inController) requireControllerMemory(controller, queues * sqBytes);
  const rings = (inController ? 0 : sqBytes) + roundUp(entries * CQ_ENTRY_BYTES, pageBytes);
  const ranges = hasOthers ? roundUp(rangesBytes(iodepth, shape.rangesPerCommand), pageBytes) : 0;
  const buffers = iodepth * buffersOf(shape);
  const partLbas = partBytes / namespace.lbaBytes;
  const ofMetadata = roundUp(buffers * parts * metadataStride(partLbas, metadata), pageBytes);
  const memoryBytes = queues * (buffers * ofBuffer + rings + ranges + ofMetadata);
  const plan = { queues, entries, commandsPerIo: parts, partBytes, memoryBytes };
  return {
    ...plan,
    ...(metadata === undefined ? {} : { metadata }),
    ...(cdw12 === undefined ? {} : { cdw12 }),
  };
}

/** What stands beside the blocks of a write has one place. */
function requirePlaced(
  { device, identity }: Controller,
  { bsBytes, namespace, operations }: QueueShape,
  parts: number,
  words: boolean,
): void {
  const of = (code: string, reason: string, hint: string) =>
    refuse(code, `place data of namespace ${namespace.nsid} (fdp)`, device.target, reason, hint);
  if (identity.dataPlacement !== true)
    throw of('NO_PLACEMENT', 'the controller has no Flexible Data Placement (CTRATT)', 'leave fdp out');
  if (parts > 1)
    throw of('BEYOND_MDTS', `I/Os of ${bsBytes} bytes take several commands`, 'use a smaller bs');
  if (words)
    throw of(
      'UNSUPPORTED_FORMAT',
      'not beside metadata, or FUA',
      'use a format without metadata, and no FUA',
    );
  if (operations.includes('zone-reset')) throw of('UNSUPPORTED_FORMAT', 'not in zones', 'leave zonemode out');
}

function requirePriorities({ device, capabilities }: Controller, priority: QueuePriority): void {
  if (isWeighted(device)) return;
  const reason = capabilities.weightedRoundRobin
    ? 'whoever has enabled the controller has it go by round robin (CC.AMS)'
    : 'the controller has no weighted round robin (CAP.AMS)';
  throw refuse('NO_PRIORITIES', `use priority: ${priority}`, device.target, reason, 'leave it out');
}

function requireControllerMemory({ given, device }: Controller, lengthBytes: number): void {
  if (given === undefined) throw notOurs(device.target);
  given.controllerMemory.require(lengthBytes);
}

/**
 * What commands say beside their blocks. FUA costs nothing where it stands in the entries from the beginning: in jobs whose commands
 * all have it, and whose CDW12 nobody writes again.
 */
function planWords(shape: QueueShape, target: string, parts: number): Pick<PciePlan, 'metadata' | 'cdw12'> {
  const metadata = planMetadata(shape, target);
  if (shape.fua === undefined) return metadata === undefined ? {} : { metadata };
  const bits = shape.operations.map((name) => fuaOf(shape, name));
  const stays =
    metadata === undefined && parts === 1 && shape.varied !== true && otherOperations(shape).length === 0;
  if (stays && bits.every((each) => each === bits[0])) return { cdw12: bits[0] };
  return { metadata: withFua(shape, metadata) };
}

/** From the metadata of one command to that of the next, in bytes; 0 where the host has none. */
export function metadataStride(partLbas: number, metadata?: MetadataPlan): number {
  return roundUp(partLbas * (metadata?.hostBytes ?? 0), METADATA_ALIGN_BYTES);
}

/**
 * Entries of a queue that holds so many commands where the job does not say: enough that neither small rings, which
 * drives are known to be slow with, nor completions that share a cache line come into the figures.
 */
export function chosenEntries(
  commands: number,
  maxQueueEntries: number,
  leastEntries = LEAST_ENTRIES,
): number {
  return Math.min(maxQueueEntries, Math.max(leastEntries, powerOfTwoFrom(2 * commands)));
}

/** Entries of each queue, one of which stays free. Throws EngineError where the controller does not have them. */
function entriesFor(controller: Controller, { iodepth, queueEntries }: QueueShape, parts: number): number {
  const { target } = controller.device;
  const { maxQueueEntries } = controller.capabilities;
  const commands = iodepth * parts;
  const split = parts > 1 ? ` (an I/O takes ${parts} commands)` : '';
  if (commands + 1 > maxQueueEntries) {
    const most = Math.floor((maxQueueEntries - 1) / parts);
    const reason = `the controller's queues have ${maxQueueEntries} entries (CAP.MQES), one of which stays free`;
    const hint =
      most > 0
        ? `use an iodepth of at most ${most}${split}, or more queue_pairs`
        : parts > 1
          ? `use a smaller bs${split}`
          : 'NVMe has two entries at least: no I/O goes through such queues';
    throw refuse('QUEUE_TOO_DEEP', `use iodepth ${iodepth}`, target, reason, hint);
  }
  if (queueEntries === undefined)
    return chosenEntries(commands, maxQueueEntries, controller.manner.leastEntries);
  const op = `use queue_entries ${queueEntries}`;
  if (queueEntries > maxQueueEntries) {
    const reason = `the controller's queues have at most ${maxQueueEntries} entries (CAP.MQES)`;
    throw refuse('BAD_QUEUE_ENTRIES', op, target, reason, `use at most ${powerOfTwoTo(maxQueueEntries)}`);
  }
  if (queueEntries <= commands) {
    const reason = `iodepth ${iodepth} puts ${commands} commands into a queue${split}, of whose entries one stays free`;
    const least = powerOfTwoFrom(commands + 1);
    const hint = `${least > maxQueueEntries ? 'leave it out' : `use at least ${least}`}, or use a smaller iodepth`;
    throw refuse('BAD_QUEUE_ENTRIES', op, target, reason, hint);
  }
  return queueEntries;
}

const powerOfTwoFrom = (count: number): number => 2 ** Math.ceil(Math.log2(count));
const powerOfTwoTo = (count: number): number => 2 ** Math.floor(Math.log2(count));

/** MDTS, what the 16 bits of NLB can say, and of several lengths what a PRP list of one page can. */
function largestCommand(controller: Controller, { namespace, varied }: QueueShape) {
  const { pageBytes, maxTransferBytes } = controller;
  const limits = [
    { limit: 'MDTS', bytes: maxTransferBytes },
    { limit: 'NLB', bytes: MAX_NLB * namespace.lbaBytes },
    ...(varied === true
      ? [{ limit: 'a PRP list of one page', bytes: (pageBytes / PRP_ENTRY_BYTES) * pageBytes }]
      : []),
  ];
  return limits.reduce((least, each) => (each.bytes < least.bytes ? each : least));
}

/** `planQueues` refuses the others where they take several commands. */
const maySplit = (shape: QueueShape): boolean =>
  otherOperations(shape).length === 0 && shape.placement === undefined && shape.protection?.byHost !== true;

function commandsPerIo(controller: Controller, shape: QueueShape): number {
  const { bsBytes, split } = shape;
  const { limit, bytes: most } = largestCommand(controller, shape);
  if (bsBytes <= most) return 1;
  const { target } = controller.device;
  const op = `use bs of ${bsBytes} bytes`;
  if (split && bsBytes > MOST_BUFFER_BYTES) {
    const reason = `the buffer of one I/O has at most ${MOST_BUFFER_BYTES} bytes`;
    throw refuse('BLOCK_TOO_LARGE', op, target, reason, 'use a smaller bs');
  }
  if (split) return Math.ceil(bsBytes / most);
  const reason = `one command transfers at most ${most} bytes (${limit})`;
  const hint = maySplit(shape)
    ? 'use a smaller bs, or `split: true` to issue each I/O as several commands'
    : 'use a smaller bs';
  throw refuse('BEYOND_MDTS', op, target, reason, hint);
}

/** Room for the PRP lists of one command of that many bytes. */
export function listBytes(controller: Pick<Controller, 'pageBytes'>, lengthBytes: number): number {
  const pages = Math.ceil(lengthBytes / controller.pageBytes) + 1;
  const bytes = prpListBytes(pages, controller.pageBytes);
  // A list within one page may not cross a page boundary: a power of two, aligned to itself, never does.
  return bytes <= controller.pageBytes
    ? 2 ** Math.ceil(Math.log2(Math.max(bytes, 8)))
    : roundUp(bytes, controller.pageBytes);
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
