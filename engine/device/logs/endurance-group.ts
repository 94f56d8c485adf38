import { ENDURANCE_GROUP, ENDURANCE_LOG, ENDURANCE_LOG_BYTES } from '../../spec/endurance-group.js';
import { IDENTIFY_BYTES } from '../../spec/identify.js';
import { SMART } from '../../spec/smart.js';
import { type DriveState, enduranceBytes, flashOf, setCounter, viewOf } from './drive-state.js';

/** Of the critical warning of SMART, what a group has too: spare, reliability, read only. */
const WARNINGS = 0b1101;

const billions = (bytes: number): number => Math.ceil(bytes / 1e9);

/** Identify CNS 19h: how many groups there are from that one on, and which. */
export function enduranceGroups(from: number): Uint8Array {
  const page = new Uint8Array(IDENTIFY_BYTES);
  if (from <= ENDURANCE_GROUP) new Uint16Array(page.buffer).set([1, ENDURANCE_GROUP]);
  return page;
}

/** Log page 09h of the drive's one group. Without a model of flash what the host wrote is what the media took. */
export function endurancePage(drive: DriveState): Uint8Array {
  const view = new DataView(new ArrayBuffer(ENDURANCE_LOG_BYTES));
  const smart = viewOf(drive.smart());
  const flash = flashOf(drive);
  const { hostReads, hostWrites, hostBytesRead, hostBytesWritten, mediaErrors } = drive.health.counts();
  view.setUint8(ENDURANCE_LOG.CRITICAL_WARNING, smart.getUint8(SMART.CRITICAL_WARNING) & WARNINGS);
  view.setUint8(ENDURANCE_LOG.AVAILABLE_SPARE, smart.getUint8(SMART.AVAILABLE_SPARE));
  view.setUint8(ENDURANCE_LOG.SPARE_THRESHOLD, smart.getUint8(SMART.SPARE_THRESHOLD));
  view.setUint8(ENDURANCE_LOG.PERCENTAGE_USED, smart.getUint8(SMART.PERCENTAGE_USED));
  setCounter(view, ENDURANCE_LOG.ENDURANCE_ESTIMATE, billions(enduranceBytes(flash)));
  setCounter(view, ENDURANCE_LOG.DATA_UNITS_READ, billions(hostBytesRead));
  setCounter(view, ENDURANCE_LOG.DATA_UNITS_WRITTEN, billions(hostBytesWritten));
  setCounter(
    view,
    ENDURANCE_LOG.MEDIA_UNITS_WRITTEN,
    billions(flash?.nandBytesProgrammed ?? hostBytesWritten),
  );
  setCounter(view, ENDURANCE_LOG.HOST_READS, hostReads);
  setCounter(view, ENDURANCE_LOG.HOST_WRITES, hostWrites);
  setCounter(view, ENDURANCE_LOG.MEDIA_ERRORS, mediaErrors);
  setCounter(view, ENDURANCE_LOG.ERROR_ENTRIES, drive.health.errorCount);
  setCounter(view, ENDURANCE_LOG.TOTAL_CAPACITY, drive.config.sizeBytes);
  return new Uint8Array(view.buffer);
}
