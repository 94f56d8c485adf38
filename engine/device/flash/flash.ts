/**
 * A drive of flash: what its state makes of the time of each command. Everything that happened on it until a command is worked
 * out when the command comes, so it needs no clock and no thread of its own. HOT: nothing allocated.
 *
 * Writes are over once they are in the buffer; they leave it as whole programs, which go from die to die. The buffer has room
 * again when a program is over, so that writes wait for the dies as soon as these have more to do than the buffer holds.
 */
import { Random } from '../latency.js';
import type { MediaTiming } from '../media-timing.js';
import { Collector } from './collector.js';
import { failDie } from './dead-die.js';
import { Dies } from './dies.js';
import {
  FLASH_DEALLOCATE,
  FLASH_FLUSH,
  FLASH_FORCED,
  FLASH_NOTHING,
  FLASH_READ,
  FLASH_WRITE,
  type FlashSpec,
} from './flash-spec.js';
import type { FlashGeometry } from './geometry.js';
import { Heat } from './heat.js';
import { flashLogPage } from './log-page.js';
import { MapCache } from './map-cache.js';
import { HOST, Mapping, NOWHERE } from './mapping.js';
import { Rest } from './rest.js';
import { startAs } from './start.js';

const NS_PER_MS = 1e6;
/** The program that is being filled, and one under way. */
const LEAST_PROGRAMS = 2;

export class Flash implements MediaTiming {
  readonly spec: FlashSpec;
  readonly geometry: FlashGeometry;
  readonly mapping: Mapping;
  readonly dies: Dies;
  readonly collector: Collector;
  /** Absent where all of the mapping is at hand. */
  readonly mapCache: MapCache | undefined;
  /** Bytes that the host wrote, programs of its data, units of these and those that stayed empty; since the drive was made. */
  readonly hostBytes = new Float64Array(1);
  hostPrograms = 0;
  programmedUnits = 0;
  paddedUnits = 0;
  /** Units that were written in part, so that what they had was read. */
  partialUnits = 0;
  private readonly lbaBytes: number;
  private readonly unitLbas: number;
  private readonly unitsPerProgram: number;
  private readonly protectedBuffer: boolean;
  private readonly firmwareReadMs: Float64Array;
  private readonly firmwareWriteMs: Float64Array;
  /** When the programs in the buffer end, by number modulo their most. */
  private readonly programEndMs: Float64Array;
  /** By program of the flash: its number, if it was the host's. */
  private readonly numbers: Int32Array;
  /** Senses again, by the square of the cycles. */
  private readonly retriesPerSquare: Float64Array;
  private readonly random = new Random(1);
  /** Where its temperature matters. */
  readonly heat: Heat | undefined;
  /** Of drives with a cache. */
  private readonly rest: Rest | undefined;
  private kind = FLASH_NOTHING;
  private slba = 0;
  private lbas = 0;
  /** When the command is over, beside what every command takes. */
  private readonly overMs = new Float64Array(1);

  /** The geometry is that of `flashGeometry`. A unit is a whole number of blocks. */
  constructor(spec: FlashSpec, geometry: FlashGeometry, lbaBytes: number) {
    this.spec = spec;
    this.geometry = geometry;
    this.mapping = new Mapping(geometry);
    this.dies = new Dies(spec, geometry);
    startAs(this.mapping, spec.start, spec.startCycles);
    this.collector = new Collector(this.mapping, this.dies);
    const { ownMapShare, lentMapShare } = spec;
    if (ownMapShare < 1) this.mapCache = new MapCache(geometry.logicalUnits, ownMapShare, lentMapShare);
    this.lbaBytes = lbaBytes;
    this.unitLbas = geometry.unitBytes / lbaBytes;
    this.unitsPerProgram = geometry.unitsPerProgram;
    this.protectedBuffer = spec.protectedBuffer;
    if (spec.heatNs > 0) this.heat = new Heat(spec, this);
    if (geometry.cacheBlocks > 0) this.rest = new Rest(spec, geometry.dies, this.dies, this.collector);
    this.retriesPerSquare = Float64Array.of(spec.retriesAtRated / spec.ratedCycles ** 2);
    this.firmwareReadMs = Float64Array.of(spec.firmwareReadNs / NS_PER_MS);
    this.firmwareWriteMs = Float64Array.of(spec.firmwareWriteNs / NS_PER_MS);
    const programs = Math.max(LEAST_PROGRAMS, Math.floor(spec.bufferedProgramsPerDie * geometry.dies));
    this.programEndMs = new Float64Array(programs);
    this.numbers = new Int32Array(geometry.physicalUnits / geometry.unitsPerProgram).fill(NOWHERE);
  }

