interface Gap {
  offset: number;
  lengthBytes: number;
}

/** The free space of one region, by offset: first fit, neighbours joined. Knows nothing of memory. */
export class FreeList {
  readonly #gaps: Gap[];

  constructor(lengthBytes: number) {
    this.#gaps = [{ offset: 0, lengthBytes }];
  }

  /** The offset of `lengthBytes` free bytes, a multiple of `alignBytes`; -1 where no gap is large enough. */
  take(lengthBytes: number, alignBytes: number): number {
    for (let index = 0; index < this.#gaps.length; index++) {
      const gap = this.#gaps[index];
      const offset = Math.ceil(gap.offset / alignBytes) * alignBytes;
      const before = offset - gap.offset;
      const after = gap.lengthBytes - before - lengthBytes;
      if (after < 0) continue;
      const rest: Gap[] = [];
      if (before > 0) rest.push({ offset: gap.offset, lengthBytes: before });
      if (after > 0) rest.push({ offset: offset + lengthBytes, lengthBytes: after });
      this.#gaps.splice(index, 1, ...rest);
      return offset;
    }
    return -1;
  }

  /** Gives back what `take` returned. The caller vouches that it was taken. */
  give(offset: number, lengthBytes: number): void {
    let index = this.#gaps.findIndex((gap) => gap.offset > offset);
    if (index < 0) index = this.#gaps.length;
    this.#gaps.splice(index, 0, { offset, lengthBytes });
    this.#joinWithNext(index);
    if (index > 0) this.#joinWithNext(index - 1);
  }

  get largestGapBytes(): number {
    return this.#gaps.reduce((largest, gap) => Math.max(largest, gap.lengthBytes), 0);
  }

  #joinWithNext(index: number): void {
    const gap = this.#gaps[index];
    const next = this.#gaps[index + 1];
    if (next === undefined || gap.offset + gap.lengthBytes !== next.offset) return;
    gap.lengthBytes += next.lengthBytes;
    this.#gaps.splice(index + 1, 1);
  }
}
