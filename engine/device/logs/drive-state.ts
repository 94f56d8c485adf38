/** What log pages tell of the drive beside each other. */
import { decodeFlashLog, type FlashLog } from '../../spec/flash-log.js';
import type { SimConfig } from '../config.js';
import type { Health } from '../health.js';
import type { MediaTiming } from '../media-timing.js';

export interface DriveState {
  readonly config: SimConfig;
  readonly health: Health;
  readonly timing: MediaTiming | undefined;
  /** Log page 02h. */
  smart(): Uint8Array;
  /** Bytes of the namespace that hold data. */
  usedBytes(): number;
}

export const viewOf = (page: Uint8Array): DataView => new DataView(page.buffer, page.byteOffset, page.length);

/** Of a drive of flash. */
export function flashOf({ timing }: Pick<DriveState, 'timing'>): FlashLog | undefined {
  const page = timing?.logPage();
  return page && decodeFlashLog(viewOf(page));
}

/** What may be written to it in its life, in bytes, were nothing amplified; 0 where that is not known. */
export function enduranceBytes(flash: FlashLog | undefined): number {
  return flash === undefined ? 0 : flash.ratedCycles * flash.physicalUnits * flash.unitBytes;
}

/** Into 16 bytes of which the upper 8 stay zero. */
export function setCounter(view: DataView, at: number, value: number): void {
  view.setBigUint64(at, BigInt(Math.round(value)), true);
}
