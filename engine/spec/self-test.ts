/** Device Self-test (NVMe base 2.0, 5.9) and its log page (5.16.1.7, log page 06h). Offsets in bytes. */

/** Self-test Code: CDW10 bits 3:0; of SHORT and EXTENDED also what is under way, and what a result is of. */
export const SELF_TEST_CODE = { SHORT: 1, EXTENDED: 2, ABORT: 15 } as const;

/** Bits 3:0 of the status of a result. */
export const SELF_TEST_RESULT = {
  PASSED: 0,
  ABORTED_BY_COMMAND: 1,
  ABORTED_BY_RESET: 2,
  ABORTED_BY_FORMAT: 4,
  SEGMENT_FAILED: 7,
  ABORTED_BY_SANITIZE: 9,
  UNUSED: 15,
} as const;

export const SELF_TEST_LOG_BYTES = 564;
/** Of the latest, the newest first. */
export const SELF_TEST_RESULTS = 20;
export const SELF_TEST_RESULT_BYTES = 28;

/** Within the log page: what is under way, how many percent of it are done, and the results. */
export const SELF_TEST_LOG = { OPERATION: 0, COMPLETION: 1, RESULTS: 4 } as const;

/** Within a result: status (7:4 which test), segment that failed, what of the rest is valid, power on hours, and where it failed by what. */
export const SELF_TEST_ENTRY = {
  STATUS: 0,
  SEGMENT: 1,
  VALID: 2,
  POWER_ON_HOURS: 4,
  NSID: 12,
  FAILING_LBA: 16,
  STATUS_CODE_TYPE: 24,
  STATUS_CODE: 25,
} as const;

/** Bits of VALID. */
export const SELF_TEST_VALID = { NSID: 1, FAILING_LBA: 2, STATUS_CODE_TYPE: 4, STATUS_CODE: 8 } as const;