  read(slba: number, lbas: number): void {
    this.note(FLASH_READ, slba, lbas);
  }

  wrote(slba: number, lbas: number): void {
    this.note(FLASH_WRITE, slba, lbas);
  }

  forced(): void {
    if (this.kind === FLASH_WRITE) this.kind = FLASH_FORCED;
  }

  flushed(): void {
    this.note(FLASH_FLUSH, 0, 0);
  }

  /** Blocks of zeroes need no flash. */
  zeroed(slba: number, lbas: number): void {
    this.deallocated(slba, lbas);
  }

  /** At once: it takes the mapping alone. Units that are given back in part stay. */
  deallocated(slba: number, lbas: number): void {
    const { mapping, unitLbas } = this;
    this.kind = FLASH_DEALLOCATE;
    const end = ((slba + lbas) / unitLbas) | 0;
    for (let unit = Math.ceil(slba / unitLbas) | 0; unit < end; unit++) mapping.forget(unit);
  }

  refresh(): void {
    this.mapping.clear();
    this.collector.forget();
    this.numbers.fill(NOWHERE);
  }

  usedBytes(): number {
    return this.mapping.mapped * this.geometry.unitBytes;
  }

  hostMemory(bytes: number): void {
    this.mapCache?.lend(bytes > 0);
  }

  reset(): void {
    this.mapCache?.lend(false);
    this.kind = FLASH_NOTHING;
  }

  logPage(): Uint8Array {
    return flashLogPage(this);
  }

  /** Of the cycles that superblocks are rated for, by their mean. */
  usedPercent(): number {
    const { geometry, spec, collector } = this;
    return (100 * (spec.startCycles + collector.erasedBlocks / geometry.blocks)) / spec.ratedCycles;
  }

  failDie(die: number, lost: (slba: number, lbas: number) => void): boolean {
    const { mapping, unitLbas } = this;
    const isBuffered = (place: number) => this.isBuffered(place);
    const admit = (unit: number) => this.admit(unit);
    return failDie({ mapping, isBuffered, admit }, die, (unit) => lost(unit * unitLbas, unitLbas));
  }

  isWornOut(): boolean {
    return this.mapping.isWornOut();
  }

  kelvin(atMs: Float64Array): number {
    return this.heat === undefined ? 0 : Math.round(this.heat.at(atMs));
  }

  delay(timesMs: Float64Array, now: number, due: number): void {
    const { kind, dies, overMs } = this;
    const at = timesMs[now];
    dies.atMs[0] = at;
    dies.doneMs[0] = at;
    overMs[0] = at;
    this.kind = FLASH_NOTHING;
    if (this.rest !== undefined) this.rest.end();
    if (this.heat !== undefined) this.warm(this.heat);
    if (kind === FLASH_READ) this.readUnits();
    else {
      const writes = kind === FLASH_WRITE || kind === FLASH_FORCED;
      if (writes) this.writeUnits();
      if ((kind === FLASH_FLUSH || kind === FLASH_FORCED) && !this.protectedBuffer) this.empty();
      overMs[0] += this.firmwareWriteMs[0];
    }
    if (kind === FLASH_READ || kind === FLASH_WRITE || kind === FLASH_FORCED) {
      dies.atMs[0] = at;
      dies.doneMs[0] = overMs[0];
      dies.link(this.lbas * this.lbaBytes);
      overMs[0] = dies.doneMs[0];
    }
    const over = overMs[0];
    if (over > timesMs[due]) timesMs[due] = over;
  }

  private warm(heat: Heat): void {
    heat.update(this.dies.atMs);
    this.dies.slower[0] = heat.slower[0];
  }

  private note(kind: number, slba: number, lbas: number): void {
    this.kind = kind;
    this.slba = slba;
    this.lbas = lbas;
  }

