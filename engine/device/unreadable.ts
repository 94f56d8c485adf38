/**
 * Blocks whose reads fail: those that Write Uncorrectable has marked, until they are written or deallocated (NVM command set 1.0,
 * 3.2.7), and where the host has asked for that those that hold no data (DULBE, 4.1.3.2). Of most controllers there are none.
 */
import { DEALLOCATED, SUCCESS, UNRECOVERED_READ } from './answers.js';
import { BlockSet } from './block-set.js';

export class UnreadableBlocks {
  private readonly uncorrectable = new BlockSet();
  /** Those that hold data, of a namespace that tells of the others. */
  private written: BlockSet | undefined;
  private deallocatedFail = (): boolean => false;

  /** The namespace tells of blocks without data; `deallocatedFail` says whether the host wants that now. */
  tell(deallocatedFail: () => boolean): void {
    this.written = new BlockSet();
    this.deallocatedFail = deallocatedFail;
  }

  /** Whether there are none, and nothing is noted of what is written. */
  get none(): boolean {
    return this.uncorrectable.count === 0 && this.written === undefined;
  }

  /** What reads of them end with. */
  statusOf(slba: number, lbas: number): number {
    const { uncorrectable, written } = this;
    if (uncorrectable.count > 0 && uncorrectable.has(slba, lbas)) return UNRECOVERED_READ;
    if (written === undefined || !this.deallocatedFail()) return SUCCESS;
    return written.hasAll(slba, lbas) ? SUCCESS : DEALLOCATED;
  }

  /** The first block that is marked; undefined where none is. */
  first(): number | undefined {
    return this.uncorrectable.first();
  }

  /** Write Uncorrectable. */
  mark(slba: number, lbas: number): void {
    this.uncorrectable.mark(slba, lbas);
  }

  wrote(slba: number, lbas: number): void {
    if (this.uncorrectable.count > 0) this.uncorrectable.forget(slba, lbas);
    this.written?.mark(slba, lbas);
  }

  deallocated(slba: number, lbas: number): void {
    if (this.uncorrectable.count > 0) this.uncorrectable.forget(slba, lbas);
    this.written?.forget(slba, lbas);
  }

  clear(): void {
    this.uncorrectable.clear();
    this.written?.clear();
  }
}
