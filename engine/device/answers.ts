/** Status fields the controller answers with. Retrying what the host got wrong is pointless, so DNR is set. */
import { encodeStatus, SC, SCT_COMMAND_SPECIFIC, SCT_GENERIC, SCT_MEDIA } from '../spec/status.js';

const generic = (statusCode: number): number => encodeStatus(SCT_GENERIC, statusCode, true);
const specific = (statusCode: number): number => encodeStatus(SCT_COMMAND_SPECIFIC, statusCode, true);

export const SUCCESS = 0;
/** No completion now: the command is held (Asynchronous Event Request). */
export const HELD = -1;

export const INVALID_OPCODE = generic(SC.INVALID_OPCODE);
export const INVALID_FIELD = generic(SC.INVALID_FIELD);
export const DATA_TRANSFER_ERROR = encodeStatus(SCT_GENERIC, SC.DATA_TRANSFER_ERROR);
export const ABORT_REQUESTED = encodeStatus(SCT_GENERIC, SC.ABORT_REQUESTED);
export const ABORTED_SQ_DELETION = encodeStatus(SCT_GENERIC, SC.ABORTED_SQ_DELETION);
export const INVALID_NAMESPACE = generic(SC.INVALID_NAMESPACE);
export const COMMAND_SEQUENCE_ERROR = generic(SC.COMMAND_SEQUENCE_ERROR);
export const PRP_OFFSET_INVALID = generic(SC.PRP_OFFSET_INVALID);
export const LBA_OUT_OF_RANGE = generic(SC.LBA_OUT_OF_RANGE);
export const SANITIZE_IN_PROGRESS = encodeStatus(SCT_GENERIC, SC.SANITIZE_IN_PROGRESS);
export const CAPACITY_EXCEEDED = generic(SC.CAPACITY_EXCEEDED);

export const COMPLETION_QUEUE_INVALID = specific(SC.COMPLETION_QUEUE_INVALID);
export const INVALID_QUEUE_IDENTIFIER = specific(SC.INVALID_QUEUE_IDENTIFIER);
export const INVALID_QUEUE_SIZE = specific(SC.INVALID_QUEUE_SIZE);
export const ASYNC_EVENT_LIMIT = specific(SC.ASYNC_EVENT_LIMIT);
export const INVALID_INTERRUPT_VECTOR = specific(SC.INVALID_INTERRUPT_VECTOR);
export const INVALID_FIRMWARE_SLOT = specific(SC.INVALID_FIRMWARE_SLOT);
export const INVALID_FIRMWARE_IMAGE = specific(SC.INVALID_FIRMWARE_IMAGE);
export const OVERLAPPING_RANGE = specific(SC.OVERLAPPING_RANGE);
export const INVALID_LOG_PAGE = specific(SC.INVALID_LOG_PAGE);
export const INVALID_FORMAT = specific(SC.INVALID_FORMAT);
export const INVALID_QUEUE_DELETION = specific(SC.INVALID_QUEUE_DELETION);
export const FEATURE_NOT_SAVEABLE = specific(SC.FEATURE_NOT_SAVEABLE);
export const SELF_TEST_IN_PROGRESS = encodeStatus(SCT_COMMAND_SPECIFIC, SC.SELF_TEST_IN_PROGRESS);
export const COMMAND_SET_NOT_ENABLED = specific(SC.COMMAND_SET_NOT_ENABLED);
export const COMMAND_SET_COMBINATION_REJECTED = specific(SC.COMMAND_SET_COMBINATION_REJECTED);
export const COMMAND_SIZE_LIMIT = specific(SC.COMMAND_SIZE_LIMIT);
export const INVALID_PROTECTION_INFORMATION = specific(SC.INVALID_PROTECTION_INFORMATION);

export const COMPARE_FAILURE = encodeStatus(SCT_MEDIA, SC.COMPARE_FAILURE);
export const WRITE_FAULT = encodeStatus(SCT_MEDIA, SC.WRITE_FAULT);
export const UNRECOVERED_READ = encodeStatus(SCT_MEDIA, SC.UNRECOVERED_READ_ERROR);
export const DEALLOCATED = encodeStatus(SCT_MEDIA, SC.DEALLOCATED_OR_UNWRITTEN);
export const GUARD_CHECK = encodeStatus(SCT_MEDIA, SC.GUARD_CHECK);
export const APPLICATION_TAG_CHECK = encodeStatus(SCT_MEDIA, SC.APPLICATION_TAG_CHECK);
export const REFERENCE_TAG_CHECK = encodeStatus(SCT_MEDIA, SC.REFERENCE_TAG_CHECK);

export const ZONE_BOUNDARY = specific(SC.ZONE_BOUNDARY);
export const ZONE_IS_FULL = specific(SC.ZONE_IS_FULL);
export const TOO_MANY_ACTIVE_ZONES = specific(SC.TOO_MANY_ACTIVE_ZONES);
export const INVALID_ZONE_STATE_TRANSITION = specific(SC.INVALID_ZONE_STATE_TRANSITION);
export const ZONE_INVALID_WRITE = specific(SC.ZONE_INVALID_WRITE);
