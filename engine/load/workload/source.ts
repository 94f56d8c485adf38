/**
 * HOT: what the next I/Os are and where they go: reads, writes, or a mix of both drawn for each I/O, each with the next address
 * of the job's pattern. One generator (`generator.ts`) is for addresses and one for operations, so that neither changes the
 * other.
 */
import { SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { RECORDS } from '../../path/records.js';
import { NVM } from '../../spec/index.js';
import { COMPARE, OPERATIONS, READ, WRITE } from '../../stats/operations.js';
import { SENDERS } from '../lane.js';
import { type Addresses, isNear, type Region } from './addresses.js';
import { OPCODES, OperationChoice } from './choice.js';
import type { Distribution } from './distribution.js';
import { DrawnFar, DrawnNear } from './drawn.js';
import { Draws } from './draws.js';
import { seedStates } from './generator.js';
import { courseOf, InOrder, InOrderByOperation } from './in-order.js';
import type { LengthsByOperation } from './lengths.js';
import { PartlyRandom } from './partly-random.js';
import { PermutedFar, PermutedNear } from './permuted.js';
import { PermutedWide } from './permuted-wide.js';
import { Repeated } from './repeated.js';
import { operationsOf, type Shared, sharesOf } from './shares.js';
import { Skewed } from './skewed.js';
import { Strided } from './strided.js';
import { type StridedSpec, stridesOf } from './strides.js';
import { variedAddresses } from './varied-source.js';

export interface SourceOptions extends Region, Shared, StridedSpec {
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
   * them send data: write, or compare. `base` is where in RECORDS `slots` begin, -1 where they lie elsewhere: for sources that
   * are faster there.
   */
  fill(slots: Slots, batch: Uint16Array, count: number, base?: number): number;
  /** Those that send data, after `fill`: the array that it filled, or `batch`, as far as `fill` says. */
  writing(batch: Uint16Array): Uint16Array;
  /** Goes to where a pass ends, where its end is more than a step: for rehearsals. */
  endPass(): void;
}

const TWO_32 = 2 ** 32;
const records = RECORDS;
const writers = SENDERS;
const NVM_WRITE = NVM.WRITE;
const NVM_READ = NVM.READ;
const WRITES = WRITE;
const READS = READ;
const RECORD_SHIFT = SLOT_SHIFT;
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

/** Those of a job with `zonemode: strided`, which has one operation beside flushes, and one length. */
function stridedAddresses(options: SourceOptions, state: Int32Array): Addresses {
  const strides = stridesOf(options, options, options.lbaBytes);
  const part = { ...options, blocks: strides.blocks };
  const inner = options.random
    ? randomAddresses(part, state, isNear(options))
    : new InOrder(courseOf(part, 0));
  return new Strided(inner, strides);
}

/** The addresses of a job; `states` are those of generators: of addresses, of what is random, of lengths, and more. */
function addressesOf(options: SourceOptions, states: readonly Int32Array[]): Addresses {
  const { random, percentageRandom = 100, runIos = 1, stepBytes = 0, lbaBytes, lengths } = options;
  if (options.zoneMode === 'strided') return stridedAddresses(options, states[0]);
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

export class RegionSource implements Source {
  readonly operation: number;
  private readonly addresses: Addresses;
  private readonly blockLbas: number;
  private readonly mixed: boolean;
  /** All its I/Os send data. */
  private readonly sends: boolean;
  /** Of jobs that have others than reads and writes. */
  private readonly choice: OperationChoice | undefined;
  /** Of jobs that read and write. */
  private readonly draws: Draws;
  /** How many of SENDERS the last batch of a mix made writes, and where the records of these are: no other source may fill meanwhile. */
  private written = 0;
  private writtenBase = -1;
  private writtenSlots: Slots = records;

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
    this.draws = new Draws(1 - readPercent / 100, own[1]);
  }

  prepare(slots: Slots): void {
    for (let record = 0; record < slots.length; record += WORDS) {
      slots[record | OPCODE] = this.operation < 0 ? NVM.READ : OPCODES[this.operation];
      slots[record | OPERATION] = this.operation;
      slots[record | NEXT_OPERATION] = Math.max(READ, this.operation);
      slots[record | SLBA_HIGH] = 0;
      slots[record | LBAS] = this.blockLbas;
    }
  }

  fill(slots: Slots, batch: Uint16Array, count: number, base = -1): number {
    if (this.choice !== undefined) return this.fillChosen(this.choice, slots, batch, count);
    // `=== true`: V8 compares; without, it asks what kind of value a field holds.
    if (this.mixed === true) {
      this.written = this.mix(slots, batch, count, base);
      this.addresses.fill(slots, batch, count, base);
      return this.written;
    }
    const writing = this.sends === true ? count : 0;
    this.addresses.fill(slots, batch, count, base);
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

  /** Reads and writes. Returns how many write. */
  private mix(slots: Slots, batch: Uint16Array, count: number, base: number): number {
    if (this.writtenBase >= 0) this.restore(records, this.writtenBase);
    else this.restore(this.writtenSlots, 0);
    this.writtenBase = base;
    this.writtenSlots = slots;
    return base >= 0 ? this.choose(records, base, batch, count) : this.choose(slots, 0, batch, count);
  }

  /**
   * Makes writes of the I/Os that are drawn to be such. All records say that they read, but for those that the last batch made
   * writes: only these and the next ones are gone over. Records begin at `base`.
   */
  private choose(slots: Slots, base: number, batch: Uint16Array, count: number): number {
    let writes = count > 0 ? this.draws.next(count) : 0;
    let writing = 0;
    while (writes !== 0) {
      const i = Math.clz32(writes);
      writes &= 0x7fff_ffff >>> i;
      const slot = batch[i];
      const record = ((slot << RECORD_SHIFT) + base) | 0;
      slots[(record + OPCODE) | 0] = NVM_WRITE;
      slots[(record + NEXT_OPERATION) | 0] = WRITES;
      writers[writing] = slot;
      writing = (writing + 1) | 0;
    }
    return writing;
  }

  /** The writes of the last batch, whose commands are posted, become reads. */
  private restore(slots: Slots, base: number): void {
    const written = this.written | 0;
    for (let i = 0; i < written; i = (i + 1) | 0) {
      const record = ((writers[i] << RECORD_SHIFT) + base) | 0;
      slots[(record + OPCODE) | 0] = NVM_READ;
      slots[(record + NEXT_OPERATION) | 0] = READS;
    }
  }
}
