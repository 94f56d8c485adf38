/**
 * Where each unit of the namespace lies on the flash, and what the superblocks hold: a page-mapped translation layer without
 * time. HOT: nothing allocated. A unit's place is its superblock times the units of one, plus its place in there.
 *
 * What a place holds is valid as long as the unit that was written there is still mapped to it.
 */
import { type FlashGeometry, RESERVED_BLOCKS } from './geometry.js';

export const NOWHERE = -1;
const FREE = 0;
const OPEN = 1;
const FULL = 2;

/** The superblocks that are being written: by the host, and by the collection. */
export const HOST = 0;
export const COLLECTION = 1;
const FRONTIERS = 2;
/** Free superblocks that the host leaves when it opens one for the cache. */
const LEAST_FREE_FOR_CACHE = 4;
/** What is left of flash that lost a die, in shares of the namespace, so that collection gains more than it moves. */
const LEAST_ROOM = 1.02;

/** What the cells of a superblock hold: all of their bits, or one. */
export const ALL_BITS = 0;
export const ONE_BIT = 1;

export class Mapping {
  readonly geometry: FlashGeometry;
  /** By unit of the namespace: its place, or NOWHERE. */
  readonly places: Int32Array;
  /** By place: the unit that was written there last. */
  readonly units: Int32Array;
  /** By superblock: valid units, and how often it was erased. */
  readonly valid: Int32Array;
  readonly erases: Int32Array;
  /** By superblock: ALL_BITS or ONE_BIT. */
  readonly cells: Uint8Array;
  freeBlocks = 0;
  /** Superblocks of the cache, and how many there may be. */
  cachedBlocks = 0;
  cacheLimit: number;
  /** Units of the namespace that have a place. */
  mapped = 0;
  /** By frontier: its superblock, and the units written there. */
  readonly openBlock = new Int32Array(FRONTIERS);
  readonly filled = new Int32Array(FRONTIERS);
  /** By frontier: units that its superblock and a program there hold, and units of flash that one of them takes. */
  readonly capacity = new Int32Array(FRONTIERS);
  readonly programUnits = new Int32Array(FRONTIERS);
  readonly weight = new Int32Array(FRONTIERS);
  /** NOWHERE as long as all work. */
  deadDie = NOWHERE;
  /** Units of a superblock that can be written: fewer once a die is gone. */
  usableUnits: number;
  private readonly states: Uint8Array;
  private readonly unitsPerBlock: number;

  constructor(geometry: FlashGeometry) {
    this.geometry = geometry;
    this.unitsPerBlock = geometry.unitsPerBlock;
    this.usableUnits = geometry.unitsPerBlock;
    this.places = new Int32Array(geometry.logicalUnits);
    this.units = new Int32Array(geometry.physicalUnits);
    this.valid = new Int32Array(geometry.blocks);
    this.erases = new Int32Array(geometry.blocks);
    this.states = new Uint8Array(geometry.blocks);
    this.cells = new Uint8Array(geometry.blocks);
    this.cacheLimit = geometry.cacheBlocks;
    this.clear();
  }

  /** Nothing is mapped any more, and every superblock is erased; erases that this takes are not counted. */
  clear(): void {
    this.places.fill(NOWHERE);
    this.units.fill(NOWHERE);
    this.valid.fill(0);
    this.states.fill(FREE);
    this.cells.fill(ALL_BITS);
    this.cachedBlocks = 0;
    this.freeBlocks = this.geometry.blocks;
    this.mapped = 0;
    for (let frontier = 0; frontier < FRONTIERS; frontier++) this.open(frontier);
  }

  /** Units that can be written with all bits of the cells before everything is full. */
  writable(): number {
    const { unitsPerBlock, usableUnits, filled, weight } = this;
    const taken = filled[HOST] * weight[HOST] + filled[COLLECTION];
    const left = (this.freeBlocks + FRONTIERS) * unitsPerBlock - taken;
    return usableUnits === unitsPerBlock ? left : Math.floor((left * usableUnits) / unitsPerBlock);
  }

  /** Collection is due: with as much as this there is always a superblock for either frontier until a victim is erased. */
  scarce(): boolean {
    return this.writable() < RESERVED_BLOCKS * this.usableUnits;
  }

  /** Writes a unit at a frontier, which has room (see `advance`); its place. */
  write(frontier: number, unit: number): number {
    this.forget(unit);
    const block = this.openBlock[frontier];
    const place = block * this.unitsPerBlock + this.filled[frontier];
    this.filled[frontier]++;
    this.places[unit] = place;
    this.units[place] = unit;
    this.valid[block]++;
    this.mapped++;
    return place;
  }

  /** Leaves the next place empty, as if what was written there had been written again elsewhere. */
  skip(frontier: number): void {
    this.units[this.openBlock[frontier] * this.unitsPerBlock + this.filled[frontier]] = NOWHERE;
    this.filled[frontier]++;
  }

  /** What the unit had is valid no longer. */
  forget(unit: number): void {
    const place = this.places[unit];
    if (place === NOWHERE) return;
    this.places[unit] = NOWHERE;
    this.valid[(place / this.unitsPerBlock) | 0]--;
    this.mapped--;
  }

  /** Leaves the rest of a program empty; how many units that wastes. */
  pad(frontier: number): number {
    const programUnits = this.programUnits[frontier];
    const rest = this.filled[frontier] % programUnits;
    if (rest === 0) return 0;
    const wasted = programUnits - rest;
    const from = this.openBlock[frontier] * this.unitsPerBlock + this.filled[frontier];
    this.units.fill(NOWHERE, from, from + wasted);
    this.filled[frontier] += wasted;
    return wasted;
  }

