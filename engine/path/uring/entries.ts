/** Submission entries of a job's slots, as the kernel reads them: everything but where on the namespace the data lies. */
import { DATA_PLACEMENT, DSM, ZONE_ACTION } from '../../spec/index.js';
import {
  COMMAND_AT,
  FALLOCATE,
  FIXED_FILE,
  OPERATION,
  SETUP,
  URING_CMD_FIXED,
  URING_SQE,
} from '../../sys/io-uring-abi.js';
import { viewAt } from '../../sys/mapping.js';
import { NVME_COMMAND, NVME_URING_CMD_IO } from '../../sys/nvme-ioctl-abi.js';
import { dataOperations, fuaOf, OPCODE_OF, type OperationName } from '../operations.js';
import type { QueueShape } from '../path.js';
import { rangesBytes } from '../ranges.js';
import type { RingSpec } from './ring.js';

/** Where the memory of slots is. */
export interface SlotMemory {
  /** Of a buffer, which is registered by that number where the ring is of commands, and as a part of one otherwise. */
  addressOf(buffer: number): bigint;
  /** The buffer of the first slot that is sent from; those read into begin at 0. */
  readonly writesFrom: number;
  /** Of the ranges that Dataset Management reads, as many for each slot as a command has. */
  readonly rangesAddress: bigint;
}

/** Fills the entries of every slot, those of one operation after those of another. */
export function fillEntries(
  ring: RingSpec,
  shape: QueueShape,
  { addressOf, writesFrom, rangesAddress }: SlotMemory,
): void {
  const { operations, iodepth } = shape;
  const commands = (ring.flags & SETUP.SQE128) !== 0;
  const words = URING_SQE.WORDS * (commands ? 2 : 1);
  const sqes = new Int32Array(viewAt(ring.sqesAddress, ring.sqesBytes));
  sqes.fill(0);
  const moving = dataOperations(shape);
  for (const [index, operation] of operations.entries()) {
    for (let slot = 0; slot < iodepth; slot++) {
      const entry = index * iodepth + slot;
      const sqe = sqes.subarray(entry * words, (entry + 1) * words);
      sqe[URING_SQE.USER_DATA_LOW] = slot;
      if (!moving.includes(operation)) {
        if (commands)
          fillOtherCommand(
            sqe,
            operation,
            rangesAddress + BigInt(rangesBytes(slot, shape.rangesPerCommand)),
            shape,
          );
        else fillOther(sqe, operation);
        continue;
      }
      const buffer = (operation === 'read' ? 0 : writesFrom) + slot;
      const fill = commands ? fillCommand : fillTransfer;
      fill(sqe, operation, addressOf(buffer), shape);
      if (commands) sqe[URING_SQE.BUFFER_INDEX] = buffer;
    }
  }
}

/** Flush, and what fallocate(2) does for a file or a block device. */
function fillOther(sqe: Int32Array, operation: OperationName): void {
  const flush = operation === 'flush';
  sqe[URING_SQE.OPCODE] = FIXED_FILE | (flush ? OPERATION.FSYNC : OPERATION.FALLOCATE);
  if (!flush)
    sqe[URING_SQE.LENGTH] = operation === 'deallocate' ? FALLOCATE.PUNCH_HOLE : FALLOCATE.ZERO_RANGE;
}

function fillOtherCommand(sqe: Int32Array, operation: OperationName, range: bigint, shape: QueueShape): void {
  sqe[URING_SQE.OPCODE] = FIXED_FILE | OPERATION.URING_CMD;
  sqe[URING_SQE.OFFSET_LOW] = NVME_URING_CMD_IO | 0;
  const command = sqe.subarray(COMMAND_AT);
  command[NVME_COMMAND.OPCODE] = OPCODE_OF[operation];
  command[NVME_COMMAND.NSID] = shape.namespace.nsid;
  command[NVME_COMMAND.CDW12] = fuaOf(shape, operation);
  if (operation === 'zone-reset') command[NVME_COMMAND.CDW13] = ZONE_ACTION.RESET;
  if (operation !== 'deallocate') return;
  command.set(wordsOf(range), NVME_COMMAND.ADDRESS_LOW);
  command[NVME_COMMAND.DATA_LENGTH] = DSM.RANGE_BYTES;
  command[NVME_COMMAND.CDW11] = DSM.DEALLOCATE;
}

const wordsOf = (address: bigint): Int32Array => new Int32Array(BigUint64Array.of(address).buffer);

function fillTransfer(
  sqe: Int32Array,
  operation: OperationName,
  address: bigint,
  { bsBytes }: QueueShape,
): void {
  sqe[URING_SQE.OPCODE] = FIXED_FILE | (operation === 'write' ? OPERATION.WRITE_FIXED : OPERATION.READ_FIXED);
  sqe.set(wordsOf(address), URING_SQE.ADDRESS_LOW);
  sqe[URING_SQE.LENGTH] = bsBytes;
}

function fillCommand(sqe: Int32Array, operation: OperationName, address: bigint, shape: QueueShape): void {
  const { namespace, bsBytes } = shape;
  // The kernel compares the two nowhere, and a drive would write past a buffer that is shorter: both come from one number.
  const blocks = bsBytes / namespace.lbaBytes;
  if (!Number.isInteger(blocks) || blocks < 1) throw new RangeError(`${bsBytes} bytes are ${blocks} blocks`);
  sqe[URING_SQE.OPCODE] = FIXED_FILE | OPERATION.URING_CMD;
  sqe[URING_SQE.OFFSET_LOW] = NVME_URING_CMD_IO | 0;
  sqe[URING_SQE.OPERATION_FLAGS] = URING_CMD_FIXED;
  const command = sqe.subarray(COMMAND_AT);
  command[NVME_COMMAND.OPCODE] = OPCODE_OF[operation];
  command[NVME_COMMAND.NSID] = namespace.nsid;
  command.set(wordsOf(address), NVME_COMMAND.ADDRESS_LOW);
  command[NVME_COMMAND.DATA_LENGTH] = blocks * namespace.lbaBytes;
  const placed = operation === 'write' && shape.placement !== undefined ? DATA_PLACEMENT : 0;
  command[NVME_COMMAND.CDW12] = (blocks - 1) | fuaOf(shape, operation) | placed;
}
