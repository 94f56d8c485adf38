/** Completion status: names of the status code types and codes (NVMe base 2.0, 4.2.3, figures 93 to 99). */

import { kernelErrorName } from './kernel-error.js';

export const SCT_GENERIC = 0;
export const SCT_COMMAND_SPECIFIC = 1;
export const SCT_MEDIA = 2;
export const SCT_PATH = 3;
/** No drive sends it (4h to 6h are reserved): an operating system's error in the place of a status, its errno as the code. */
export const SCT_KERNEL = 6;
export const SCT_VENDOR = 7;

/** Status codes the software controller answers with and the driver tells apart. */
export const SC = {
  SUCCESS: 0x00,
  INVALID_OPCODE: 0x01,
  INVALID_FIELD: 0x02,
  COMMAND_ID_CONFLICT: 0x03,
  DATA_TRANSFER_ERROR: 0x04,
  INTERNAL_ERROR: 0x06,
  ABORT_REQUESTED: 0x07,
  ABORTED_SQ_DELETION: 0x08,
  INVALID_NAMESPACE: 0x0b,
  COMMAND_SEQUENCE_ERROR: 0x0c,
  PRP_OFFSET_INVALID: 0x13,
  SANITIZE_IN_PROGRESS: 0x1d,
  LBA_OUT_OF_RANGE: 0x80,
  CAPACITY_EXCEEDED: 0x81,
  // command specific (SCT 1)
  COMPLETION_QUEUE_INVALID: 0x00,
  INVALID_QUEUE_IDENTIFIER: 0x01,
  INVALID_QUEUE_SIZE: 0x02,
  ABORT_COMMAND_LIMIT: 0x03,
  ASYNC_EVENT_LIMIT: 0x05,
  INVALID_FIRMWARE_SLOT: 0x06,
  INVALID_FIRMWARE_IMAGE: 0x07,
  INVALID_INTERRUPT_VECTOR: 0x08,
  INVALID_LOG_PAGE: 0x09,
  INVALID_FORMAT: 0x0a,
  INVALID_QUEUE_DELETION: 0x0c,
  FEATURE_NOT_SAVEABLE: 0x0d,
  FEATURE_NOT_CHANGEABLE: 0x0e,
  OVERLAPPING_RANGE: 0x14,
  SELF_TEST_IN_PROGRESS: 0x1d,
  COMMAND_SET_NOT_ENABLED: 0x2a,
  COMMAND_SET_COMBINATION_REJECTED: 0x2b,
  INVALID_PROTECTION_INFORMATION: 0x81,
  COMMAND_SIZE_LIMIT: 0x83,
  ZONE_BOUNDARY: 0xb8,
  ZONE_IS_FULL: 0xb9,
  ZONE_INVALID_WRITE: 0xbc,
  TOO_MANY_ACTIVE_ZONES: 0xbd,
  TOO_MANY_OPEN_ZONES: 0xbe,
  INVALID_ZONE_STATE_TRANSITION: 0xbf,
  // media (SCT 2)
  WRITE_FAULT: 0x80,
  UNRECOVERED_READ_ERROR: 0x81,
  GUARD_CHECK: 0x82,
  APPLICATION_TAG_CHECK: 0x83,
  REFERENCE_TAG_CHECK: 0x84,
  COMPARE_FAILURE: 0x85,
  DEALLOCATED_OR_UNWRITTEN: 0x87,
} as const;

const generic: Readonly<Record<number, string>> = {
  0: 'Successful Completion',
  1: 'Invalid Command Opcode',
  2: 'Invalid Field in Command',
  3: 'Command ID Conflict',
  4: 'Data Transfer Error',
  5: 'Commands Aborted due to Power Loss Notification',
  6: 'Internal Error',
  7: 'Command Abort Requested',
  8: 'Command Aborted due to SQ Deletion',
  9: 'Command Aborted due to Failed Fused Command',
  10: 'Command Aborted due to Missing Fused Command',
  11: 'Invalid Namespace or Format',
  12: 'Command Sequence Error',
  13: 'Invalid SGL Segment Descriptor',
  14: 'Invalid Number of SGL Descriptors',
  15: 'Data SGL Length Invalid',
  16: 'Metadata SGL Length Invalid',
  17: 'SGL Descriptor Type Invalid',
  18: 'Invalid Use of Controller Memory Buffer',
  19: 'PRP Offset Invalid',
  20: 'Atomic Write Unit Exceeded',
  21: 'Operation Denied',
  22: 'SGL Offset Invalid',
  24: 'Host Identifier Inconsistent Format',
  25: 'Keep Alive Timer Expired',
  26: 'Keep Alive Timeout Invalid',
  27: 'Command Aborted due to Preempt and Abort',
  28: 'Sanitize Failed',
  29: 'Sanitize In Progress',
  30: 'SGL Data Block Granularity Invalid',
  31: 'Command Not Supported for Queue in CMB',
  32: 'Namespace is Write Protected',
  33: 'Command Interrupted',
  34: 'Transient Transport Error',
  35: 'Command Prohibited by Command and Feature Lockdown',
  36: 'Admin Command Media Not Ready',
  37: 'Invalid Key Tag',
  38: 'Host Dispersed Namespace Support Not Enabled',
  39: 'Host Identifier Not Initialized',
  40: 'Incorrect Key',
  41: 'FDP Disabled',
  42: 'Invalid Placement Handle List',
  128: 'LBA Out of Range',
  129: 'Capacity Exceeded',
  130: 'Namespace Not Ready',
  131: 'Reservation Conflict',
  132: 'Format In Progress',
  // Key value command set 1.0, figure 7.
  133: 'Invalid Value Size',
  134: 'Invalid Key Size',
  135: 'KV Key Does Not Exist',
  136: 'Unrecovered Error',
  137: 'Key Exists',
};

