/**
 * HOT: what the next I/Os are and where they go: reads, writes, or a mix of both drawn for each I/O, each with the next address
 * of the job's pattern. One generator (`generator.ts`) is for addresses and one for operations, so that neither changes the
 * other.
 */
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { NVM } from '../../spec/index.js';
import { COMPARE, OPERATIONS, WRITE } from '../../stats/operations.js';
import { type Addresses, isNear, type Region } from './addresses.js';
import { OPCODES, OperationChoice } from './choice.js';
import type { Distribution } from './distribution.js';
import { DrawnFar, DrawnNear } from './drawn.js';
import { drawWord, seedStates } from './generator.js';
import { courseOf, InOrder, InOrderByOperation } from './in-order.js';
import type { LengthsByOperation } from './lengths.js';
import { PartlyRandom } from './partly-random.js';
import { PermutedFar, PermutedNear } from './permuted.js';
import { PermutedWide } from './permuted-wide.js';
import { Repeated } from './repeated.js';
import { operationsOf, type Shared, sharesOf } from './shares.js';
import { Skewed } from './skewed.js';
import { variedAddresses } from './varied-source.js';

export interface SourceOptions extends Region, Shared {
  readonly random: boolean;
  /** Random blocks are drawn each by itself; otherwise every block comes once before any comes twice. */
  readonly norandommap?: boolean;
  /** How random blocks are spread; uniformly unless given. */
  readonly distribution?: Distribution;
  /** Percent of random I/Os that are; 100 unless given. */
  readonly percentageRandom?: number;
  /** Added to the offset after each I/O that is not random; 0 unless given. */
  readonly stepBytes?: number;
  /** I/Os in sequence from each random offset on; 1 unless given. */
  readonly runIos?: number;
  readonly lbaBytes: number;
  /** Of I/Os of several lengths: those of each operation of the job. The blocks of the region are then no I/Os. */
  readonly lengths?: LengthsByOperation;
  readonly seed: number;
}

/** Writes into the records of slots what their next I/O is. */
export interface Source {
  /** Index in OPERATIONS of what all its I/Os are; -1 where they differ. */
  readonly operation: number;
  /** What no later `fill` changes: once for the records of each queue, before the first. */
  prepare(slots: Slots): void;
  /**
   * The next I/O of each of the first `count` slots of `batch`: opcode, operation, starting block, length. Returns how many of
   * them send data: write, or compare.
   */
  fill(slots: Slots, batch: Uint16Array, count: number): number;
  /** Those that send data, after `fill`: the array that it filled, or `batch`, as far as `fill` says. */
  writing(batch: Uint16Array): Uint16Array;
  /** Goes to where a pass ends, where its end is more than a step: for rehearsals. */
  endPass(): void;
}

const TWO_32 = 2 ** 32;
const RECORD_SHIFT = SLOT_SHIFT;
const word = drawWord;
const { WORDS, OPCODE, SLBA_HIGH, OPERATION, NEXT_OPERATION, LBAS } = SLOT;

/** Random addresses, by the one class that does no more than the job needs. `state` is that of a generator. */
function randomAddresses(options: SourceOptions, state: Int32Array, near = isNear(options)): Addresses {
  const { distribution = { law: 'random' }, norandommap, blocks, lbaBytes } = options;
  if (distribution.law === 'sequence') return new Repeated(options, distribution.blocks, distribution.stride);
  if (distribution.law !== 'random') return new Skewed(options, lbaBytes, distribution, state);
  if (norandommap === true || isPartlyRandom(options))
    return new (near ? DrawnNear : DrawnFar)(options, state);
  if (blocks > TWO_32) return new PermutedWide(options, state);
  return new (near ? PermutedNear : PermutedFar)(options, state);
}

/** Some I/Os of a random job go on behind the one before: blocks cannot come once each. */
function isPartlyRandom({ percentageRandom = 100, runIos = 1 }: SourceOptions): boolean {
  return percentageRandom < 100 || runIos > 1;
}

/** Whether reads go through the region beside what is none. */
function hasStreams(options: SourceOptions): boolean {
  const shares = sharesOf(options);
  return shares.length > 1 && shares.some(({ operation }) => operation === 'read');
}

/** The only operation of a job, by index; -1 where it has several. */
function onlyOperation(options: SourceOptions): number {
  const [only, ...others] = operationsOf(options);
  return others.length === 0 ? OPERATIONS.indexOf(only) : -1;
}

/** The addresses of a job; `states` are those of generators: of addresses, of what is random, of lengths, and more. */
function addressesOf(options: SourceOptions, states: readonly Int32Array[]): Addresses {
  const { random, percentageRandom = 100, runIos = 1, stepBytes = 0, lbaBytes, lengths } = options;
  if (lengths !== undefined)
    return variedAddresses({ ...options, lengths }, isPartlyRandom(options), states, randomAddresses);
  if (!random) {
    const course = courseOf(options, stepBytes / lbaBytes);
    return hasStreams(options) ? new InOrderByOperation(course) : new InOrder(course);
  }
  const addresses = randomAddresses(options, states[0]);
  if (!isPartlyRandom(options)) return addresses;
  return new PartlyRandom(options, addresses, { percent: percentageRandom, runIos }, states[1]);
}

