/** Commands of NVMe through the kernel's driver, one at a time, by ioctl on a namespace's own node. */
import { ioctl } from '../../sys/ioctl.js';
import { mapAnonymous, unmap } from '../../sys/mapping.js';
import { NVME_COMMAND, NVME_COMMAND_BYTES } from '../../sys/nvme-ioctl-abi.js';
import { statusError } from '../status-error.js';

const TIMEOUT_MS = 10_000;
const PAGE_BYTES = 4096;

/** All words that are not given are 0. */
export interface PassedCommand {
  readonly name: string;
  readonly opcode: number;
  readonly nsid?: number;
  readonly cdw10: number;
  readonly cdw11?: number;
  readonly cdw12?: number;
  readonly cdw13?: number;
  /** What it brings. */
  readonly dataBytes?: number;
  readonly timeoutMs?: number;
}

/** `request` is that of admin or of I/O commands; waits for the answer. Throws NvmeStatusError, SystemError (EACCES: not root). */
export function executeCommand(
  fd: number,
  target: string,
  request: number,
  command: PassedCommand,
): { data: DataView; result: number } {
  const { name, opcode, nsid = 0, cdw10, cdw11 = 0, cdw12 = 0, cdw13 = 0, dataBytes = 0 } = command;
  const mappedBytes = Math.ceil(dataBytes / PAGE_BYTES) * PAGE_BYTES;
  const memory = dataBytes === 0 ? undefined : mapAnonymous(mappedBytes, target);
  try {
    const words = new Int32Array(NVME_COMMAND_BYTES / 4);
    words[NVME_COMMAND.OPCODE] = opcode;
    words[NVME_COMMAND.NSID] = nsid;
    words[NVME_COMMAND.CDW10] = cdw10;
    words[NVME_COMMAND.CDW11] = cdw11;
    words[NVME_COMMAND.CDW12] = cdw12;
    words[NVME_COMMAND.CDW13] = cdw13;
    words[NVME_COMMAND.DATA_LENGTH] = dataBytes;
    words[NVME_COMMAND.TIMEOUT_MS] = command.timeoutMs ?? TIMEOUT_MS;
    if (memory !== undefined)
      words.set(new Int32Array(BigUint64Array.of(memory.address).buffer), NVME_COMMAND.ADDRESS_LOW);
    const bytes = new Uint8Array(words.buffer);
    const hints = { EACCES: 'run as root', EPERM: 'run as root' };
    const status = ioctl(fd, request, bytes, { op: name, target, hints });
    if (status > 0) throw statusError(name, target, status);
    const data = new DataView(memory?.buffer.slice(0, dataBytes) ?? new ArrayBuffer(0));
    return { data, result: words[NVME_COMMAND.RESULT] };
  } finally {
    if (memory !== undefined) unmap(memory);
  }
}
