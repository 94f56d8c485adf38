/** linux/nvme_ioctl.h: commands of NVMe through the kernel's driver. */

/** An admin command by ioctl(2), struct nvme_passthru_cmd. */
export const NVME_IOCTL_ADMIN_CMD = 0xc048_4e41;
/** The same of an I/O command. */
export const NVME_IOCTL_IO_CMD = 0xc048_4e43;
/** An I/O command by io_uring, on the generic device of a namespace, struct nvme_uring_cmd. */
export const NVME_URING_CMD_IO = 0xc048_4e80;

/** Bytes of both structures. */
export const NVME_COMMAND_BYTES = 72;

/** Word indices of both structures. */
export const NVME_COMMAND = {
  /** Opcode, then flags << 8. */
  OPCODE: 0,
  NSID: 1,
  ADDRESS_LOW: 6,
  ADDRESS_HIGH: 7,
  DATA_LENGTH: 9,
  CDW10: 10,
  CDW11: 11,
  CDW12: 12,
  CDW13: 13,
  TIMEOUT_MS: 16,
  /** Of struct nvme_passthru_cmd alone: DW0 of the completion. */
  RESULT: 17,
} as const;
