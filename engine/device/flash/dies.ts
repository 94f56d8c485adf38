/**
 * When dies, channels and the link to the host are busy. HOT: nothing allocated; times in ms, in arrays, since doubles handed
 * on are garbage.
 *
 * Programs, erases and the reads of the collection are a die's backlog, which it works off one after the other; reads of the
 * host go before all of it. Where a die can be suspended they begin `suspendNs` after they came, and the backlog ends so much
 * later; where it cannot, they wait for the operation that is under way. On channels, too, reads of the host go first, and one after
 * the other as on the link; a program has left the buffer once the channel has had time for all that was asked for before.
 */
import type { FlashSpec } from './flash-spec.js';
import type { FlashGeometry } from './geometry.js';
import { ALL_BITS } from './mapping.js';

const NS_PER_MS = 1e6;
const NONE = -1;
const ONE_BIT_READ = -1;

export class Dies {
  /** When the next operation is asked for, by the caller. */
  readonly atMs = new Float64Array(1);
  /** When the last one is over, of reads with the transfer to the controller. */
  readonly doneMs = new Float64Array(1);
  /** By how much transfers over the link are longer than they need be. */
  readonly slower = new Float64Array(1);
  /** Pages read for the host, senses of these beyond the first, pages read by the collection, and reads that suspended a die. */
  pagesRead = 0;
  retries = 0;
  pagesCollected = 0;
  suspensions = 0;
  readonly suspends: boolean;
  private readonly dies: number;
  private readonly planes: number;
  private readonly planeReads: boolean;
  private readonly channels: number;
  private readonly unitsPerBlock: number;
  /** By what cells hold (see Mapping). */
  private readonly programUnits: Int32Array;
  private readonly unitsPerPage: number;
  private readonly blocksPerErase: number;
  private readonly readMs: Float64Array;
  private readonly cacheReadMs: Float64Array;
  /** By what cells hold. */
  private readonly programMs: Float64Array;
  private readonly eraseMs: Float64Array;
  private readonly suspendMs: Float64Array;
  private readonly resumeMs: Float64Array;
  private readonly unitTransferMs: Float64Array;
  private readonly linkMsPerByte: Float64Array;
  /** By die: when its backlog is worked off, since when it is busy without a gap, and when its last erase ends. */
  private readonly freeMs: Float64Array;
  private readonly busySinceMs: Float64Array;
  private readonly eraseEndMs: Float64Array;
  /** How long a program of its backlog takes. */
  private readonly stepMs: Float64Array;
  /** Superblocks erased since the last erase that dies have done. */
  private erasesDue = 0;
  /** By plane, or by die where planes do not read by themselves: when its last read ends, and the page that it holds. */
  private readonly readFreeMs: Float64Array;
  private readonly held: Int32Array;
  /** By channel: when the reads of the host are through, and when everything else is. */
  private readonly channelFreeMs: Float64Array;
  private readonly behindFreeMs: Float64Array;
  private readonly linkFreeMs = new Float64Array(1);

  constructor(spec: FlashSpec, geometry: FlashGeometry) {
    const { dies, planes, channels } = geometry;
    this.dies = dies;
    this.planes = planes;
    this.planeReads = spec.planeReads;
    this.channels = channels;
    this.unitsPerBlock = geometry.unitsPerBlock;
    const { unitsPerProgram, bitsPerCell } = geometry;
    this.programUnits = Int32Array.of(unitsPerProgram, unitsPerProgram / bitsPerCell);
    this.unitsPerPage = geometry.unitsPerPage;
    this.blocksPerErase = geometry.blocksPerErase;
    const ms = (ns: number): Float64Array => Float64Array.of(ns / NS_PER_MS);
    this.readMs = Float64Array.from(spec.readNs, (ns) => ns / NS_PER_MS);
    this.cacheReadMs = ms(spec.cacheReadNs);
    this.programMs = Float64Array.of(spec.programNs / NS_PER_MS, spec.cacheProgramNs / NS_PER_MS);
    this.eraseMs = ms(spec.eraseNs);
    this.suspendMs = ms(spec.suspendNs);
    this.resumeMs = ms(spec.resumeNs);
    this.suspends = spec.suspendNs > 0;
    this.unitTransferMs = Float64Array.of((1000 * geometry.unitBytes) / spec.channelBytesPerSecond);
    this.linkMsPerByte = Float64Array.of(1000 / spec.linkBytesPerSecond);
    this.freeMs = new Float64Array(dies);
    this.busySinceMs = new Float64Array(dies);
    this.eraseEndMs = new Float64Array(dies);
    this.stepMs = new Float64Array(dies).fill(this.programMs[0]);
    this.readFreeMs = new Float64Array(dies * planes);
    this.held = new Int32Array(dies * planes).fill(NONE);
    this.channelFreeMs = new Float64Array(channels);
    this.behindFreeMs = new Float64Array(channels);
  }

  /** Programs what ends at `end` units of a superblock with such cells; over at `doneMs`. */
  program(end: number, cells: number): void {
    const units = this.programUnits[cells];
    const die = (((end - 1) / units) | 0) % this.dies;
    this.load(die, this.programMs[cells]);
    this.stepMs[die] = this.programMs[cells];
    const channel = die % this.channels;
    this.transferBehind(channel, units);
    const first = die * this.planes;
    for (let plane = 0; plane < this.planes; plane++) this.held[first + plane] = NONE;
    this.doneMs[0] = Math.max(this.freeMs[die], this.behindFreeMs[channel] + this.programMs[cells]);
  }

