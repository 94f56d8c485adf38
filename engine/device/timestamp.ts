/** Timestamp (NVMe base 2.0, 5.27.1.11): the time that the host has told, or else since the drive was powered on. */
import { ADMIN, SQE, TIMESTAMP_BYTES } from '../spec/command.js';
import { nowMs } from '../sys/clock.js';
import { FEATURE_NOT_SAVEABLE, INVALID_FIELD, SUCCESS } from './answers.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_READ } from './dma-table.js';
import { answerPage } from './page-answer.js';

const TIME_BYTES = 6;
/** CDW10 that names the feature alone: no saved or default value. */
const FEATURE_MASK = 0xff;
/** Byte 6, bits 3:1: the host has set it. */
const SET_BY_HOST = 1 << 1;

/** It goes on through resets, and stays until the host sets it again. */
export class Timestamp {
  private readonly startedMs: number;
  private hostMs: number | undefined;
  private setAtMs: number;

  constructor(nowMs: number) {
    this.startedMs = nowMs;
    this.setAtMs = nowMs;
  }

  /** As Get Features has it: ms in 6 bytes, and where they are from. */
  at(nowMs: number): Uint8Array {
    const bytes = new Uint8Array(TIMESTAMP_BYTES);
    const time = BigInt(Math.round((this.hostMs ?? 0) + nowMs - this.setAtMs));
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(8 * TIME_BYTES, time), true);
    if (this.hostMs !== undefined) bytes[TIME_BYTES] = SET_BY_HOST;
    return bytes;
  }

  /** As Set Features brings it: ms since 1970 in 6 bytes. */
  set(bytes: Uint8Array, nowMs: number): void {
    const time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    this.hostMs = Number(BigInt.asUintN(8 * TIME_BYTES, time));
    this.setAtMs = nowMs;
  }

  sincePowerOnMs(nowMs: number): number {
    return nowMs - this.startedMs;
  }
}

/** Get and Set Features of it. `changed` hears of the time that it had before. */
export function timestampFeature(
  command: Uint32Array,
  data: DataPointer,
  timestamp: Timestamp,
  changed: (before: Uint8Array, nowMs: number) => void,
): number {
  const alone = command[SQE.CDW10] <= FEATURE_MASK;
  const before = timestamp.at(nowMs());
  if ((command[SQE.CDW0] & 0xff) === ADMIN.GET_FEATURES)
    return alone ? answerPage(data, command, before, 0, TIMESTAMP_BYTES) : INVALID_FIELD;
  if (!alone) return FEATURE_NOT_SAVEABLE;
  const status = data.gather(command, 0, TIMESTAMP_BYTES, ACCESS_READ);
  if (status !== SUCCESS) return status;
  timestamp.set(data.collect(TIMESTAMP_BYTES), nowMs());
  changed(before, nowMs());
  return SUCCESS;
}
