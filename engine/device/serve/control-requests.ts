/** What may be asked of a controller that is served, and its answers: plain data, as they go over the control socket. */
import { EngineError } from '../../errors.js';
import type { SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { formatFault, readFaults } from '../../path/pcie/transport/sim-faults.js';
import { CSTS_CFS, CSTS_RDY, decodeFlashLog, type FlashLog, statusName } from '../../spec/index.js';
import type { FaultState } from '../faults.js';
import { type Injection, InjectionLog } from '../injection-log.js';
import type { ControllerTruth, Order, OrderAnswer } from '../orders.js';
import { RecordRing, type RecordState } from '../record/ring.js';
import { OrderSender } from './order-sender.js';
import type { SlotAnswer, SlotOrder, SlotState } from './slot.js';

export const CONTROL_COMMANDS = ['faults', 'add', 'remove', 'truth', 'log', 'unplug', 'plug'] as const;

export type ControlCommand = (typeof CONTROL_COMMANDS)[number];

/** A line of JSON. `argument`: the faults to add, as `faults=` has them; the numbers to remove, `all`; the log from after this one; `surprise` to unplug so. */
export interface ControlRequest {
  readonly command: ControlCommand;
  readonly argument?: string;
}

export interface ServedFault {
  readonly id: number;
  readonly fault: string;
  readonly hits: number;
  /** It will not hit again. */
  readonly over: boolean;
}

/** Counts since the controller was made, over all its clients. */
export interface ServedTruth
  extends Omit<ControllerTruth, 'csts' | 'flashPage' | 'failedByStatus' | 'power'> {
  readonly ready: boolean;
  readonly fatal: boolean;
  /** Whether clients can have it. */
  readonly slot: SlotState;
  readonly failed: readonly { readonly status: string; readonly count: number }[];
  /** Where it has power states that matter. */
  readonly power?: { readonly state: number; readonly wakeups: number };
  /** Of its commands, where one is made. */
  readonly record?: RecordState;
  /** Of a drive of flash; the amplification is null before anything was written. */
  readonly flash?: FlashLog & { readonly writeAmplification: number | null };
}

export interface ServedInjection extends Omit<Injection, 'slba' | 'opcode' | 'qid' | 'cid' | 'nsid'> {
  /** By the wall clock as it is when the log is read. */
  readonly time: string;
  /** Null where it was not for a command. */
  readonly opcode: number | null;
  readonly qid: number | null;
  readonly cid: number | null;
  readonly nsid: number | null;
  readonly slba: number | null;
}

/** What is there of it depends on the command. */
export interface ControlAnswer {
  readonly faults?: readonly ServedFault[];
  readonly added?: readonly number[];
  readonly removed?: readonly number[];
  readonly truth?: ServedTruth;
  readonly slot?: SlotAnswer;
  /** All injections that there were, and those of them that were asked for and are kept. */
  readonly total?: number;
  readonly injections?: readonly ServedInjection[];
}

const NS_PER_MS = 1e6;

/** The slot that it is in. */
export interface ServedSlot {
  readonly slot: SlotState;
  move(order: SlotOrder): Promise<SlotAnswer>;
}

/** The serving process's end. */
export class ServedController {
  readonly #slot: ServedSlot;
  readonly #orders: OrderSender;
  readonly #log: InjectionLog;
  readonly #record: RecordRing | undefined;

  constructor(live: SimLiveEnd, target: string, slot: ServedSlot) {
    this.#slot = slot;
    this.#orders = new OrderSender(live, target);
    this.#log = new InjectionLog(live.injections);
    this.#record = live.record && new RecordRing(live.record);
  }

  /** Throws EngineError of kind `input` for a request that is none, before the controller hears of it; as `OrderSender.send`. */
  async answer(line: string): Promise<ControlAnswer> {
    const { command, argument } = readRequest(line);
    if (command === 'log') return this.#injections(argument);
    if (command === 'unplug' || command === 'plug')
      return { slot: await this.#slot.move(slotOrder(command, argument)) };
    const order = orderOf(command, argument);
    const answer = await this.#orders.send(order);
    checkDone(answer);
    const faults = answer.faults.map(servedFault);
    if (command === 'truth') return { truth: this.#truth(answer.truth) };
    if (command === 'faults') return { faults };
    return command === 'add' ? { added: answer.changed, faults } : { removed: answer.changed, faults };
  }

  close(): void {
    this.#orders.close();
  }

  #truth(truth: ControllerTruth): ServedTruth {
    const { slot } = this.#slot;
    return {
      ...servedTruth(truth),
      slot,
      ...(this.#record === undefined ? {} : { record: this.#record.state() }),
    };
  }

  #injections(argument = '0'): ControlAnswer {
    if (!/^\d{1,15}$/.test(argument))
      throw refusal('log', argument, 'it is no number of an injection', 'give the last one that you have');
    const { total, injections } = this.#log.read(Number(argument));
    const toWallMs = Date.now() - Number(process.hrtime.bigint()) / NS_PER_MS;
    return { total, injections: injections.map((each) => servedInjection(each, toWallMs)) };
  }
}

function readRequest(line: string): ControlRequest {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw refusal('read request', line.slice(0, 60), 'it is no JSON', REQUEST_HINT);
  }
  const { command, argument } = (request ?? {}) as Record<string, unknown>;
  if (!(CONTROL_COMMANDS as readonly unknown[]).includes(command))
    throw refusal('read request', String(command), 'there is no such command', REQUEST_HINT);
  if (argument !== undefined && typeof argument !== 'string')
    throw refusal('read request', String(command), 'its argument is no text', REQUEST_HINT);
  return { command: command as ControlCommand, ...(argument === undefined ? {} : { argument }) };
}

const REQUEST_HINT = `send a line such as {"command":"add","argument":"drop(3)"}; commands are ${CONTROL_COMMANDS.join(', ')}`;

function slotOrder(command: 'unplug' | 'plug', argument: string | undefined): SlotOrder {
  const surprise = command === 'unplug' && argument === 'surprise';
  if (argument !== undefined && !surprise) {
    const [takes, hint] =
      command === 'plug' ? ['nothing', 'leave it out'] : ['surprise or nothing', 'try: unplug'];
    throw refusal(command, argument, `it takes ${takes}`, hint);
  }
  return command === 'plug' ? { kind: 'plug' } : { kind: 'unplug', surprise };
}

function orderOf(
  command: Exclude<ControlCommand, 'log' | 'unplug' | 'plug'>,
  argument: string | undefined,
): Order {
  if (command === 'add') {
    if (argument === undefined)
      throw refusal('add', 'fault', 'it takes a fault', "for example 'error(lba=8-15,sct=2,sc=0x81)'");
    return { kind: 'add', specs: readFaults(argument) };
  }
  if (command === 'remove') {
    if (argument === undefined)
      throw refusal('remove', 'fault', 'it takes the number of a fault, or all', 'see the list of faults');
    return argument === 'all' ? { kind: 'remove' } : { kind: 'remove', ids: readIds(argument) };
  }
  if (argument !== undefined) throw refusal(command, argument, 'it takes nothing', 'leave it out');
  return { kind: 'look' };
}

function readIds(text: string): number[] {
  const ids = text.split(/[;,]/);
  if (ids.every((id) => /^[1-9]\d{0,9}$/.test(id))) return [...new Set(ids.map(Number))];
  throw refusal('remove', text, 'it is no number of a fault', 'give one of the list of faults, or all');
}

function checkDone({ refused, faults }: OrderAnswer): void {
  if (refused === undefined) return;
  if ('most' in refused)
    throw refusal('add', 'faults', `there may be ${refused.most} at a time`, 'remove some that are over');
  const there = faults.map(({ id }) => id).join(', ') || 'none';
  throw refusal(
    'remove',
    refused.missing.join(', '),
    'there is no fault of this number',
    `there are: ${there}`,
  );
}

function refusal(op: string, target: string, reason: string, hint: string): EngineError {
  return new EngineError({ code: 'BAD_CONTROL_REQUEST', op, target, reason, hint, kind: 'input' });
}

function servedFault({ id, spec, hits, over }: FaultState): ServedFault {
  return { id, fault: formatFault(spec), hits, over };
}

function servedTruth({
  csts,
  flashPage,
  failedByStatus,
  power,
  ...others
}: ControllerTruth): Omit<ServedTruth, 'slot'> {
  const counts = { ...others, ...(power === undefined ? {} : { power }) };
  const flash = flashPage && decodeFlashLog(new DataView(flashPage.buffer, flashPage.byteOffset));
  const state = { ready: (csts & CSTS_RDY) !== 0, fatal: (csts & CSTS_CFS) !== 0 };
  const failed = failedByStatus.map(({ status, count }) => ({ status: statusName(status), count }));
  if (flash === undefined) return { ...state, ...counts, failed };
  const { hostBytesWritten, nandBytesProgrammed } = flash;
  const writeAmplification = hostBytesWritten > 0 ? nandBytesProgrammed / hostBytesWritten : null;
  return { ...state, ...counts, failed, flash: { ...flash, writeAmplification } };
}

function servedInjection(injection: Injection, toWallMs: number): ServedInjection {
  const time = new Date(injection.timeNs / NS_PER_MS + toWallMs).toISOString();
  const { opcode = null, qid = null, cid = null, nsid = null, slba = null } = injection;
  return { ...injection, opcode, qid, cid, nsid, slba, time };
}
