/** Dataset Management (NVM command set 1.0, 3.2.3), within the limits that the controller names. Nothing is allocated. */
import { DSM, SQE } from '../spec/command.js';
import { COMMAND_SIZE_LIMIT, LBA_OUT_OF_RANGE, SUCCESS } from './answers.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_READ } from './dma-table.js';
import type { SizeLimits } from './size-limits.js';

/** Blocks that are deallocated read as zeroes (DLFEAT); hints are taken and nothing done. */
export class DatasetManagement {
  private readonly data: DataPointer;
  private readonly sizeLbas: number;
  private readonly ranges: number;
  private readonly rangeLbas: number;
  private readonly allLbas: number;
  private readonly deallocate: (slba: number, lbas: number) => void;

  constructor(
    data: DataPointer,
    sizeLbas: number,
    { ranges, rangeLbas, allLbas }: SizeLimits,
    deallocate: (slba: number, lbas: number) => void,
  ) {
    this.data = data;
    this.sizeLbas = sizeLbas;
    this.ranges = ranges || 256;
    this.rangeLbas = rangeLbas || Number.MAX_SAFE_INTEGER;
    this.allLbas = allLbas || Number.MAX_SAFE_INTEGER;
    this.deallocate = deallocate;
  }

  /** Carries out a command of an entry; returns its status. */
  execute(commands: Uint32Array, at: number): number {
    const ranges = (commands[at + SQE.CDW10] & 0xff) + 1;
    const deallocates = (commands[at + SQE.CDW11] & DSM.DEALLOCATE) !== 0;
    if (ranges > this.ranges) return COMMAND_SIZE_LIMIT;
    const gathered = this.data.gather(commands, at, ranges * DSM.RANGE_BYTES, ACCESS_READ);
    if (gathered !== SUCCESS) return gathered;
    let all = 0;
    for (let range = 0; range < ranges; range++) {
      const word = range * (DSM.RANGE_BYTES / 4);
      // Each word once, since the host may change it at any time.
      const lbas = this.data.wordAt(word + DSM.RANGE_LBAS);
      const low = this.data.wordAt(word + DSM.RANGE_SLBA_LOW);
      const slba = low + this.data.wordAt(word + DSM.RANGE_SLBA_HIGH) * 4294967296;
      if (slba + lbas > this.sizeLbas) return LBA_OUT_OF_RANGE;
      all += lbas;
      if (lbas > this.rangeLbas || all > this.allLbas) return COMMAND_SIZE_LIMIT;
      if (deallocates) this.deallocate(slba, lbas);
    }
    return SUCCESS;
  }
}
