/**
 * HOT: what the next I/Os are, where a job has others than reads and writes: each drawn by its share, and a flush after every so
 * many that change what the drive holds.
 */
import { OPCODE_OF } from '../../path/operations.js';
import { BATCH, SLOT, SLOT_SHIFT, type Slots } from '../../path/path.js';
import { COMPARE, FLUSH, OPERATIONS, READ, WRITE } from '../../stats/operations.js';
import { drawWord } from './generator.js';
import type { OperationShare } from './shares.js';

/** Opcodes by index in OPERATIONS. */
export const OPCODES = Int32Array.from(OPERATIONS, (name) => OPCODE_OF[name]);

const RECORD_SHIFT = SLOT_SHIFT;
const { OPCODE, SLBA_LOW, SLBA_HIGH, NEXT_OPERATION, LBAS } = SLOT;
const TWO_MINUS_32 = 2 ** -32;
const word = drawWord;

export class OperationChoice {
  /** Slots of the last batch that send data, as many as `choose` answered with. */
  readonly writers = new Uint16Array(BATCH);
  /** Slots of the last batch that have an address: the first `addressedCount`. */
  readonly addressed = new Uint16Array(BATCH);
  addressedCount = 0;
  private readonly operations: Int32Array;
  /** Where the share of each operation ends, 0 to 1. */
  private readonly ends: Float64Array;
  /** Changes between two flushes; 0 where there are none. */
  private readonly flushEvery: number;
  private changes = 0;
  private readonly blockLbas: number;
  private readonly state: Int32Array;

  /** Shares as `sharesOf` has them; `state` is that of a generator, two words. */
  constructor(shares: readonly OperationShare[], flushEvery: number, blockLbas: number, state: Int32Array) {
    this.operations = Int32Array.from(shares, ({ operation }) => OPERATIONS.indexOf(operation));
    let end = 0;
    this.ends = Float64Array.from(shares, ({ percent }) => {
      end += percent / 100;
      return end;
    });
    this.flushEvery = flushEvery;
    this.blockLbas = blockLbas;
    this.state = state;
  }

  /** Opcode and operation of the first `count` slots of the batch. Returns how many send data: write, or compare. */
  choose(slots: Slots, batch: Uint16Array, count: number): number {
    const { writers, addressed, flushEvery, blockLbas } = this;
    let writing = 0;
    let places = 0;
    for (let i = 0; i < count; i = (i + 1) | 0) {
      const slot = batch[i];
      const record = slot << RECORD_SHIFT;
      const flushes = flushEvery > 0 && this.changes === flushEvery;
      const operation = flushes ? FLUSH : this.draw();
      slots[record | OPCODE] = OPCODES[operation];
      slots[record | NEXT_OPERATION] = operation;
      if (flushes) {
        this.changes = 0;
        slots[record | SLBA_LOW] = 0;
        slots[record | SLBA_HIGH] = 0;
        slots[record | LBAS] = 0;
        continue;
      }
      if (operation !== READ) this.changes++;
      slots[record | LBAS] = blockLbas;
      addressed[places] = slot;
      places = (places + 1) | 0;
      writers[writing] = slot;
      writing = (writing + Number(operation === WRITE || operation === COMPARE)) | 0;
    }
    this.addressedCount = places;
    return writing;
  }

  private draw(): number {
    const { operations, ends } = this;
    if (operations.length === 1) return operations[0];
    const share = (word(this.state) >>> 0) * TWO_MINUS_32;
    let at = 0;
    while (at < operations.length - 1 && share >= ends[at]) at++;
    return operations[at];
  }
}
