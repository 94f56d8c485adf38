import {
  CLOUD_SMART,
  CLOUD_SMART_BYTES,
  CLOUD_SMART_GUID,
  CLOUD_SMART_VERSION,
  NO_CAPACITORS,
} from '../../spec/cloud-smart.js';
import { SMART } from '../../spec/smart.js';
import { encodeStatus, SC, SCT_MEDIA } from '../../spec/status.js';
import { type DriveState, enduranceBytes, flashOf, setCounter, viewOf } from './drive-state.js';

const WHOLE = 100;
const PROTECTION_CHECKS = [SC.GUARD_CHECK, SC.APPLICATION_TAG_CHECK, SC.REFERENCE_TAG_CHECK].map((code) =>
  encodeStatus(SCT_MEDIA, code),
);
const MOST_BYTE = 0xff;

/** Log page C0h. What the drive cannot know stays 0: links, XOR, refreshes. Without a model of flash the host's bytes are the media's. */
export function cloudSmartPage(drive: DriveState): Uint8Array {
  const page = new Uint8Array(CLOUD_SMART_BYTES);
  const view = viewOf(page);
  const { config } = drive;
  const smart = viewOf(drive.smart());
  const flash = flashOf(drive);
  const counts = drive.health.counts();
  const unsafeShutdowns = smart.getUint32(SMART.UNSAFE_SHUTDOWNS, true);
  const isProtected = config.flash?.protectedBuffer === true;
  const pages = flash === undefined ? 0 : flash.pagesRead + flash.pagesCollected;
  const mediaRead = config.flash === undefined ? counts.hostBytesRead : pages * config.flash.pageBytes;
  const detected = counts.failedByStatus.filter(({ status }) => PROTECTION_CHECKS.includes(status));
  const throttled = smart.getUint32(SMART.THERMAL_TRANSITIONS_2, true);
  setCounter(view, CLOUD_SMART.MEDIA_WRITTEN, flash?.nandBytesProgrammed ?? counts.hostBytesWritten);
  setCounter(view, CLOUD_SMART.MEDIA_READ, mediaRead);
  view.setUint16(CLOUD_SMART.BAD_USER_BLOCKS_NORMALIZED, WHOLE, true);
  view.setUint16(CLOUD_SMART.BAD_SYSTEM_BLOCKS_NORMALIZED, WHOLE, true);
  setCounter(view, CLOUD_SMART.UNCORRECTABLE_READS, counts.mediaErrors);
  setCounter(view, CLOUD_SMART.SOFT_ECC_ERRORS, flash?.readRetries ?? 0);
  const detections = detected.reduce((sum, { count }) => sum + count, 0);
  view.setUint32(CLOUD_SMART.END_TO_END_DETECTED, detections, true);
  view.setUint32(CLOUD_SMART.MOST_ERASES, flash?.mostErases ?? 0, true);
  view.setUint32(CLOUD_SMART.LEAST_ERASES, flash?.leastErases ?? 0, true);
  view.setUint8(CLOUD_SMART.THROTTLING_EVENTS, Math.min(MOST_BYTE, throttled));
  view.setUint8(CLOUD_SMART.SPECIFICATION_MAJOR, 2);
  view.setUint32(CLOUD_SMART.INCOMPLETE_SHUTDOWNS, unsafeShutdowns, true);
  const free = flash === undefined ? 1 : flash.freeSuperblocks / flash.superblocks;
  view.setUint8(CLOUD_SMART.FREE_BLOCKS_PERCENT, Math.floor(free * WHOLE));
  view.setUint16(CLOUD_SMART.CAPACITOR_HEALTH, isProtected ? WHOLE : NO_CAPACITORS, true);
  setCounter(view, CLOUD_SMART.UNALIGNED_IO, flash?.unitsWrittenInPart ?? 0);
  setCounter(view, CLOUD_SMART.TOTAL_NUSE, Math.ceil(drive.usedBytes() / config.lbaBytes));
  setCounter(view, CLOUD_SMART.POWER_LOSS_PROTECTIONS, isProtected ? unsafeShutdowns : 0);
  setCounter(view, CLOUD_SMART.ENDURANCE_ESTIMATE, enduranceBytes(flash));
  view.setUint16(CLOUD_SMART.VERSION, CLOUD_SMART_VERSION, true);
  page.set(CLOUD_SMART_GUID, CLOUD_SMART.GUID);
  return page;
}
