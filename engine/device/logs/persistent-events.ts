/** The Persistent Event Log (NVMe base 2.0, 5.16.1.14): what happened to the drive, through resets and losses of power. */
import { LOG, SQE } from '../../spec/command.js';
import { IDCTRL } from '../../spec/identify.js';
import {
  CONTROLLER_FATAL_STATUS,
  PERSISTENT_EVENT as EVENT,
  PERSISTENT_HEADER as HEADER,
  PERSISTENT_EVENT_ACTION,
  PERSISTENT_EVENT_HEADER_BYTES,
  PERSISTENT_EVENT_TYPE,
  PERSISTENT_HEADER_BYTES,
  PERSISTENT_REVISION,
} from '../../spec/persistent-event.js';
import { SANITIZE_STATE } from '../../spec/sanitize.js';
import { COMMAND_SEQUENCE_ERROR, SUCCESS } from '../answers.js';
import type { Committed } from '../firmware.js';
import type { Timestamp } from '../timestamp.js';
import { setCounter, viewOf } from './drive-state.js';

/** PELS 1: the log is of at most 64 KiB, and forgets the oldest. */
export const PERSISTENT_LOG_UNITS = 1;
const MOST_BYTES = PERSISTENT_LOG_UNITS * 65_536;
/** Bit 18 of RCI. */
const CONTEXT_EXISTED = 1 << 18;
const RESET_INFO_BYTES = 36;

export interface PersistentEventParts {
  /** Identify Controller. */
  controller(): Uint8Array;
  /** Log page 02h. */
  smart(): Uint8Array;
  powerOnHours(): number;
  powerCycles(): number;
  readonly timestamp: Timestamp;
}

export class PersistentEvents {
  private readonly parts: PersistentEventParts;
  /** The newest first, as the page has them. */
  private events: readonly Uint8Array[] = [];
  private generation = 0;
  private resetMs = 0;
  /** What the host reads until it releases it. */
  private context: Uint8Array | undefined;
  private sanitizeEndsMs: number | undefined;

  constructor(parts: PersistentEventParts) {
    this.parts = parts;
  }

  /** Power came on, or the controller was reset, which has activated other firmware. */
  wasReset(activated: boolean, nowMs: number): void {
    this.context = undefined;
    this.resetMs = nowMs;
    const data = new Uint8Array(8 + RESET_INFO_BYTES);
    const view = viewOf(data);
    const controller = this.parts.controller();
    data.set(controller.subarray(IDCTRL.FR, IDCTRL.FR + IDCTRL.FR_BYTES));
    view.setUint16(8, viewOf(controller).getUint16(IDCTRL.CNTLID, true), true);
    data[8 + 2] = Number(activated);
    view.setUint32(8 + 16, this.parts.powerCycles(), true);
    setCounter(view, 8 + 20, this.parts.timestamp.sincePowerOnMs(nowMs));
    data.set(this.parts.timestamp.at(nowMs), 8 + 28);
    this.add(PERSISTENT_EVENT_TYPE.POWER_ON_OR_RESET, data, nowMs);
    this.add(PERSISTENT_EVENT_TYPE.SMART_SNAPSHOT, this.parts.smart(), nowMs);
  }

  /** It has set CSTS.CFS. */
  failed(nowMs: number): void {
    this.add(PERSISTENT_EVENT_TYPE.HARDWARE_ERROR, Uint8Array.of(CONTROLLER_FATAL_STATUS, 0, 0, 0), nowMs);
  }

  /** The host has set the time, which was another before. */
  timeSet(before: Uint8Array, nowMs: number): void {
    const data = new Uint8Array(16);
    data.set(before);
    setCounter(viewOf(data), 8, nowMs - this.resetMs);
    this.add(PERSISTENT_EVENT_TYPE.TIMESTAMP_CHANGE, data, nowMs);
  }

  /** Firmware Commit was carried out; revisions that ran and that the slot has. */
  committed({ action, slot, before, after }: Committed, nowMs: number): void {
    const revisions = Buffer.from(before + after, 'latin1');
    const data = Buffer.concat([revisions, Uint8Array.of(action, slot, 0, 0, 0, 0)]);
    this.add(PERSISTENT_EVENT_TYPE.FIRMWARE_COMMIT, data, nowMs);
  }

  telemetryCreated(header: Uint8Array, nowMs: number): void {
    this.add(PERSISTENT_EVENT_TYPE.TELEMETRY_CREATED, header, nowMs);
  }

  /** Format NVM was carried out: its start and its end, with a status. */
  formatted(command: Uint32Array, status: number, nowMs: number): void {
    const nsid = command[SQE.NSID];
    const { FORMAT_START, FORMAT_COMPLETION } = PERSISTENT_EVENT_TYPE;
    const attributes = this.parts.controller()[IDCTRL.FNA];
    this.add(FORMAT_START, words(nsid, attributes, command[SQE.CDW10]), nowMs);
    this.add(FORMAT_COMPLETION, words(nsid, 0, status), nowMs);
  }

