/** Firmware (NVMe base 2.0, 3.11): images are downloaded in pieces, committed to a slot, and run at once or from the next reset on. */
import { OACS, SQE } from '../spec/command.js';
import { COMMIT_ACTION, FRMW, FWUG_AT } from '../spec/firmware.js';
import { FIRMWARE_SLOT_BYTES, FRS_BYTES, FRS1 } from '../spec/firmware-slot.js';
import { IDCTRL } from '../spec/identify.js';
import {
  INVALID_FIELD,
  INVALID_FIRMWARE_IMAGE,
  INVALID_FIRMWARE_SLOT,
  OVERLAPPING_RANGE,
  SUCCESS,
} from './answers.js';

/** Of the firmware that it comes with, in slot 1. */
export const FIRST_REVISION = '1.0     ';
/** FWUG: where pieces begin, and what their lengths are multiples of. */
const FIRMWARE_GRANULARITY_BYTES = 4096;
const MOST_IMAGE_BYTES = 16 * 2 ** 20;
/** An image begins with these characters, and its revision in as many more. */
const SIGNATURE = 'nvbfirmw';
const SLOT_MASK = 7;
const { REPLACE, ACTIVATE_AT_RESET, ACTIVATE_NOW } = COMMIT_ACTION;

/** What a commit came to, for who remembers it. */
export interface Committed {
  readonly action: number;
  readonly slot: number;
  readonly before: string;
  readonly after: string;
}

/** It outlives resets, except for what was downloaded and not committed. */
export class Firmware {
  private readonly slots: number;
  /** Revisions by slot, from 1 on; undefined of one without firmware. */
  private readonly revisions: (string | undefined)[];
  private running = FIRST_REVISION;
  private activeSlot = 1;
  /** The slot of the next reset; 0 for the same. */
  private nextSlot = 0;
  private pieces: { readonly atBytes: number; readonly bytes: Uint8Array }[] = [];

  /** `slots`: 1 where no image can be downloaded. */
  constructor(slots: number) {
    this.slots = slots;
    this.revisions = [undefined, FIRST_REVISION];
  }

  /** Slot 1 cannot be written; there are others. */
  get isWritable(): boolean {
    return this.slots > 1;
  }

  /** Of the firmware that runs: eight characters. */
  get revision(): string {
    return this.running;
  }

  /** Where a piece is to lie, and how long it is; a status where it cannot. */
  static pieceOf(command: Uint32Array): { readonly atBytes: number; readonly lengthBytes: number } | number {
    const lengthBytes = (command[SQE.CDW10] + 1) * 4;
    const atBytes = command[SQE.CDW11] * 4;
    const aligned =
      atBytes % FIRMWARE_GRANULARITY_BYTES === 0 && lengthBytes % FIRMWARE_GRANULARITY_BYTES === 0;
    return aligned && atBytes + lengthBytes <= MOST_IMAGE_BYTES ? { atBytes, lengthBytes } : INVALID_FIELD;
  }

  /** A piece of an image; pieces come in any order. */
  download(atBytes: number, bytes: Uint8Array): number {
    const endBytes = atBytes + bytes.length;
    if (this.pieces.some((piece) => piece.atBytes < endBytes && atBytes < piece.atBytes + piece.bytes.length))
      return OVERLAPPING_RANGE;
    this.pieces.push({ atBytes, bytes });
    return SUCCESS;
  }

  /** Firmware Commit; `done` hears of one that was carried out. */
  commit(command: Uint32Array, done: (committed: Committed) => void): number {
    const action = (command[SQE.CDW10] >>> 3) & SLOT_MASK;
    if (action > ACTIVATE_NOW) return INVALID_FIELD;
    const given = command[SQE.CDW10] & SLOT_MASK;
    const replaces = action < ACTIVATE_AT_RESET || (action === ACTIVATE_NOW && this.pieces.length > 0);
    const slot = given === 0 ? this.chosen(replaces) : given;
    if (slot > this.slots || (replaces && slot === 1)) return INVALID_FIRMWARE_SLOT;
    const before = this.revision;
    const status = replaces ? this.replace(slot) : SUCCESS;
    if (status !== SUCCESS) return status;
    const after = this.revisions[slot];
    if (after === undefined) return INVALID_FIRMWARE_IMAGE;
    if (action === ACTIVATE_NOW) this.activate(slot);
    else if (action !== REPLACE) this.nextSlot = slot;
    done({ action, slot, before, after });
    return SUCCESS;
  }

  /** A reset of the controller; whether other firmware runs then. */
  reset(): boolean {
    this.pieces = [];
    const { nextSlot } = this;
    if (nextSlot === 0) return false;
    this.activate(nextSlot);
    return true;
  }

  /** Log page 03h. */
  logPage(): Uint8Array {
    const page = new Uint8Array(FIRMWARE_SLOT_BYTES);
    page[0] = this.activeSlot | (this.nextSlot << 4);
    for (const [slot, revision] of this.revisions.entries())
      if (revision !== undefined) page.set(Buffer.from(revision, 'latin1'), FRS1 + (slot - 1) * FRS_BYTES);
    return page;
  }

  /** One without firmware, or else one that does not run; where nothing is replaced, the one whose firmware runs. */
  private chosen(replaces: boolean): number {
    if (!replaces) return this.activeSlot;
    const writable = Array.from({ length: this.slots - 1 }, (_, index) => index + 2);
    const free = writable.find((slot) => this.revisions[slot] === undefined);
    return free ?? writable.find((slot) => slot !== this.activeSlot) ?? 2;
  }

  /** What was downloaded is gone then, whatever comes of it. */
  private replace(slot: number): number {
    const pieces = this.pieces.sort((a, b) => a.atBytes - b.atBytes);
    this.pieces = [];
    let endBytes = 0;
    for (const { atBytes, bytes } of pieces) {
      if (atBytes !== endBytes) return INVALID_FIRMWARE_IMAGE;
      endBytes += bytes.length;
    }
    const head = Buffer.from(pieces[0]?.bytes ?? []).toString('latin1', 0, 2 * SIGNATURE.length);
    const revision = head.slice(SIGNATURE.length);
    if (!head.startsWith(SIGNATURE) || !/^[ -~]{8}$/.test(revision)) return INVALID_FIRMWARE_IMAGE;
    this.revisions[slot] = revision;
    return SUCCESS;
  }

  private activate(slot: number): void {
    this.running = this.revisions[slot] ?? this.running;
    this.activeSlot = slot;
    this.nextSlot = 0;
  }
}

/** What Identify Controller says of firmware: slots, of which the first is read-only, and what can be done with the others. */
export function describeFirmware(view: DataView, firmware: Firmware, slots: number): void {
  const frmw = FRMW.FIRST_READ_ONLY | (slots << FRMW.SLOTS_SHIFT);
  view.setUint8(IDCTRL.FRMW, firmware.isWritable ? frmw | FRMW.WITHOUT_RESET | FRMW.DETECTS_OVERLAPS : frmw);
  if (!firmware.isWritable) return;
  view.setUint16(IDCTRL.OACS, view.getUint16(IDCTRL.OACS, true) | OACS.FIRMWARE, true);
  view.setUint8(FWUG_AT, FIRMWARE_GRANULARITY_BYTES / 4096);
}
