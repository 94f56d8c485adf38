/** The metadata of each block, apart from its data; sparse, in leaves that exist once something in them was written. */
const LEAF_BLOCKS = 1024;

export class MetadataStore {
  readonly blockBytes: number;
  private readonly leaves = new Map<number, Uint8Array>();
  /** What a block has that was never written, or is deallocated. */
  private readonly empty: Uint8Array;

  constructor(empty: Uint8Array) {
    this.empty = empty;
    this.blockBytes = empty.length;
  }

  /** Copies that of a block to `into`, from `to` on. */
  read(lba: number, into: Uint8Array, to: number): void {
    const leaf = this.leaves.get(Math.floor(lba / LEAF_BLOCKS));
    const from = leaf === undefined ? 0 : (lba % LEAF_BLOCKS) * this.blockBytes;
    const source = leaf ?? this.empty;
    for (let i = 0; i < this.blockBytes; i++) into[to + i] = source[from + i];
  }

  /** Takes that of a block from `source`, from `at` on. */
  write(lba: number, source: Uint8Array, at: number): void {
    const leaf = this.leafOf(lba);
    const to = (lba % LEAF_BLOCKS) * this.blockBytes;
    for (let i = 0; i < this.blockBytes; i++) leaf[to + i] = source[at + i];
  }

  /** As if they had never been written. */
  erase(lba: number, lbas: number): void {
    for (let block = lba; block < lba + lbas; ) {
      const number = Math.floor(block / LEAF_BLOCKS);
      const next = Math.min(lba + lbas, (number + 1) * LEAF_BLOCKS);
      const leaf = this.leaves.get(number);
      if (leaf !== undefined && next - block === LEAF_BLOCKS) this.leaves.delete(number);
      else if (leaf !== undefined)
        for (; block < next; block++) leaf.set(this.empty, (block % LEAF_BLOCKS) * this.blockBytes);
      block = next;
    }
  }

  clear(): void {
    this.leaves.clear();
  }

  private leafOf(lba: number): Uint8Array {
    const number = Math.floor(lba / LEAF_BLOCKS);
    let leaf = this.leaves.get(number);
    if (leaf === undefined) {
      leaf = new Uint8Array(LEAF_BLOCKS * this.blockBytes);
      for (let at = 0; at < leaf.length; at += this.blockBytes) leaf.set(this.empty, at);
      this.leaves.set(number, leaf);
    }
    return leaf;
  }
}
