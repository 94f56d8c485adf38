/** What Identify Controller says of log pages and what belongs to them (NVMe base 2.0, figure 275). */
import {
  NOTICE_FIRMWARE_ACTIVATION,
  NOTICE_NAMESPACE_CHANGED,
  NOTICE_TELEMETRY,
} from '../../spec/async-event.js';
import { OACS, ONCS } from '../../spec/command.js';
import { CTRATT_ENDURANCE_GROUPS, ENDURANCE_GROUP } from '../../spec/endurance-group.js';
import { IDCTRL } from '../../spec/identify.js';
import { VERSION_2_0 } from '../../spec/registers.js';
import type { Personality } from '../personality.js';
import { PERSISTENT_LOG_UNITS } from './persistent-events.js';

/** LPA: effects, offsets and lengths of 32 bits, telemetry, persistent events, and the pages that came with version 2.0. */
const LPA_EFFECTS = 1 << 1;
const LPA_EXTENDED_DATA = 1 << 2;
const LPA_TELEMETRY = 1 << 3;
const LPA_PERSISTENT = 1 << 4;
const LPA_SUPPORTED_PAGES = 1 << 5;
/** DSTO: one self-test at a time in the whole subsystem. */
const DSTO_ONE = 1;
const MS_PER_MINUTE = 60_000;

/** Adds to the fields that others share. */
export function describeLogs(
  view: DataView,
  { logs, selfTestTakesMs, version, firmwareSlots }: Personality,
): void {
  let pages = LPA_EFFECTS | LPA_EXTENDED_DATA;
  if (version >= VERSION_2_0) pages |= LPA_SUPPORTED_PAGES;
  let events = NOTICE_NAMESPACE_CHANGED;
  if (firmwareSlots > 1) events |= NOTICE_FIRMWARE_ACTIVATION;
  if (logs.includes('telemetry')) {
    pages |= LPA_TELEMETRY;
    events |= NOTICE_TELEMETRY;
  }
  if (logs.includes('persistent')) {
    pages |= LPA_PERSISTENT;
    view.setUint16(IDCTRL.ONCS, view.getUint16(IDCTRL.ONCS, true) | ONCS.TIMESTAMP, true);
    view.setUint32(IDCTRL.PELS, PERSISTENT_LOG_UNITS, true);
  }
  if (logs.includes('endurance')) {
    view.setUint32(IDCTRL.CTRATT, view.getUint32(IDCTRL.CTRATT, true) | CTRATT_ENDURANCE_GROUPS, true);
    view.setUint16(IDCTRL.ENDGIDMAX, ENDURANCE_GROUP, true);
  }
  if (selfTestTakesMs !== undefined) {
    view.setUint16(IDCTRL.OACS, view.getUint16(IDCTRL.OACS, true) | OACS.DEVICE_SELF_TEST, true);
    view.setUint16(IDCTRL.EDSTT, Math.ceil(selfTestTakesMs[1] / MS_PER_MINUTE), true);
    view.setUint8(IDCTRL.DSTO, DSTO_ONE);
  }
  view.setUint8(IDCTRL.LPA, pages);
  view.setUint32(IDCTRL.OAES, events, true);
}