/** Slots of the last batch that write. A thread fills one batch at a time; a constant, as that of the batch (`lane.ts`). */
const writers = new Uint16Array(new ArrayBuffer(2 * BATCH));

/** The slot's next I/O is a write (1) or a read (0); returns which. A constant: V8 looks a function up each time. */
const become = (slots: Slots, slot: number, write: number): number => {
  const record = slot << RECORD_SHIFT;
  // NVM: Write 01h, Read 02h.
  slots[record | OPCODE] = 2 - write;
  slots[record | NEXT_OPERATION] = write;
  return write;
};

export class RegionSource implements Source {
  readonly operation: number;
  private readonly addresses: Addresses;
  private readonly blockLbas: number;
  private readonly mixed: boolean;
  /** All its I/Os send data. */
  private readonly sends: boolean;
  /** Of jobs that have others than reads and writes. */
  private readonly choice: OperationChoice | undefined;
  /** Writes are drawn where 16 random bits, unsigned, lie below this. */
  private readonly writeBelow: number;
  /** The second of two operations that were drawn at once, where the last batch ended between them; -1 otherwise. */
  private kept = -1;
  /** Two words of the generator of operations. */
  private readonly state: Int32Array;

  constructor(options: SourceOptions) {
    const { readPercent, mix, flushEvery = 0, seed } = options;
    const states = seedStates(seed, 8 + 2 * OPERATIONS.length);
    const own = Array.from({ length: states.length / 2 }, (_, i) => states.slice(2 * i, 2 * i + 2));
    this.addresses = addressesOf(options, [own[0], ...own.slice(2)]);
    this.blockLbas = options.blockLbas;
    this.operation = onlyOperation(options);
    this.sends = this.operation === WRITE || this.operation === COMPARE;
    const others = this.operation < 0 && (mix !== undefined || flushEvery > 0);
    this.choice = others
      ? new OperationChoice(sharesOf(options), flushEvery, options.blockLbas, own[1])
      : undefined;
    this.mixed = this.operation < 0 && !others;
    this.writeBelow = Math.round((1 - readPercent / 100) * 2 ** 16);
    this.state = own[1];
  }

  prepare(slots: Slots): void {
    for (let record = 0; record < slots.length; record += WORDS) {
      slots[record | OPCODE] = this.operation < 0 ? NVM.READ : OPCODES[this.operation];
      slots[record | OPERATION] = this.operation;
      slots[record | NEXT_OPERATION] = this.operation;
      slots[record | SLBA_HIGH] = 0;
      slots[record | LBAS] = this.blockLbas;
    }
  }

  fill(slots: Slots, batch: Uint16Array, count: number): number {
    if (this.choice !== undefined) return this.fillChosen(this.choice, slots, batch, count);
    // `=== true`: V8 compares; without, it asks what kind of value a field holds.
    const writing = this.mixed === true ? this.choose(slots, batch, count) : this.sends === true ? count : 0;
    this.addresses.fill(slots, batch, count);
    return writing;
  }

  /** A flush has no address. */
  private fillChosen(choice: OperationChoice, slots: Slots, batch: Uint16Array, count: number): number {
    const writing = choice.choose(slots, batch, count);
    if (choice.addressedCount > 0) this.addresses.fill(slots, choice.addressed, choice.addressedCount);
    return writing;
  }

  endPass(): void {
    this.addresses.endPass?.();
  }

  writing(batch: Uint16Array): Uint16Array {
    if (this.choice !== undefined) return this.choice.writers;
    return this.mixed === true ? writers : batch;
  }

  /**
   * Draws reads and writes, without a branch that nobody could foresee; each word of the generator gives two, of 16 bits, so
   * that the share is right to 0.001 %. Where the batch ends between them, the next begins with the second: the sequence is the
   * same for any batches. Returns how many write.
   */
  private choose(slots: Slots, batch: Uint16Array, count: number): number {
    const { state } = this;
    const writeBelow = this.writeBelow | 0;
    let writing = 0;
    let i = 0;
    if (this.kept >= 0) {
      writers[0] = batch[0];
      writing = become(slots, batch[0], this.kept);
      this.kept = -1;
      i = 1;
    }
    for (; i < count - 1; i = (i + 2) | 0) {
      const drawn = word(state);
      // 1 where the draw, 16 bits, lies below: the sign of the difference.
      writers[writing] = batch[i];
      writing = (writing + become(slots, batch[i], ((drawn >>> 16) - writeBelow) >>> 31)) | 0;
      const next = batch[(i + 1) | 0];
      writers[writing] = next;
      writing = (writing + become(slots, next, ((drawn & 0xffff) - writeBelow) >>> 31)) | 0;
    }
    if (i < count) {
      const drawn = word(state);
      writers[writing] = batch[i];
      writing = (writing + become(slots, batch[i], ((drawn >>> 16) - writeBelow) >>> 31)) | 0;
      this.kept = ((drawn & 0xffff) - writeBelow) >>> 31;
    }
    return writing;
  }
}