const commandSpecific: Readonly<Record<number, string>> = {
  0: 'Completion Queue Invalid',
  1: 'Invalid Queue Identifier',
  2: 'Invalid Queue Size',
  3: 'Abort Command Limit Exceeded',
  5: 'Asynchronous Event Request Limit Exceeded',
  6: 'Invalid Firmware Slot',
  7: 'Invalid Firmware Image',
  8: 'Invalid Interrupt Vector',
  9: 'Invalid Log Page',
  10: 'Invalid Format',
  11: 'Firmware Activation Requires Conventional Reset',
  12: 'Invalid Queue Deletion',
  13: 'Feature Identifier Not Saveable',
  14: 'Feature Not Changeable',
  15: 'Feature Not Namespace Specific',
  16: 'Firmware Activation Requires NVM Subsystem Reset',
  17: 'Firmware Activation Requires Controller Level Reset',
  18: 'Firmware Activation Requires Maximum Time Violation',
  19: 'Firmware Activation Prohibited',
  20: 'Overlapping Range',
  21: 'Namespace Insufficient Capacity',
  22: 'Namespace Identifier Unavailable',
  24: 'Namespace Already Attached',
  25: 'Namespace Is Private',
  26: 'Namespace Not Attached',
  27: 'Thin Provisioning Not Supported',
  28: 'Controller List Invalid',
  29: 'Device Self-test In Progress',
  30: 'Boot Partition Write Prohibited',
  31: 'Invalid Controller Identifier',
  32: 'Invalid Secondary Controller State',
  33: 'Invalid Number of Controller Resources',
  34: 'Invalid Resource Identifier',
  35: 'Sanitize Prohibited While Persistent Memory Region is Enabled',
  36: 'ANA Group Identifier Invalid',
  37: 'ANA Attach Failed',
  38: 'Insufficient Capacity',
  39: 'Namespace Attachment Limit Exceeded',
  40: 'Prohibition of Command Execution Not Supported',
  41: 'I/O Command Set Not Supported',
  42: 'I/O Command Set Not Enabled',
  43: 'I/O Command Set Combination Rejected',
  44: 'Invalid I/O Command Set',
  45: 'Identifier Unavailable',
  128: 'Conflicting Attributes',
  129: 'Invalid Protection Information',
  130: 'Attempted Write to Read Only Range',
  131: 'Command Size Limit Exceeded',
  // Zoned namespace command set 1.1, figure 14.
  182: 'Invalid Zone Operation Request',
  183: 'ZRWA Resources Unavailable',
  184: 'Zone Boundary Error',
  185: 'Zone Is Full',
  186: 'Zone Is Read Only',
  187: 'Zone Is Offline',
  188: 'Zone Invalid Write',
  189: 'Too Many Active Zones',
  190: 'Too Many Open Zones',
  191: 'Invalid Zone State Transition',
};

const media: Readonly<Record<number, string>> = {
  128: 'Write Fault',
  129: 'Unrecovered Read Error',
  130: 'End-to-end Guard Check Error',
  131: 'End-to-end Application Tag Check Error',
  132: 'End-to-end Reference Tag Check Error',
  133: 'Compare Failure',
  134: 'Access Denied',
  135: 'Deallocated or Unwritten Logical Block',
  136: 'End-to-End Storage Tag Check Error',
};

const path: Readonly<Record<number, string>> = {
  0: 'Internal Path Error',
  1: 'Asymmetric Access Persistent Loss',
  2: 'Asymmetric Access Inaccessible',
  3: 'Asymmetric Access Transition',
  96: 'Controller Pathing Error',
  112: 'Host Pathing Error',
  113: 'Command Aborted By Host',
};

const tables: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [SCT_GENERIC]: generic,
  [SCT_COMMAND_SPECIFIC]: commandSpecific,
  [SCT_MEDIA]: media,
  [SCT_PATH]: path,
};

/** The parts of a 15-bit status field. */
export interface Status {
  readonly statusCode: number;
  readonly statusCodeType: number;
  /** CRD: 1 to 3 for the delays of Identify Controller (CRDT), 0 for none. */
  readonly retryDelay: number;
  readonly more: boolean;
  readonly doNotRetry: boolean;
}

export function decodeStatus(field: number): Status {
  return {
    statusCode: field & 0xff,
    statusCodeType: (field >>> 8) & 0x7,
    retryDelay: (field >>> 11) & 0x3,
    more: ((field >>> 13) & 1) === 1,
    doNotRetry: ((field >>> 14) & 1) === 1,
  };
}

/** The 15-bit status field of SCT and SC, with DNR where asked. */
export function encodeStatus(statusCodeType: number, statusCode: number, doNotRetry = false): number {
  return statusCode | (statusCodeType << 8) | (doNotRetry ? 1 << 14 : 0);
}

/** The specification's name of a status, for example `LBA Out of Range (SCT 0h, SC 80h)`. */
export function statusName(field: number): string {
  const { statusCode, statusCodeType, doNotRetry } = decodeStatus(field);
  if (statusCodeType === SCT_KERNEL) return kernelErrorName(statusCode);
  const known = tables[statusCodeType]?.[statusCode];
  const name = known ?? (statusCodeType === SCT_VENDOR ? 'Vendor Specific' : 'Reserved Status');
  const code = statusCode.toString(16).padStart(2, '0');
  return `${name} (SCT ${statusCodeType}h, SC ${code}h${doNotRetry ? ', DNR' : ''})`;
}
