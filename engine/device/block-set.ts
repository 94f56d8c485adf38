/** Blocks that are marked: sparse, in leaves that exist while something in them is. */
const LEAF_BLOCKS = 4096;

interface Leaf {
  /** 1 for each block that is marked. */
  readonly marks: Uint8Array;
  count: number;
}

export class BlockSet {
  /** How many are marked. */
  count = 0;
  private readonly leaves = new Map<number, Leaf>();

  mark(slba: number, lbas: number): void {
    for (let lba = slba; lba < slba + lbas; lba++) {
      const number = Math.floor(lba / LEAF_BLOCKS);
      let leaf = this.leaves.get(number);
      if (leaf === undefined) {
        leaf = { marks: new Uint8Array(LEAF_BLOCKS), count: 0 };
        this.leaves.set(number, leaf);
      }
      if (leaf.marks[lba % LEAF_BLOCKS] === 1) continue;
      leaf.marks[lba % LEAF_BLOCKS] = 1;
      leaf.count++;
      this.count++;
    }
  }

  /** Whether one of them is marked. */
  has(slba: number, lbas: number): boolean {
    return this.visit(slba, lbas, (leaf, from, to) => leaf.marks.subarray(from, to).includes(1));
  }

  /** The first that is marked; undefined where none is. */
  first(): number | undefined {
    if (this.count === 0) return undefined;
    let number = Number.POSITIVE_INFINITY;
    for (const each of this.leaves.keys()) number = Math.min(number, each);
    return number * LEAF_BLOCKS + this.leaves.get(number)!.marks.indexOf(1);
  }

  /** Whether all of them are marked. */
  hasAll(slba: number, lbas: number): boolean {
    let marked = 0;
    this.visit(slba, lbas, (leaf, from, to) => {
      for (let at = from; at < to; at++) marked += leaf.marks[at];
      return false;
    });
    return marked === lbas;
  }

  forget(slba: number, lbas: number): void {
    this.visit(slba, lbas, (leaf, from, to, number) => {
      const marks = leaf.marks.subarray(from, to);
      const gone = marks.reduce((sum, mark) => sum + mark, 0);
      marks.fill(0);
      leaf.count -= gone;
      this.count -= gone;
      if (leaf.count === 0) this.leaves.delete(number);
      return false;
    });
  }

  clear(): void {
    this.leaves.clear();
    this.count = 0;
  }

  /** Shows the leaves of a range, with what of each is in it, until `look` says true; whether it did. */
  private visit(
    slba: number,
    lbas: number,
    look: (leaf: Leaf, from: number, to: number, number: number) => boolean,
  ): boolean {
    const end = slba + lbas;
    // A range may be of 2^32 blocks, of which few leaves exist.
    const first = Math.floor(slba / LEAF_BLOCKS);
    const last = Math.floor((end - 1) / LEAF_BLOCKS);
    const numbers =
      last - first < this.leaves.size
        ? Array.from({ length: last - first + 1 }, (_, i) => first + i)
        : [...this.leaves.keys()].filter((number) => number >= first && number <= last);
    return numbers.some((number) => {
      const leaf = this.leaves.get(number);
      if (leaf === undefined) return false;
      const from = Math.max(0, slba - number * LEAF_BLOCKS);
      const to = Math.min(LEAF_BLOCKS, end - number * LEAF_BLOCKS);
      return look(leaf, from, to, number);
    });
  }
}
