/** HOT: reads and writes of a controller without media, of whose blocks nothing is kept: checks and counts. */
import { NVM, SQE } from '../spec/command.js';
import { INVALID_FIELD, INVALID_NAMESPACE, LBA_OUT_OF_RANGE, SUCCESS } from './answers.js';
import type { SimConfig } from './config.js';
import type { DataPointer } from './data-pointer.js';
import type { Health } from './health.js';

// V8 of Node 20 does not fold what is imported into compiled code; it folds these.
const { NSID, CDW10, CDW11, CDW12 } = SQE;
const { READ } = NVM;
const OK = SUCCESS;
const TWO_32 = 2 ** 32;

export class BareTransfers {
  private readonly data: DataPointer;
  private readonly health: Health;
  private readonly lbaBytes: number;
  private readonly sizeLbas: number;
  private readonly mdtsBytes: number;

  constructor({ lbaBytes, sizeBytes, mdtsBytes }: SimConfig, data: DataPointer, health: Health) {
    this.data = data;
    this.health = health;
    this.lbaBytes = lbaBytes;
    this.sizeLbas = sizeBytes / lbaBytes;
    this.mdtsBytes = mdtsBytes;
  }

  /** The status of a read or write of namespace `nsid`; `cdw0` is its first word, the others are read once, from `at` on. */
  execute(nsid: number, cdw0: number, commands: Uint32Array, at: number): number {
    if (commands[at + NSID] !== nsid) return INVALID_NAMESPACE;
    const lbas = (commands[at + CDW12] & 0xffff) + 1;
    const lengthBytes = lbas * this.lbaBytes;
    if (lengthBytes > this.mdtsBytes) return INVALID_FIELD;
    const slba = commands[at + CDW10] + commands[at + CDW11] * TWO_32;
    if (slba + lbas > this.sizeLbas) return LBA_OUT_OF_RANGE;
    const status = this.data.check(commands, at, lengthBytes);
    if (status !== OK) return status;
    if ((cdw0 & 0xff) === READ) this.health.countRead(lengthBytes);
    else this.health.countWrite(lengthBytes);
    return OK;
  }
}