  /** A sanitize was started, which ends at a time. */
  sanitizing(command: Uint32Array, capabilities: number, nowMs: number, endsMs: number): void {
    this.settle(nowMs);
    const data = words(capabilities, command[SQE.CDW10], command[SQE.CDW11]);
    this.add(PERSISTENT_EVENT_TYPE.SANITIZE_START, data, nowMs);
    this.sanitizeEndsMs = endsMs;
  }

  /** Log page 0Dh as the command's action wants it; a status where there is nothing to send. */
  page(command: Uint32Array, nowMs: number): Uint8Array | number {
    const { READ, RELEASE, ESTABLISH_AND_READ_HEADER } = PERSISTENT_EVENT_ACTION;
    const action = (command[SQE.CDW10] >>> 8) & 3;
    if (action === RELEASE) {
      this.context = undefined;
      return SUCCESS;
    }
    if (action === READ) return this.context ?? COMMAND_SEQUENCE_ERROR;
    const existed = this.context !== undefined;
    if (existed && action !== ESTABLISH_AND_READ_HEADER) return COMMAND_SEQUENCE_ERROR;
    this.context ??= this.build(nowMs);
    if (action !== ESTABLISH_AND_READ_HEADER) return this.context;
    const header = this.context.slice(0, PERSISTENT_HEADER_BYTES);
    if (existed) viewOf(header).setUint32(HEADER.CONTEXT, CONTEXT_EXISTED, true);
    return header;
  }

  private settle(nowMs: number): void {
    const endsMs = this.sanitizeEndsMs;
    if (endsMs === undefined || endsMs > nowMs) return;
    this.sanitizeEndsMs = undefined;
    const data = new Uint8Array(8);
    viewOf(data).setUint16(0, 0xffff, true);
    viewOf(data).setUint16(2, SANITIZE_STATE.DONE, true);
    this.add(PERSISTENT_EVENT_TYPE.SANITIZE_COMPLETION, data, endsMs);
  }

  private add(type: number, data: Uint8Array, nowMs: number): void {
    const event = new Uint8Array(PERSISTENT_EVENT_HEADER_BYTES + data.length);
    const view = viewOf(event);
    event[EVENT.TYPE] = type;
    event[EVENT.REVISION] = 1;
    event[EVENT.HEADER_LENGTH] = PERSISTENT_EVENT_HEADER_BYTES - EVENT.HEADER_LENGTH_FROM;
    view.setUint16(EVENT.CNTLID, viewOf(this.parts.controller()).getUint16(IDCTRL.CNTLID, true), true);
    event.set(this.parts.timestamp.at(nowMs), EVENT.TIMESTAMP);
    view.setUint16(EVENT.LENGTH, data.length, true);
    event.set(data, PERSISTENT_EVENT_HEADER_BYTES);
    let room = MOST_BYTES - PERSISTENT_HEADER_BYTES;
    this.events = [event, ...this.events].filter(({ length }) => {
      room -= length;
      return room >= 0;
    });
    this.generation = (this.generation + 1) & 0xffff;
  }

  private build(nowMs: number): Uint8Array {
    this.settle(nowMs);
    const header = new Uint8Array(PERSISTENT_HEADER_BYTES);
    const view = viewOf(header);
    const controller = this.parts.controller();
    const copy = (at: number, from: number, lengthBytes: number): void =>
      header.set(controller.subarray(from, from + lengthBytes), at);
    const bytes = this.events.reduce((sum, { length }) => sum + length, PERSISTENT_HEADER_BYTES);
    header[HEADER.LOG_ID] = LOG.PERSISTENT_EVENT;
    view.setUint32(HEADER.EVENTS, this.events.length, true);
    setCounter(view, HEADER.LENGTH, bytes);
    header[HEADER.REVISION] = PERSISTENT_REVISION;
    view.setUint16(HEADER.HEADER_LENGTH, PERSISTENT_HEADER_BYTES - HEADER.HEADER_LENGTH_FROM, true);
    header.set(this.parts.timestamp.at(nowMs), HEADER.TIMESTAMP);
    setCounter(view, HEADER.POWER_ON_HOURS, this.parts.powerOnHours());
    setCounter(view, HEADER.POWER_CYCLES, this.parts.powerCycles());
    copy(HEADER.VID, IDCTRL.VID, 2);
    copy(HEADER.SSVID, IDCTRL.SSVID, 2);
    copy(HEADER.SN, IDCTRL.SN, IDCTRL.SN_BYTES);
    copy(HEADER.MN, IDCTRL.MN, IDCTRL.MN_BYTES);
    copy(HEADER.SUBNQN, IDCTRL.SUBNQN, IDCTRL.SUBNQN_BYTES);
    view.setUint16(HEADER.GENERATION, this.generation, true);
    for (const type of Object.values(PERSISTENT_EVENT_TYPE))
      header[HEADER.SUPPORTED + (type >>> 3)] |= 1 << (type & 7);
    // read by dwords
    return new Uint8Array(Buffer.concat([header, ...this.events], Math.ceil(bytes / 4) * 4));
  }
}

const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);
