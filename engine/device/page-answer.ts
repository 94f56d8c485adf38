import { SQE } from '../spec/command.js';
import { SUCCESS } from './answers.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_WRITE } from './dma-table.js';

/** Sends `lengthBytes` of a data structure from `offsetBytes` on, and zeros past its end, to where the command wants them; its status. */
export function answerPage(
  data: DataPointer,
  command: Uint32Array,
  page: Uint8Array,
  offsetBytes: number,
  lengthBytes: number,
): number {
  const status = data.gather(command, 0, lengthBytes, ACCESS_WRITE);
  if (status === SUCCESS)
    data.deliver(new Uint32Array(page.buffer, page.byteOffset, page.length / 4), offsetBytes, lengthBytes);
  return status;
}

/** What Get Log Page asks for, in bytes (NVMe base 2.0, 5.16: NUMDL and NUMDU, 0's based). */
export const logLengthBytes = (command: Uint32Array): number =>
  ((command[SQE.CDW10] >>> 16) + (command[SQE.CDW11] & 0xffff) * 2 ** 16 + 1) * 4;
