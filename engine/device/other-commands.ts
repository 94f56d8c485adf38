/** HOT: I/O commands that move no data of blocks. */
import { NVM } from '../spec/command.js';

/** Commands that are carried out and move no data of blocks. */
export const isOther = (opcode: number): boolean =>
  opcode === NVM.FLUSH ||
  opcode === NVM.WRITE_ZEROES ||
  opcode === NVM.WRITE_UNCORRECTABLE ||
  opcode === NVM.DATASET_MANAGEMENT ||
  opcode === NVM.VERIFY;
