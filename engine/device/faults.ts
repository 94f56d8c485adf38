/** Faults to order: what the controller does wrong, and to which I/O command. */
import { NVM, SQE } from '../spec/command.js';
import { encodeStatus, SCT_MEDIA } from '../spec/status.js';
import { nowMs } from '../sys/clock.js';
import {
  type AdminFaultSpec,
  type CompletionFaultSpec,
  type DataFaultSpec,
  type FaultKind,
  type FaultSpec,
  isCompletionFault,
  isDataFault,
} from './config.js';
import { type InjectionLog, isAddressed } from './injection-log.js';
import { Random } from './latency.js';
import type { MediaFaults } from './media-faults.js';
import { Throttles } from './throttle.js';

export const FAULT_NONE = 0;
/** Never complete this command. */
export const FAULT_DROP = 1;
/** Do nothing more until a function-level reset: not even a controller reset is noticed. */
export const FAULT_HANG = 2;
/** Set CSTS.CFS and stop until a controller reset. */
export const FAULT_CFS = 3;
/** The device thread ends with an error, as a drive that falls off the bus. */
export const FAULT_DIE = 4;
/** The controller resets itself: CSTS.RDY falls, and whatever was asked is forgotten. */
export const FAULT_RESET = 5;
/** The queue of the command completes nothing more. */
export const FAULT_STUCK = 6;
/** Power goes and comes back. */
export const FAULT_POWERCUT = 7;

export type IoFault = Exclude<FaultSpec, AdminFaultSpec>;

/** A fault as it stands. */
export interface FaultState {
  /** Faults are numbered as they come, from 1. */
  readonly id: number;
  readonly spec: FaultSpec;
  readonly hits: number;
  /** It will not hit again. */
  readonly over: boolean;
}

/** What happens beside a command. */
export interface FaultEffects {
  /** An asynchronous event: DW0 of its completion. */
  event(dw0: number): void;
  /** The namespace is active no more. */
  detach(): void;
  /** The drive finds that something is wrong with it. */
  trouble(reason: string): void;
  /** Further resets follow the one that the command has brought about. */
  storm(id: number, spec: StormSpec): void;
}

export type StormSpec = Extract<IoFault, { kind: 'storm' }>;
type ErrorSpec = Extract<IoFault, { kind: 'error' }>;

interface Entry {
  readonly id: number;
  readonly spec: IoFault;
  /** Of the commands fetched, the first and the last that it hits; all where `spec` is an error. */
  readonly first: number;
  readonly last: number;
  readonly random: Random;
  hits: number;
}

const actions = {
  drop: FAULT_DROP,
  hang: FAULT_HANG,
  cfs: FAULT_CFS,
  die: FAULT_DIE,
  reset: FAULT_RESET,
  storm: FAULT_RESET,
  stuck: FAULT_STUCK,
  powercut: FAULT_POWERCUT,
  stale: FAULT_NONE,
  throttle: FAULT_NONE,
} as const;
const MS_PER_NS = 1e-6;
const NEVER = Number.POSITIVE_INFINITY;

/** Judges each I/O command in the order it is fetched. Consulted only where there are any. */
export class Faults {
  /** Whether there are any, and who hears of a change of that. */
  active = false;
  onChange: (active: boolean) => void = () => undefined;
  /** Of the command judged last: what to add to its latency, and the status to answer with (0: its own). */
  delayMs = 0;
  status = 0;
  /** What happens to its data. */
  wrong: DataFaultSpec | undefined;
  /** What happens to its completion. */
  completion: CompletionFaultSpec | undefined;
  /** The fault that the command judged last met with an action. */
  actionId = 0;
  readonly media: MediaFaults;
  readonly throttles: Throttles;
  private fetched = 0;
  private entries: readonly Entry[] = [];
  private readonly effects: FaultEffects;
  private readonly log: InjectionLog;
  private readonly seed: number;

  /** `seed`: of the faults that hit by chance. */
  constructor(effects: FaultEffects, media: MediaFaults, log: InjectionLog, seed: number) {
    this.media = media;
    this.throttles = new Throttles((id) => this.happens(id, 'throttle'));
    this.effects = effects;
    this.log = log;
    this.seed = seed;
  }

  add(id: number, spec: IoFault): void {
    const random = new Random(Math.imul(this.seed + id, 0x9e37_79b1));
    if (spec.kind === 'stale') this.media.addStale(id, spec, random);
    else if (spec.kind === 'throttle') this.throttles.add(id, spec, nowMs());
    else if (spec.kind === 'powercut') this.media.addCut(id, spec);
    // what hits no command by its number is beyond all of them
    const first = 'nth' in spec ? this.fetched + spec.nth : spec.kind === 'error' ? 0 : NEVER;
    const { times = 1 } = spec.kind === 'delay' ? spec : {};
    const last = spec.kind === 'error' ? NEVER : first + times - 1;
    this.put([...this.entries, { id, spec, first, last, random, hits: 0 }]);
  }

