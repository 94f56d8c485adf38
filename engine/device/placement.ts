/**
 * Flexible Data Placement of a namespace with reclaim unit handles (NVMe base 2.1, 8.1.10): writes name one by its placement
 * identifier, which is the number of the handle. How the data lies is not played; what each reclaim unit still takes is.
 */
import { NVM, SQE } from '../spec/command.js';
import {
  DATA_PLACEMENT,
  DIRECTIVE_SHIFT,
  DIRECTIVE_TYPE,
  IO_MANAGEMENT_RECEIVE,
  RECLAIM_UNIT_HANDLE_STATUS,
  RUHS,
} from '../spec/placement.js';
import { INVALID_FIELD, INVALID_NAMESPACE, SUCCESS } from './answers.js';
import type { SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import { ACCESS_WRITE } from './dma-table.js';
import type { Health } from './health.js';
import { IoCommands, UNSUPPORTED_CDW0 } from './io-commands.js';
import type { Media } from './media.js';
import type { MediaTiming } from './media-timing.js';

const MOST_ANSWERED_BYTES = 2 ** 20;
/** Of each handle. */
const RECLAIM_UNIT_BYTES = 64 * 2 ** 20;
const TWO_32 = 2 ** 32;

export class PlacedIoCommands extends IoCommands {
  private readonly unitLbas: number;
  /** What each reclaim unit takes before the handle goes on with the next, in logical blocks. */
  private readonly leftLbas: Float64Array;

  constructor(config: SimConfig, media: Media, data: DataPointer, health: Health, timing?: MediaTiming) {
    super(config, media, data, health, timing);
    this.unitLbas = RECLAIM_UNIT_BYTES / config.lbaBytes;
    this.leftLbas = new Float64Array(config.personality.placementHandles).fill(this.unitLbas);
  }

  override execute(cdw0: number, commands: Uint32Array, at: number): number {
    const opcode = cdw0 & 0xff;
    if (opcode === IO_MANAGEMENT_RECEIVE) return this.receive(cdw0, commands, at);
    if (opcode !== NVM.WRITE) return super.execute(cdw0, commands, at);
    const cdw12 = commands[at + SQE.CDW12];
    const directive = cdw12 & DIRECTIVE_TYPE;
    if (directive !== 0 && directive !== DATA_PLACEMENT) return INVALID_FIELD;
    const lbas = (cdw12 & 0xffff) + 1;
    const pid = directive === 0 ? 0 : commands[at + SQE.CDW13] >>> DIRECTIVE_SHIFT;
    const status = super.execute(cdw0, commands, at);
    // An identifier that there is none of is that of the first handle.
    if (status === SUCCESS) this.wrote(pid < this.leftLbas.length ? pid : 0, lbas);
    return status;
  }

  private wrote(handle: number, lbas: number): void {
    this.leftLbas[handle] -= lbas;
    if (this.leftLbas[handle] <= 0) this.leftLbas[handle] += this.unitLbas;
  }

  private receive(cdw0: number, commands: Uint32Array, at: number): number {
    if ((cdw0 & UNSUPPORTED_CDW0) !== 0) return INVALID_FIELD;
    if (commands[at + SQE.NSID] !== this.nsid) return INVALID_NAMESPACE;
    const lengthBytes = (commands[at + SQE.CDW11] + 1) * 4;
    const asked = commands[at + SQE.CDW10] & 0xff;
    if (asked !== RECLAIM_UNIT_HANDLE_STATUS || lengthBytes > MOST_ANSWERED_BYTES) return INVALID_FIELD;
    const gathered = this.data.gather(commands, at, lengthBytes, ACCESS_WRITE);
    if (gathered !== SUCCESS) return gathered;
    this.data.deliver(this.status(), 0, lengthBytes);
    return SUCCESS;
  }

  private status(): Uint32Array {
    const { leftLbas } = this;
    const data = new DataView(new ArrayBuffer(RUHS.FIRST + leftLbas.length * RUHS.BYTES));
    data.setUint16(RUHS.COUNT, leftLbas.length, true);
    for (const [handle, lbas] of leftLbas.entries()) {
      const from = RUHS.FIRST + handle * RUHS.BYTES;
      data.setUint16(from + RUHS.PID, handle, true);
      data.setUint16(from + RUHS.RUHID, handle, true);
      data.setUint32(from + RUHS.RUAMW, lbas % TWO_32, true);
      data.setUint32(from + RUHS.RUAMW + 4, Math.floor(lbas / TWO_32), true);
    }
    return new Uint32Array(data.buffer);
  }
}