  /** Opens the next superblock once the one of a frontier is full; false where there is none. */
  advance(frontier: number): boolean {
    if (this.deadDie !== NOWHERE) this.passOver(frontier);
    if (this.filled[frontier] < this.capacity[frontier]) return true;
    this.states[this.openBlock[frontier]] = FULL;
    if (this.freeBlocks === 0) return false;
    this.open(frontier);
    if (this.deadDie !== NOWHERE) this.passOver(frontier);
    return true;
  }

  /** Whether a place is in the program of a frontier that is not full yet. */
  isBeingFilled(frontier: number, place: number): boolean {
    const filled = this.filled[frontier];
    const end = this.openBlock[frontier] * this.unitsPerBlock + filled;
    return place < end && place >= end - (filled % this.programUnits[frontier]);
  }

  /** A die is gone, and the units that have a place there have none any more: `lost` hears of each, and where it was. */
  loseDie(die: number, lost: (unit: number, place: number) => void): void {
    const { places, cells, unitsPerBlock, geometry } = this;
    this.deadDie = die;
    this.usableUnits = (unitsPerBlock / geometry.dies) * (geometry.dies - 1);
    for (let unit = 0; unit < places.length; unit++) {
      const place = places[unit];
      if (place === NOWHERE) continue;
      const inBlock = place % unitsPerBlock;
      const block = (place - inBlock) / unitsPerBlock;
      const { unitsPerProgram, bitsPerCell } = geometry;
      const programUnits = cells[block] === ALL_BITS ? unitsPerProgram : unitsPerProgram / bitsPerCell;
      if (((inBlock / programUnits) | 0) % geometry.dies !== die) continue;
      this.forget(unit);
      lost(unit, place);
    }
  }

  /** Too few dies are left for the namespace and what collection needs. */
  isWornOut(): boolean {
    const { blocks, logicalUnits } = this.geometry;
    return (
      this.deadDie !== NOWHERE && (blocks - RESERVED_BLOCKS) * this.usableUnits < logicalUnits * LEAST_ROOM
    );
  }

  /** Leaves out the programs that would go to the die that is gone. */
  private passOver(frontier: number): void {
    const { filled, capacity, programUnits, geometry } = this;
    const units = programUnits[frontier];
    while (
      filled[frontier] < capacity[frontier] &&
      ((filled[frontier] / units) | 0) % geometry.dies === this.deadDie
    )
      if (this.pad(frontier) === 0) {
        const from = this.openBlock[frontier] * this.unitsPerBlock + filled[frontier];
        this.units.fill(NOWHERE, from, from + units);
        filled[frontier] += units;
      }
  }

  /** The full superblock with the fewest valid units, of equal ones the least erased; -1 where none would give anything. */
  emptiest(): number {
    const { states, valid, erases } = this;
    let best = -1;
    let least = this.usableUnits - 1;
    for (let block = 0; block < states.length; block++) {
      if (states[block] !== FULL || valid[block] > least) continue;
      if (valid[block] === least && best >= 0 && erases[block] >= erases[best]) continue;
      best = block;
      least = valid[block];
    }
    return best;
  }

  /** The full superblock of the cache with the fewest valid units; -1 for none. */
  emptiestCached(): number {
    const { states, valid, cells } = this;
    let best = -1;
    if (this.cachedBlocks === 0) return best;
    for (let block = 0; block < states.length; block++)
      if (states[block] === FULL && cells[block] === ONE_BIT && (best < 0 || valid[block] < valid[best]))
        best = block;
    return best;
  }

  /** The full superblock that was erased least often; -1 where there is none. */
  leastErased(): number {
    const { states, erases } = this;
    let best = -1;
    for (let block = 0; block < states.length; block++)
      if (states[block] === FULL && (best < 0 || erases[block] < erases[best])) best = block;
    return best;
  }

  /** How much oftener the most erased superblock was erased than this one. */
  erasesBehind(block: number): number {
    const { erases } = this;
    let most = 0;
    for (let other = 0; other < erases.length; other++) if (erases[other] > most) most = erases[other];
    return most - erases[block];
  }

  /** A full superblock, of which nothing is valid, is free again. */
  erase(block: number): void {
    this.states[block] = FREE;
    if (this.cells[block] === ONE_BIT) this.cachedBlocks--;
    this.cells[block] = ALL_BITS;
    this.erases[block]++;
    this.freeBlocks++;
  }

  /** The free superblock that was erased least often: dynamic wear levelling; for the collection, whose data stays, most often. */
  private open(frontier: number): void {
    const { states, erases } = this;
    let best = -1;
    for (let block = 0; block < states.length; block++) {
      if (states[block] !== FREE) continue;
      const better = frontier === HOST ? erases[block] < erases[best] : erases[block] > erases[best];
      if (best < 0 || better) best = block;
    }
    states[best] = OPEN;
    this.freeBlocks--;
    this.openBlock[frontier] = best;
    this.filled[frontier] = 0;
    const { unitsPerBlock, unitsPerProgram, bitsPerCell } = this.geometry;
    const cached =
      frontier === HOST && this.cachedBlocks < this.cacheLimit && this.freeBlocks >= LEAST_FREE_FOR_CACHE;
    const bits = cached ? bitsPerCell : 1;
    if (cached) this.cachedBlocks++;
    this.cells[best] = cached ? ONE_BIT : ALL_BITS;
    this.weight[frontier] = bits;
    this.capacity[frontier] = unitsPerBlock / bits;
    this.programUnits[frontier] = unitsPerProgram / bits;
  }
}