  /** A superblock is free: dies erase once as many are as make a block of theirs. */
  erase(): void {
    if (++this.erasesDue < this.blocksPerErase) return;
    this.erasesDue -= this.blocksPerErase;
    for (let die = 0; die < this.dies; die++) {
      this.load(die, this.eraseMs[0]);
      this.eraseEndMs[die] = this.freeMs[die];
    }
  }

  /** The collection reads `units` of the page at a place; it goes on meanwhile. */
  collect(place: number, units: number, cells: number): void {
    const offset = place % this.unitsPerBlock;
    const programUnits = this.programUnits[cells];
    const program = (offset / programUnits) | 0;
    const page = ((offset - program * programUnits) / this.unitsPerPage) | 0;
    const die = program % this.dies;
    this.load(die, cells === ALL_BITS ? this.readMs[(page / this.planes) | 0] : this.cacheReadMs[0]);
    this.transferBehind(die % this.channels, units);
    this.held[die * this.planes + (page % this.planes)] = NONE;
    this.pagesCollected++;
  }

  /** The host reads `units` of the page at a place, which takes so many `senses`; over at `doneMs`. */
  read(place: number, units: number, cells: number, senses: number): void {
    const offset = place % this.unitsPerBlock;
    const programUnits = this.programUnits[cells];
    const program = (offset / programUnits) | 0;
    const page = ((offset - program * programUnits) / this.unitsPerPage) | 0;
    const die = program % this.dies;
    const plane = die * this.planes + (page % this.planes);
    const reader = this.planeReads ? plane : die * this.planes;
    const pageNumber = (place / this.unitsPerPage) | 0;
    if (this.held[plane] === pageNumber) this.doneMs[0] = Math.max(this.atMs[0], this.readFreeMs[reader]);
    else this.sense(die, reader, cells === ALL_BITS ? (page / this.planes) | 0 : ONE_BIT_READ, senses);
    this.held[plane] = pageNumber;
    const channel = die % this.channels;
    this.transfer(channel, units);
    const alone = this.doneMs[0] + units * this.unitTransferMs[0];
    this.doneMs[0] = Math.max(alone, this.channelFreeMs[channel]);
  }

  /** A part of the mapping is read; over at `doneMs`. */
  lookUp(part: number): void {
    const die = part % this.dies;
    const plane = die * this.planes + (((part / this.dies) | 0) % this.planes);
    this.sense(die, this.planeReads ? plane : die * this.planes, 0, 1);
    this.held[plane] = NONE;
    this.transfer(die % this.channels, 1);
    this.doneMs[0] += this.unitTransferMs[0];
  }

  /** So many bytes between host and drive; over at `doneMs` at the earliest. */
  link(bytes: number): void {
    const ms = bytes * this.linkMsPerByte[0] * (1 + this.slower[0]);
    const free = Math.max(this.linkFreeMs[0], this.atMs[0]) + ms;
    this.linkFreeMs[0] = free;
    if (free > this.doneMs[0]) this.doneMs[0] = free;
  }

  private sense(die: number, reader: number, bit: number, senses: number): void {
    const { freeMs, readFreeMs } = this;
    const readMs = (bit === ONE_BIT_READ ? this.cacheReadMs[0] : this.readMs[bit]) * senses;
    const idle = this.atMs[0] >= readFreeMs[reader];
    let start = Math.max(this.atMs[0], readFreeMs[reader]);
    if (freeMs[die] > start && start + readMs > this.busySinceMs[die]) {
      if (!this.suspends) start = this.endOfOperation(die, start);
      else if (idle) {
        start += this.suspendMs[0];
        this.suspensions++;
      }
      freeMs[die] += readMs + (idle && this.suspends ? this.resumeMs[0] : 0);
    }
    readFreeMs[reader] = start + readMs;
    this.doneMs[0] = start + readMs;
    this.pagesRead++;
    this.retries += senses - 1;
  }

  /** Of a die that is busy at that time: an erase, or one of the programs that are left. */
  private endOfOperation(die: number, atMs: number): number {
    const eraseEnd = this.eraseEndMs[die];
    if (atMs < eraseEnd && atMs >= eraseEnd - this.eraseMs[0]) return eraseEnd;
    return atMs + ((this.freeMs[die] - atMs) % this.stepMs[die]);
  }

  /** More work behind what a die has to do. */
  private load(die: number, ms: number): void {
    const at = this.atMs[0];
    if (this.freeMs[die] < at) {
      this.freeMs[die] = at;
      this.busySinceMs[die] = at;
    }
    this.freeMs[die] += ms;
  }

  private transfer(channel: number, units: number): void {
    const { channelFreeMs, behindFreeMs } = this;
    const at = this.atMs[0];
    const ms = units * this.unitTransferMs[0];
    channelFreeMs[channel] = Math.max(channelFreeMs[channel], at) + ms;
    if (behindFreeMs[channel] > at) behindFreeMs[channel] += ms;
  }

  private transferBehind(channel: number, units: number): void {
    const { behindFreeMs } = this;
    behindFreeMs[channel] = Math.max(behindFreeMs[channel], this.atMs[0]) + units * this.unitTransferMs[0];
  }
}
