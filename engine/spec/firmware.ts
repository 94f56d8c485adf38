/** Firmware Image Download and Firmware Commit (NVMe base 2.0, 5.12 and 5.13), and what Identify Controller says of slots. */

/** FRMW: slot 1 cannot be written; slots in bits 3:1; an image can be activated without a reset; overlaps of downloads are noticed. */
export const FRMW = {
  FIRST_READ_ONLY: 1,
  SLOTS_SHIFT: 1,
  WITHOUT_RESET: 1 << 4,
  DETECTS_OVERLAPS: 1 << 5,
} as const;
/** FWUG, in units of 4 KiB. */
export const FWUG_AT = 319;

/** Commit Action: CDW10 bits 5:3; the slot is in bits 2:0, 0 for one that the controller chooses. */
export const COMMIT_ACTION = {
  REPLACE: 0,
  REPLACE_AND_ACTIVATE_AT_RESET: 1,
  ACTIVATE_AT_RESET: 2,
  ACTIVATE_NOW: 3,
} as const;
