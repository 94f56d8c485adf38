/** linux/io_uring.h: numbers and layouts that the kernel shares with its users. */

export const SYSCALL = { SETUP: 425, ENTER: 426, REGISTER: 427 } as const;

/** Flags of io_uring_setup(2), with the first kernel that knows them where that is after 5.6. */
export const SETUP = {
  IOPOLL: 1,
  SQPOLL: 2,
  SQ_AFF: 4,
  /** 5.10 */
  R_DISABLED: 64,
  /** 5.18 */
  SUBMIT_ALL: 128,
  /** 5.19 */
  COOP_TASKRUN: 256,
  /** 5.19 */
  TASKRUN_FLAG: 512,
  /** 5.19 */
  SQE128: 1024,
  /** 5.19 */
  CQE32: 2048,
  /** 6.0 */
  SINGLE_ISSUER: 4096,
  /** 6.1 */
  DEFER_TASKRUN: 8192,
} as const;

/** Bits of the flags word of a submission ring. */
export const SQ_FLAG = { NEED_WAKEUP: 1, CQ_OVERFLOW: 2, TASKRUN: 4 } as const;

/** Flags of io_uring_enter(2). */
export const ENTER = { GETEVENTS: 1, SQ_WAKEUP: 2, EXT_ARG: 8 } as const;

/** Bits of `features` in the parameters. */
export const FEATURE = { SINGLE_MMAP: 1, EXT_ARG: 256 } as const;

/** Opcodes of io_uring_register(2). */
export const REGISTER = {
  BUFFERS: 0,
  FILES: 2,
  EVENTFD: 4,
  NO_EVENTFD: 5,
  PROBE: 8,
  ENABLE_RINGS: 12,
} as const;

/** Opcodes of submission entries. */
export const OPERATION = {
  NOP: 0,
  FSYNC: 3,
  READ_FIXED: 4,
  WRITE_FIXED: 5,
  FALLOCATE: 17,
  URING_CMD: 46,
} as const;

/** Modes of fallocate(2) that keep the size of the file. */
export const FALLOCATE = { PUNCH_HOLE: 0x03, ZERO_RANGE: 0x11 } as const;

/** Word indices of struct io_uring_params. */
export const PARAMS = {
  WORDS: 30,
  SQ_ENTRIES: 0,
  CQ_ENTRIES: 1,
  FLAGS: 2,
  SQ_THREAD_CPU: 3,
  SQ_THREAD_IDLE_MS: 4,
  FEATURES: 5,
  /** Byte offsets into the mapping of the rings. */
  SQ_HEAD: 10,
  SQ_TAIL: 11,
  SQ_FLAGS: 14,
  SQ_ARRAY: 16,
  CQ_HEAD: 20,
  CQ_TAIL: 21,
  CQ_CQES: 25,
} as const;

/** Offsets by which the memory of a ring is mapped. */
export const MAP_OFFSET = { RINGS: 0, SQES: 0x1000_0000 } as const;

/** Word indices of a submission entry. */
export const URING_SQE = {
  WORDS: 16,
  /** Opcode, then flags << 8. */
  OPCODE: 0,
  FD: 1,
  OFFSET_LOW: 2,
  OFFSET_HIGH: 3,
  ADDRESS_LOW: 4,
  ADDRESS_HIGH: 5,
  LENGTH: 6,
  OPERATION_FLAGS: 7,
  USER_DATA_LOW: 8,
  BUFFER_INDEX: 10,
} as const;

/** With IORING_OP_URING_CMD: the operation of the driver stands in OFFSET_LOW, its command begins at this word of 32. */
export const COMMAND_AT = 12;
/** In OPERATION_FLAGS: the command's data lie in the registered buffer. */
export const URING_CMD_FIXED = 1;

/** Flag of a submission entry, in its place in word 0: the descriptor is an index of the registered files. */
export const FIXED_FILE = 1 << 8;

/** Word indices of a completion entry. */
export const URING_CQE = {
  USER_DATA_LOW: 0,
  RESULT: 2,
  /** With CQE32, of commands of NVMe: DW0 and DW1 of their completions. */
  COMMAND_RESULT_LOW: 4,
  COMMAND_RESULT_HIGH: 5,
} as const;

/** struct io_uring_getevents_arg, for a wait that ends by time. */
export const GETEVENTS_ARG_BYTES = 24;
/** struct io_uring_probe: a header of 16 bytes, then 8 for each opcode; bit 0 of the flags word says that it is supported. */
export const PROBE_HEADER_BYTES = 16;
export const PROBE_ENTRY_BYTES = 8;
