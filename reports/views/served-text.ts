/** The text of `nvbench serve ctl`. The shapes are those of the server's answers, restated as plain data. */
import { formatBytes, formatCount, plural } from '../render/format.js';
import { type Column, tableLines } from '../render/table.js';
import { DEFAULT_WIDTH, labelled, sanitize } from '../render/terminal.js';

interface FaultFacts {
  readonly id: number;
  readonly fault: string;
  readonly hits: number;
  readonly over: boolean;
}

interface TruthFacts {
  readonly ready: boolean;
  readonly fatal: boolean;
  readonly fatalReason: string;
  readonly slot: SlotFacts['state'];
  readonly ioQueues: number;
  readonly waitingCommands: number;
  readonly hostReads: number;
  readonly hostWrites: number;
  readonly hostBytesRead: number;
  readonly hostBytesWritten: number;
  readonly mediaErrors: number;
  readonly failed: readonly { readonly status: string; readonly count: number }[];
  readonly power?: { readonly state: number; readonly wakeups: number };
  readonly record?: { readonly commands: number; readonly lost: number; readonly problem?: string };
  readonly flash?: {
    readonly writeAmplification: number | null;
    readonly hostBytesWritten: number;
    readonly nandBytesProgrammed: number;
    readonly bytesCollected: number;
    readonly collecting: boolean;
    readonly superblocks: number;
    readonly freeSuperblocks: number;
    readonly cachedSuperblocks: number;
    readonly superblockErases: number;
    readonly mostErases: number;
    readonly ratedCycles: number;
    readonly readRetries: number;
    readonly throttledCommands: number;
  };
}

interface SlotFacts {
  readonly state: 'in' | 'leaving' | 'out';
  readonly asked?: boolean;
}

interface InjectionFacts {
  readonly sequence: number;
  readonly time: string;
  readonly fault: number;
  readonly kind: string;
  readonly opcode: number | null;
  readonly qid: number | null;
  readonly cid: number | null;
  readonly slba: number | null;
}

const right = (head: string): Column => ({ head, align: 'right' });
const left = (head: string): Column => ({ head, align: 'left' });
const LABEL_WIDTH = 12;

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The faults in force, how often each has hit, and which will not hit again. */
export function formatServedFaults(faults: readonly FaultFacts[]): string {
  if (faults.length === 0) return 'no faults in force\n';
  const columns = [right('id'), right('hits'), left('fault'), left('')];
  const rows = faults.map(({ id, hits, fault, over }) => [
    String(id),
    formatCount(hits),
    sanitize(fault),
    over ? 'over' : '',
  ]);
  return text(tableLines(columns, rows, 2));
}

/** The latest injections, and how many of `total` are not shown. */
export function formatInjections(injections: readonly InjectionFacts[], total: number): string {
  const others = total - injections.length;
  const rest = others === 0 ? '' : `, the latest ${formatCount(injections.length)}`;
  const head = `${plural(total, 'injection')}${rest}\n`;
  if (injections.length === 0) return head;
  const columns = [
    right('#'),
    left('time'),
    left('kind'),
    right('fault'),
    right('opcode'),
    right('queue'),
    right('cid'),
    right('slba'),
  ];
  const rows = injections.map(({ sequence, time, kind, fault, opcode, qid, cid, slba }) => [
    String(sequence),
    sanitize(time),
    sanitize(kind),
    String(fault),
    opcode === null ? '-' : `${opcode.toString(16).padStart(2, '0')}h`,
    ...[qid, cid, slba].map((value) => (value === null ? '-' : String(value))),
  ]);
  return head + text(tableLines(columns, rows, 2));
}

/** How a controller stands, whatever its host is told. */
export function formatServedTruth(truth: TruthFacts): string {
  const { hostReads, hostWrites, hostBytesRead, hostBytesWritten, mediaErrors, failed, record, flash } =
    truth;
  const counted = (count: number, bytes: number): string => `${formatCount(count)}, ${formatBytes(bytes)}`;
  const failures = failed.map(({ status, count }) => `${formatCount(count)} ${sanitize(status)}`);
  const rows: [string, string][] = [
    ['controller', stateOf(truth)],
    ['reads', counted(hostReads, hostBytesRead)],
    ['writes', counted(hostWrites, hostBytesWritten)],
    ['failed', [...failures, plural(mediaErrors, 'media error')].join(', ')],
    ...(truth.power === undefined ? [] : [['power', powerText(truth.power)] as [string, string]]),
    ...(record === undefined ? [] : [['record', recordText(record)] as [string, string]]),
    ...(flash === undefined ? [] : flashRows(flash)),
  ];
  return text(rows.flatMap(([label, value]) => labelled(label, value, LABEL_WIDTH, DEFAULT_WIDTH)));
}

const powerText = ({ state, wakeups }: NonNullable<TruthFacts['power']>): string =>
  `state ${state}, woken up ${plural(wakeups, 'time')}`;

function recordText({ commands, lost, problem }: NonNullable<TruthFacts['record']>): string {
  const why = problem === undefined ? '' : ` (${sanitize(problem)})`;
  return `${plural(commands, 'command')} written, ${formatCount(lost)} lost${why}`;
}

/** What became of a drive that was unplugged, or plugged in. */
export function formatServedSlot({ state, asked = false }: SlotFacts): string {
  if (state === 'in') return 'it is plugged in\n';
  if (state === 'out') return 'it is unplugged\n';
  const how = asked ? 'its client was asked to release it' : 'its client cannot be asked to release it';
  return `${how}, and has it until it does: unplug surprise does not wait\n`;
}

function stateOf({ ready, fatal, fatalReason, slot, ioQueues, waitingCommands }: TruthFacts): string {
  if (slot === 'out') return 'unplugged';
  if (fatal) return `fatal status: ${sanitize(fatalReason)}`;
  if (!ready) return 'not enabled';
  return `ready, ${plural(ioQueues, 'I/O queue')}, ${plural(waitingCommands, 'command')} under way`;
}

function flashRows(flash: NonNullable<TruthFacts['flash']>): [string, string][] {
  const { writeAmplification, hostBytesWritten, nandBytesProgrammed, bytesCollected, collecting } = flash;
  const { superblocks, freeSuperblocks, cachedSuperblocks, superblockErases, mostErases, ratedCycles } =
    flash;
  const programmed = `${formatBytes(nandBytesProgrammed)} programmed for ${formatBytes(hostBytesWritten)}`;
  const amplified =
    writeAmplification === null
      ? 'nothing written'
      : `write amplification ${writeAmplification.toFixed(2)}, ${programmed}`;
  const free = `${formatCount(freeSuperblocks)} of ${formatCount(superblocks)} superblocks free`;
  const wear = `at most ${formatCount(mostErases)} of ${formatCount(ratedCycles)} cycles`;
  return [
    ['flash', amplified],
    [
      'collection',
      `${collecting ? 'under way' : 'none under way'}, ${formatBytes(bytesCollected)} moved, ${free}`,
    ],
    ['cache', `${plural(cachedSuperblocks, 'superblock')} with one bit a cell`],
    ['wear', `${plural(superblockErases, 'superblock')} erased, ${wear}`],
    [
      'retries',
      `${plural(flash.readRetries, 'sense')} beyond the first, ${plural(flash.throttledCommands, 'command')} throttled`,
    ],
  ];
}