  /** False where there is no such one. */
  remove(id: number): boolean {
    const others = this.entries.filter((entry) => entry.id !== id);
    const found = others.length < this.entries.length;
    this.media.remove(id);
    this.throttles.remove(id, nowMs());
    this.put(others);
    return found;
  }

  states(): FaultState[] {
    return this.entries.map(({ id, spec, last, ...entry }) => {
      const hits = entry.hits + this.media.hits(id);
      const many = spec.kind === 'error' || spec.kind === 'stale' || spec.kind === 'storm';
      const spent = many && hits === spec.times;
      if (spec.kind === 'storm') return { id, spec, hits, over: spent };
      return { id, spec, hits, over: spent || this.fetched >= last || this.throttles.isOver(id, nowMs()) };
    });
  }

  /** The first block whose reads always fail with an error of the media; undefined for none. */
  firstUnreadable(): number | undefined {
    const lbas = this.entries.flatMap(({ spec, hits }) =>
      spec.kind === 'error' &&
      spec.statusCodeType === SCT_MEDIA &&
      spec.probability === undefined &&
      hits !== spec.times &&
      (spec.opcode ?? NVM.READ) === NVM.READ
        ? [spec.firstLba]
        : [],
    );
    return lbas.length === 0 ? undefined : Math.min(...lbas);
  }

  /** Something came of a fault by itself; false where there is no such one any more. */
  happens(id: number, kind: FaultKind): boolean {
    const entry = this.entries.find((each) => each.id === id);
    if (entry === undefined) return false;
    entry.hits++;
    this.log.noteAlone(id, kind);
    return true;
  }

  /** One of FAULT_*; sets what else it does to the command. `at` is the command's first word, `qid` its queue. */
  judge(commands: Uint32Array, at: number, qid: number): number {
    this.fetched++;
    this.delayMs = 0;
    this.status = 0;
    this.wrong = undefined;
    this.completion = undefined;
    let action: number = FAULT_NONE;
    for (const entry of this.entries) {
      const { spec } = entry;
      if (this.fetched < entry.first || this.fetched > entry.last) continue;
      if (spec.kind === 'error' && !meets(spec, entry, commands, at)) continue;
      if (spec.kind === 'deaddie') {
        this.failDie(entry, spec.die);
        continue;
      }
      // of a loss of power the writes that it takes are the injections
      if (spec.kind !== 'powercut') {
        entry.hits++;
        this.log.note(entry.id, spec.kind, qid, commands, at);
      }
      if (spec.kind === 'error') this.status = encodeStatus(spec.statusCodeType, spec.statusCode);
      else if (spec.kind === 'delay') this.delayMs += spec.delayNs * MS_PER_NS;
      else if (spec.kind === 'event') this.effects.event(spec.type | (spec.info << 8) | (spec.logPage << 16));
      else if (spec.kind === 'detach') this.effects.detach();
      else if (isDataFault(spec)) this.wrong = spec;
      else if (isCompletionFault(spec)) this.completion = spec;
      else {
        action = actions[spec.kind];
        this.actionId = entry.id;
        if (spec.kind === 'storm') this.effects.storm(entry.id, spec);
      }
    }
    return action;
  }

  private failDie(entry: Entry, die: number): void {
    if (!this.media.failDie(entry.id, die)) return;
    this.happens(entry.id, 'deaddie');
    this.effects.trouble(`die ${die} is gone`);
    this.onChange(this.active);
  }

  private put(entries: readonly Entry[]): void {
    this.entries = entries;
    this.active = entries.length > 0;
    this.onChange(this.active);
  }
}

function meets(spec: ErrorSpec, { hits, random }: Entry, commands: Uint32Array, at: number): boolean {
  if (hits === spec.times || !touches(spec, commands, at)) return false;
  return spec.probability === undefined || (random.next() >>> 0) / 2 ** 32 < spec.probability;
}

/** Where no opcode is asked for: reads, writes and zeroes. The range does not count for commands without an address. */
function touches(
  { opcode: wanted, firstLba, lastLba }: ErrorSpec,
  commands: Uint32Array,
  at: number,
): boolean {
  const opcode = commands[at + SQE.CDW0] & 0xff;
  if (wanted === undefined) {
    if (opcode !== NVM.READ && opcode !== NVM.WRITE && opcode !== NVM.WRITE_ZEROES) return false;
  } else if (wanted !== opcode) {
    return false;
  } else if (!isAddressed(opcode)) {
    return true;
  }
  const slba = commands[at + SQE.CDW10] + commands[at + SQE.CDW11] * 2 ** 32;
  return slba <= lastLba && slba + (commands[at + SQE.CDW12] & 0xffff) >= firstLba;
}
