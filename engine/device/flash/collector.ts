/**
 * Collection and wear levelling: which superblock is emptied next, and how fast beside what the host writes. HOT.
 *
 * Greedy: the one with the fewest valid units. Its units are moved in proportion to what the host writes, so that it is erased
 * when the host has written as much as that gains. Once some superblock is too far behind the most erased one, what lies still
 * in there is moved in place of that (static wear levelling); that the free ones are taken by their erases is the dynamic kind.
 */
import type { Dies } from './dies.js';
import { RESERVED_BLOCKS } from './geometry.js';
import { ALL_BITS, COLLECTION, HOST, type Mapping, NOWHERE } from './mapping.js';

/** Erases behind the most erased superblock from which on its data is moved. */
const MOST_ERASES_BEHIND = 16;
/** Between two such superblocks at least so many others are collected. */
const BETWEEN_LEVELLINGS = 4;
/** Units of such a superblock, which gains nothing, that are moved for one of the host's. */
const LEVELLING_PACE = 8;
/** Superblocks' worth of writable units below which none is moved for levelling. */
const LEAST_TO_LEVEL = 2.5;
/** What of a superblock may be valid so that it is emptied at rest. */
const MOST_VALID_AT_REST = 0.75;

export class Collector {
  /** Since the drive was made. */
  programs = 0;
  movedUnits = 0;
  erasedBlocks = 0;
  levelledBlocks = 0;
  /** Superblock that is being emptied; -1 for none. */
  private victim = NOWHERE;
  private readonly mapping: Mapping;
  private readonly dies: Dies;
  private readonly unitsPerBlock: number;
  private readonly unitsPerProgram: number;
  private readonly unitsPerPage: number;
  /** Place in the victim up to which it is emptied. */
  private cursor = 0;
  /** Units to move for one of the host's, and those that are owed. */
  private readonly pace = new Float64Array(1);
  private readonly owed = new Float64Array(1);
  private sinceLevelled = 0;

  constructor(mapping: Mapping, dies: Dies) {
    this.mapping = mapping;
    this.dies = dies;
    const { unitsPerBlock, unitsPerProgram, unitsPerPage } = mapping.geometry;
    this.unitsPerBlock = unitsPerBlock;
    this.unitsPerProgram = unitsPerProgram;
    this.unitsPerPage = unitsPerPage;
  }

  /** A superblock is being emptied. */
  collecting(): boolean {
    return this.victim !== NOWHERE;
  }

  /** Nothing is collected any more: the mapping was cleared. */
  forget(): void {
    this.victim = NOWHERE;
    this.owed[0] = 0;
  }

  /** What `hostUnits` more written ones call for, at the time that the dies have. */
  keepUp(hostUnits: number): void {
    const { owed, pace } = this;
    if (this.victim === NOWHERE && !this.choose()) return;
    owed[0] += hostUnits * this.mapping.weight[HOST] * pace[0];
    for (;;) {
      while (owed[0] >= 1 && this.victim !== NOWHERE) owed[0] -= this.movePage();
      if (this.victim !== NOWHERE) return;
      // what this one was too small for is the next one's
      owed[0] /= pace[0];
      if (!this.choose()) break;
      owed[0] *= pace[0];
    }
    owed[0] = 0;
  }

  /**
   * What is done while no command comes: the cache is folded, then superblocks of which that gains a quarter are emptied, as long
   * as a cache could use more. Moves about a program; false where there is nothing to do.
   */
  rest(): boolean {
    if (this.victim === NOWHERE && !this.chooseAtRest()) return false;
    const { programs } = this;
    while (this.programs === programs && this.victim !== NOWHERE) this.movePage();
    return true;
  }

  private chooseAtRest(): boolean {
    const { mapping, unitsPerBlock } = this;
    if (mapping.writable() < LEAST_TO_LEVEL * unitsPerBlock) return this.choose();
    let victim = mapping.emptiestCached();
    if (victim === NOWHERE && mapping.freeBlocks < mapping.cacheLimit) {
      victim = mapping.emptiest();
      if (victim !== NOWHERE && mapping.valid[victim] > MOST_VALID_AT_REST * unitsPerBlock) victim = NOWHERE;
    }
    if (victim === NOWHERE) return false;
    this.begin(victim, Math.max(1, mapping.valid[victim] / (unitsPerBlock - mapping.valid[victim])));
    return true;
  }

  private begin(victim: number, pace: number): void {
    this.pace[0] = pace;
    this.victim = victim;
    this.cursor = victim * this.unitsPerBlock;
  }

  /** Empties superblocks until one is free. */
  makeRoom(): void {
    while (this.mapping.freeBlocks === 0) {
      if (this.victim === NOWHERE && !this.choose())
        throw new Error('the flash model has no free superblock');
      while (this.victim !== NOWHERE) this.movePage();
    }
  }

  /** Whether there is one to be emptied now. */
  private choose(): boolean {
    const { mapping } = this;
    if (!mapping.scarce()) return false;
    const levelled = this.behind();
    const victim = levelled === NOWHERE ? mapping.emptiest() : levelled;
    if (victim === NOWHERE) return false;
    if (levelled !== NOWHERE) this.levelledBlocks++;
    this.sinceLevelled = levelled === NOWHERE ? this.sinceLevelled + 1 : 0;
    const valid = mapping.valid[victim];
    const gain = mapping.usableUnits - valid;
    const missing = RESERVED_BLOCKS * mapping.usableUnits - mapping.writable();
    if (valid === 0) this.begin(victim, 1);
    else if (levelled !== NOWHERE) this.begin(victim, LEVELLING_PACE);
    else this.begin(victim, valid / Math.max(gain - missing, gain / 4));
    return true;
  }

  /** What wear levelling moves next, if it has to and there is room for it. */
  private behind(): number {
    const { mapping } = this;
    if (this.sinceLevelled < BETWEEN_LEVELLINGS || mapping.writable() < LEAST_TO_LEVEL * this.unitsPerBlock)
      return NOWHERE;
    const block = mapping.leastErased();
    return block !== NOWHERE && mapping.erasesBehind(block) > MOST_ERASES_BEHIND ? block : NOWHERE;
  }

  /** Moves what is valid in the next page that has any; how many units. */
  private movePage(): number {
    const { mapping, unitsPerPage } = this;
    const { places, units, valid } = mapping;
    if (valid[this.victim] === 0) {
      this.finish();
      return 0;
    }
    let moved = 0;
    let place = this.cursor;
    while (moved === 0) {
      if (place >= (this.victim + 1) * this.unitsPerBlock)
        throw new Error('the flash model lost count of valid units');
      const end = place + unitsPerPage;
      for (; place < end; place++) {
        const unit = units[place];
        if (unit === NOWHERE || places[unit] !== place) continue;
        this.place(unit);
        moved++;
      }
    }
    this.dies.collect(place - 1, moved, mapping.cells[this.victim]);
    this.cursor = place;
    this.movedUnits += moved;
    if (valid[this.victim] === 0) this.finish();
    return moved;
  }

  private place(unit: number): void {
    const { mapping } = this;
    if (!mapping.advance(COLLECTION)) throw new Error('the flash model has no superblock to collect into');
    mapping.write(COLLECTION, unit);
    const filled = mapping.filled[COLLECTION];
    if (filled % this.unitsPerProgram !== 0) return;
    this.programs++;
    this.dies.program(filled, ALL_BITS);
  }

  private finish(): void {
    this.mapping.erase(this.victim);
    this.dies.erase();
    this.erasedBlocks++;
    this.victim = NOWHERE;
  }
}
