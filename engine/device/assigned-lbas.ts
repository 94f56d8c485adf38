/** Where appends to zones put their blocks: from when each was carried out until its completion says so (zoned namespace command set 1.1, 3.4.1). */

const TWO_32 = 2 ** 32;
const keyOf = (qid: number, cid: number): number => qid * 65_536 + cid;

export class AssignedLbas {
  private readonly lbas = new Map<number, number>();

  /** Whether there are none. */
  get none(): boolean {
    return this.lbas.size === 0;
  }

  /** An append of that queue and identifier. */
  keep(qid: number, cid: number, lba: number): void {
    this.lbas.set(keyOf(qid, cid), lba);
  }

  /** Another command has its identifier. */
  forget(qid: number, cid: number): void {
    this.lbas.delete(keyOf(qid, cid));
  }

  /** It is told; 0 of commands that are none. */
  take(qid: number, cid: number): number {
    const key = keyOf(qid, cid);
    const lba = this.lbas.get(key) ?? 0;
    this.lbas.delete(key);
    return lba;
  }

  clear(): void {
    this.lbas.clear();
  }
}

/** Dwords 0 and 1 of a completion. */
export const lowOf = (lba: number): number => (lba % TWO_32) | 0;
export const highOf = (lba: number): number => Math.floor(lba / TWO_32) | 0;
