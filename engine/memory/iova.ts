import { EngineError } from '../errors.js';

/** An inclusive range of I/O virtual addresses that a device may be given. */
export interface IovaRange {
  readonly start: bigint;
  readonly last: bigint;
}

/** Nothing is placed below: an address of 0 left in a command must fault, not hit memory. */
const LOWEST_IOVA = 2n * 1024n * 1024n;

interface Gap {
  start: bigint;
  last: bigint;
}

function alignUp(value: bigint, align: bigint): bigint {
  return ((value + align - 1n) / align) * align;
}

/** Hands out I/O virtual addresses from what the IOMMU can translate: first fit, low addresses first. */
export class IovaAllocator {
  readonly #gaps: Gap[] = [];
  readonly #taken = new Map<bigint, bigint>();
  readonly #target: string;

  /** `ranges` as the transport's DmaMapper reports them; `target` names the device in errors. */
  constructor(ranges: readonly IovaRange[], target: string) {
    this.#target = target;
    for (const range of ranges) {
      const start = range.start < LOWEST_IOVA ? LOWEST_IOVA : range.start;
      if (start <= range.last) this.#gaps.push({ start, last: range.last });
    }
    this.#gaps.sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  /**
   * An address aligned to `alignBytes` with `lengthBytes` behind it inside one range.
   * Throws EngineError `IOVA_EXHAUSTED` naming the need and the largest gap.
   */
  allocate(lengthBytes: number, alignBytes: number): bigint {
    const length = BigInt(lengthBytes);
    const align = BigInt(alignBytes);
    for (let index = 0; index < this.#gaps.length; index++) {
      const gap = this.#gaps[index];
      const iova = alignUp(gap.start, align);
      if (iova + length - 1n > gap.last) continue;
      this.#cut(index, iova, iova + length - 1n);
      this.#taken.set(iova, length);
      return iova;
    }
    throw new EngineError({
      code: 'IOVA_EXHAUSTED',
      op: `allocating ${lengthBytes} bytes of I/O virtual address space aligned to ${alignBytes}`,
      target: this.#target,
      reason: `the largest gap is ${this.largestGapBytes} bytes`,
      hint: 'use fewer or shallower queues, or smaller blocks',
    });
  }

  /**
   * Keeps addresses that are somebody else's, such as a device's own, from being handed out, as far as they are among those that
   * are; `free` gives each back of those that it returns. Undefined where some are taken already: nothing is kept then.
   */
  withhold(start: bigint, lengthBytes: number): bigint[] | undefined {
    const last = start + BigInt(lengthBytes) - 1n;
    for (const [iova, length] of this.#taken) if (iova <= last && start < iova + length) return undefined;
    const kept: bigint[] = [];
    for (let index = this.#gaps.length - 1; index >= 0; index--) {
      const gap = this.#gaps[index];
      const from = gap.start > start ? gap.start : start;
      const to = gap.last < last ? gap.last : last;
      if (from > to) continue;
      this.#cut(index, from, to);
      this.#taken.set(from, to - from + 1n);
      kept.push(from);
    }
    return kept;
  }

  /** Gives an allocation back. Throws EngineError `IOVA_NOT_ALLOCATED`. */
  free(iova: bigint): void {
    const length = this.#taken.get(iova);
    if (length === undefined) {
      throw new EngineError({
        code: 'IOVA_NOT_ALLOCATED',
        op: `freeing I/O virtual address 0x${iova.toString(16)}`,
        target: this.#target,
        reason: 'it is not allocated',
        hint: 'free each allocation once',
      });
    }
    this.#taken.delete(iova);
    this.#join(iova, iova + length - 1n);
  }

  /** Hands out nothing outside these ranges from now on: a further device may have narrowed the space. */
  restrictTo(ranges: readonly IovaRange[]): void {
    const within = this.#gaps.flatMap((gap) =>
      ranges.map((range) => ({
        start: gap.start > range.start ? gap.start : range.start,
        last: gap.last < range.last ? gap.last : range.last,
      })),
    );
    const kept = within.filter(({ start, last }) => start <= last);
    this.#gaps.splice(0, this.#gaps.length, ...kept.sort((a, b) => (a.start < b.start ? -1 : 1)));
  }

  get largestGapBytes(): bigint {
    let largest = 0n;
    for (const gap of this.#gaps) {
      const length = gap.last - gap.start + 1n;
      if (length > largest) largest = length;
    }
    return largest;
  }

  #cut(index: number, start: bigint, last: bigint): void {
    const gap = this.#gaps[index];
    const rest: Gap[] = [];
    if (gap.start < start) rest.push({ start: gap.start, last: start - 1n });
    if (last < gap.last) rest.push({ start: last + 1n, last: gap.last });
    this.#gaps.splice(index, 1, ...rest);
  }

  #join(start: bigint, last: bigint): void {
    let index = this.#gaps.findIndex((gap) => gap.start > start);
    if (index < 0) index = this.#gaps.length;
    const merged: Gap = { start, last };
    const before = this.#gaps[index - 1];
    const after = this.#gaps[index];
    const joinsBefore = before !== undefined && before.last + 1n === start;
    const joinsAfter = after !== undefined && last + 1n === after.start;
    if (joinsBefore) merged.start = before.start;
    if (joinsAfter) merged.last = after.last;
    this.#gaps.splice(index - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), merged);
  }
}
