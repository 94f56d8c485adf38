/**
 * BAR0 of the software controller. Its registers are a file that other processes may map to read; its doorbells can be
 * put on a page of their own for whoever is to ring them next, under the views that exist.
 */
import type { ConfigurationWrites } from '../../../device/configuration-writes.js';
import { hasSpaceControl, memoryProperties } from '../../../device/controller-memory.js';
import type { Personality } from '../../../device/personality.js';
import { HOST_WRITABLE } from '../../../device/registers.js';
import { nowMs } from '../../../sys/clock.js';
import { closeFd } from '../../../sys/fd.js';
import { guard } from '../../../sys/lost-pages.js';
import { mapAnonymous, mapMemfd, retire } from '../../../sys/mapping.js';
import { sealContents } from '../../../sys/seals.js';
import { MmioRegisters } from './mmio-registers.js';
import { renewMapping } from './sim-renewal.js';
import type { Registers } from './transport.js';

/** Where BAR0 has them (NVMe over PCIe 1.0, 3.1.2). */
const DOORBELLS = 0x1000;
const CC = 0x14;
const CC_EN = 1;
const CSTS = 0x1c;
const CMBLOC = 0x38;
const CMBSZ = 0x3c;
const CMBMSC = 0x50;
const CMBMSC_CRE = 1;

export class SimBar implements Registers {
  /** One page. */
  readonly registers = mapMemfd(DOORBELLS, 'simulated registers');
  readonly doorbells: ReturnType<typeof mapAnonymous>;
  readonly #registers = new MmioRegisters(this.registers);
  readonly #doorbells: MmioRegisters;
  readonly #configurationWrites: ConfigurationWrites;
  readonly #personality: Personality;
  #disabledAtMs = Number.NEGATIVE_INFINITY;
  #guarded = false;

  constructor(doorbellBytes: number, configurationWrites: ConfigurationWrites, personality: Personality) {
    this.#personality = personality;
    this.#configurationWrites = configurationWrites;
    this.doorbells = mapAnonymous(doorbellBytes, 'simulated doorbells');
    this.#doorbells = new MmioRegisters(this.doorbells);
  }

  get lengthBytes(): number {
    return DOORBELLS + this.doorbells.lengthBytes;
  }

  /** What the controller makes of the writes before is there. */
  read32(offset: number): number {
    if (offset >= DOORBELLS) return this.#doorbells.read32(offset - DOORBELLS);
    this.#configurationWrites.flush();
    if (offset === CSTS && nowMs() - this.#disabledAtMs < this.#personality.deafBeforeMs) this.vanish();
    return this.#registers.read32(offset);
  }

  write32(offset: number, value: number): void {
    if (offset >= DOORBELLS) this.#doorbells.write32(offset - DOORBELLS, value);
    else if (offset === CC && !this.#configure(value)) return;
    else if (offset === CMBMSC || offset === CMBMSC + 4) this.#controlMemorySpace(offset, value);
    else if (HOST_WRITABLE.has(offset)) this.#registers.write32(offset, value);
  }

  /** CMBMSC (NVMe base 2.0, 3.1.3.16): with CRE the registers say what there is. The controller looks at it with each new queue. */
  #controlMemorySpace(offset: number, value: number): void {
    const registers = this.#registers;
    if (!hasSpaceControl(this.#personality)) return;
    registers.write32(offset, value);
    if (offset !== CMBMSC) return;
    const shown = (value & CMBMSC_CRE) !== 0;
    const { location, size } = memoryProperties(this.#personality);
    registers.write32(CMBLOC, shown ? location : 0);
    registers.write32(CMBSZ, shown ? size : 0);
  }

  /** False where nobody obeys. */
  #configure(cc: number): boolean {
    if ((cc & ~this.#registers.read32(CC) & CC_EN) !== 0) this.#disabledAtMs = Number.NEGATIVE_INFINITY;
    if ((~cc & this.#registers.read32(CC) & CC_EN) !== 0) this.#disabledAtMs = nowMs();
    return this.#configurationWrites.write(cc);
  }

  read64(offset: number): bigint {
    return BigInt(this.read32(offset)) + (BigInt(this.read32(offset + 4)) << 32n);
  }

  write64(offset: number, value: bigint): void {
    this.write32(offset, Number(value & 0xffff_ffffn));
    this.write32(offset + 4, Number((value >> 32n) & 0xffff_ffffn));
  }

  /** Puts fresh doorbells, all 0, in place of those that another process may have mapped, from `DOORBELLS` on: see `renewMapping`. */
  renewDoorbells(): number {
    const fd = renewMapping(this.doorbells, DOORBELLS, 'simulated doorbells');
    if (!this.#guarded) this.#guarded = guard(this.doorbells);
    return fd;
  }

  /** The descriptor of the registers, which others can from now on only read; it stays this object's. Throws SystemError. */
  sealRegisters(): number {
    sealContents(this.registers.fd, 'simulated registers');
    return this.registers.fd;
  }

  /** A function-level reset is over: it may be looked at. */
  wasReset(): void {
    this.#disabledAtMs = Number.NEGATIVE_INFINITY;
  }

  /** As a function that left the bus. */
  vanish(): void {
    new Uint8Array(this.registers.buffer).fill(0xff);
  }

  /** Views of either stay harmless. */
  close(): void {
    retire(this.registers);
    retire(this.doorbells);
    closeFd(this.registers.fd);
  }
}