  private readUnits(): void {
    const { mapping, dies, unitLbas, overMs } = this;
    const { unitsPerPage } = this.geometry;
    const end = ((this.slba + this.lbas - 1) / unitLbas) | 0;
    let unit = (this.slba / unitLbas) | 0;
    let sensed = false;
    while (unit <= end) {
      if (this.mapCache !== undefined) this.lookUp(this.mapCache, unit);
      const place = mapping.places[unit++];
      if (place === NOWHERE || this.isBuffered(place)) continue;
      sensed = true;
      // what lies behind it in the same page comes with it
      let units = 1;
      const page = (place / unitsPerPage) | 0;
      while (
        unit <= end &&
        mapping.places[unit] === place + units &&
        (((place + units) / unitsPerPage) | 0) === page
      ) {
        units++;
        unit++;
      }
      const block = (place / this.geometry.unitsPerBlock) | 0;
      dies.read(place, units, mapping.cells[block], this.senses(block));
      if (dies.doneMs[0] > overMs[0]) overMs[0] = dies.doneMs[0];
    }
    overMs[0] += sensed ? this.firmwareReadMs[0] : this.firmwareWriteMs[0];
  }

  /** What follows waits until the unit's part of the mapping is at hand. */
  private lookUp(cache: MapCache, unit: number): void {
    const part = cache.partOf(unit);
    if (cache.has(part)) return;
    this.dies.lookUp(part);
    this.dies.atMs[0] = this.dies.doneMs[0];
  }

  /** Of a page in a superblock: one, and those again that its wear calls for. */
  private senses(block: number): number {
    const retries = this.retriesPerSquare[0] * this.mapping.erases[block] * this.mapping.erases[block];
    // a fraction stands for the chance of one more
    return 1 + ((retries + (this.random.next() >>> 0) / 4294967296) | 0);
  }

  /** Whether what is at a place has not been programmed yet, at the time of the dies. */
  private isBuffered(place: number): boolean {
    const { unitsPerProgram, programEndMs } = this;
    if (this.mapping.isBeingFilled(HOST, place)) return true;
    const number = this.numbers[(place / unitsPerProgram) | 0];
    if (number === NOWHERE || this.hostPrograms - number > programEndMs.length) return false;
    return programEndMs[number % programEndMs.length] > this.dies.atMs[0];
  }

  private writeUnits(): void {
    const { mapping, unitLbas } = this;
    const endLba = this.slba + this.lbas;
    const end = ((endLba - 1) / unitLbas) | 0;
    this.hostBytes[0] += this.lbas * this.lbaBytes;
    for (let unit = (this.slba / unitLbas) | 0; unit <= end; unit++) {
      const place = mapping.places[unit];
      if (place !== NOWHERE) {
        // one that has not left the buffer is written over there
        if (this.mapping.isBeingFilled(HOST, place)) continue;
        const isPart = unit * unitLbas < this.slba || (unit + 1) * unitLbas > endLba;
        if (isPart) this.readForPart(place);
      }
      this.admit(unit);
    }
  }

  private readForPart(place: number): void {
    this.partialUnits++;
    const block = (place / this.geometry.unitsPerBlock) | 0;
    if (!this.isBuffered(place)) this.dies.collect(place, 1, this.mapping.cells[block]);
  }

  /** Takes a unit into the buffer as soon as that has room. */
  private admit(unit: number): void {
    const { mapping, dies, overMs, programEndMs } = this;
    const roomMs = programEndMs[this.hostPrograms % programEndMs.length];
    if (roomMs > dies.atMs[0]) dies.atMs[0] = roomMs;
    if (dies.atMs[0] > overMs[0]) overMs[0] = dies.atMs[0];
    if (!mapping.advance(HOST)) {
      this.collector.makeRoom();
      mapping.advance(HOST);
    }
    mapping.write(HOST, unit);
    if (mapping.filled[HOST] % mapping.programUnits[HOST] === 0) this.programFilled();
  }

  private programFilled(): void {
    const { mapping, dies, programEndMs } = this;
    const filled = mapping.filled[HOST];
    const block = mapping.openBlock[HOST];
    const place = block * this.geometry.unitsPerBlock + filled - 1;
    const units = mapping.programUnits[HOST];
    dies.program(filled, mapping.cells[block]);
    programEndMs[this.hostPrograms % programEndMs.length] = dies.doneMs[0];
    this.numbers[(place / this.unitsPerProgram) | 0] = this.hostPrograms;
    this.hostPrograms++;
    this.programmedUnits += units;
    this.collector.keepUp(units);
  }

  /** All that is in the buffer is programmed. */
  private empty(): void {
    const { overMs, programEndMs } = this;
    const wasted = this.mapping.pad(HOST);
    this.paddedUnits += wasted;
    if (wasted > 0) this.programFilled();
    for (let i = 0; i < programEndMs.length; i++)
      if (programEndMs[i] > overMs[0]) overMs[0] = programEndMs[i];
  }
}
