/**
 * HOT: addresses of I/Os of several lengths. Random ones begin at multiples of their alignment, whatever their lengths: every
 * such place comes once before any comes twice, and what begins there may lie over what begins behind it. Others begin where
 * the one before of their operation ended.
 */
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { STREAMS } from '../../stats/operations.js';
import type { Addresses } from './addresses.js';
import { drawWord } from './generator.js';
import type { LengthSource } from './lengths.js';

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const STREAM_OF = STREAMS;
const word = drawWord;
const { SLBA_LOW, SLBA_HIGH, NEXT_OPERATION, LBAS } = SLOT;

/** Addresses of each operation by themselves: for operations whose places are not the same. */
export class ByOperation implements Addresses {
  private readonly of: readonly (Addresses | undefined)[];
  private readonly part = new Uint16Array(BATCH);

  /** By the index of the operation. */
  constructor(of: readonly (Addresses | undefined)[]) {
    this.of = of;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    const { of, part } = this;
    for (let operation = 0; operation < of.length; operation++) {
      let found = 0;
      for (let i = 0; i < count; i = (i + 1) | 0) {
        part[found] = batch[i];
        found = (found + Number(slots[(batch[i] << RECORD_SHIFT) | NEXT_OPERATION] === operation)) | 0;
      }
      if (found > 0) of[operation]?.fill(slots, part, found);
    }
  }

  endPass(): void {
    for (const each of this.of) each?.endPass?.();
  }
}

/** Random I/Os, each of a length of its own. */
export class VariedRandom implements Addresses {
  private readonly random: Addresses;
  private readonly endLba: number;
  private readonly lengths: LengthSource;

  constructor(random: Addresses, endLba: number, lengths: LengthSource) {
    this.random = random;
    this.endLba = endLba;
    this.lengths = lengths;
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    this.random.fill(slots, batch, count);
    const { endLba, lengths } = this;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const record = batch[i] << RECORD_SHIFT;
      const slba = (slots[record | SLBA_LOW] >>> 0) + slots[record | SLBA_HIGH] * TWO_32;
      slots[record | LBAS] = lengths.next(slots[record | NEXT_OPERATION], endLba - slba);
    }
  }

  endPass(): void {
    this.random.endPass?.();
  }
}

/** Where I/Os that go on behind each other lie. */
export interface VariedCourse {
  readonly startLba: number;
  readonly endLba: number;
  /** Where they begin, again and again. */
  readonly homeLba: number;
  /** Added behind the end of each. */
  readonly stepLbas: number;
}

/** Which of them are random instead. */
export interface RandomShare {
  readonly addresses: Addresses;
  /** Of the first of each `runIos`, in percent. */
  readonly percent: number;
  readonly runIos: number;
  /** That of a generator, two words. */
  readonly state: Int32Array;
}

/** I/Os of which reads go on behind reads and others behind others; some may be random. */
export class VariedInOrder implements Addresses {
  private readonly course: VariedCourse;
  private readonly lengths: LengthSource;
  private readonly random: RandomShare | undefined;
  /** An I/O is random where 32 random bits, unsigned, lie below this. */
  private readonly randomBelow: number;
  private left = 1;
  /** Where the next read goes on, and the next that is none. */
  private readonly next = new Float64Array(2);

  constructor(course: VariedCourse, lengths: LengthSource, random?: RandomShare) {
    this.course = course;
    this.lengths = lengths;
    this.random = random;
    this.randomBelow = random === undefined ? 0 : Math.round((random.percent / 100) * TWO_32);
    this.next.fill(course.homeLba);
  }

  fill(slots: Slots, batch: Uint16Array, count: number): void {
    this.random?.addresses.fill(slots, batch, count);
    const { next, lengths } = this;
    const { startLba, endLba, homeLba, stepLbas } = this.course;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const record = batch[i] << RECORD_SHIFT;
      const operation = slots[record | NEXT_OPERATION];
      if (!this.isRandom()) {
        const slba = next[STREAM_OF[operation]];
        const upper = Math.floor(slba / TWO_32);
        slots[record | SLBA_LOW] = (slba - upper * TWO_32) | 0;
        slots[record | SLBA_HIGH] = upper;
      }
      const slba = (slots[record | SLBA_LOW] >>> 0) + slots[record | SLBA_HIGH] * TWO_32;
      const lbas = lengths.next(operation, endLba - slba);
      slots[record | LBAS] = lbas;
      const behind = slba + lbas + stepLbas;
      const fits = behind >= startLba && behind + lengths.shortestLbas(operation) <= endLba;
      next[STREAM_OF[operation]] = fits ? behind : homeLba;
    }
  }

  /** Whether the next I/O is. */
  private isRandom(): boolean {
    const { random } = this;
    if (random === undefined) return false;
    const bits = word(random.state) >>> 0;
    this.left--;
    if (this.left > 0) return false;
    this.left = random.runIos;
    return bits < this.randomBelow;
  }

  endPass(): void {
    this.random?.addresses.endPass?.();
  }
}
