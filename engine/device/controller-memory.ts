/** The Controller Memory Buffer of the software controller: submission queues lie there, in BAR 2 (NVMe base 2.0, 8.2). */
import { CMBMSC_CMSE, CMBSZ_SQS } from '../spec/controller-memory.js';
import { CMBMSC } from '../spec/registers.js';
import type { Personality } from './personality.js';
import type { Ring } from './queues.js';

export const CONTROLLER_MEMORY_BAR = 2;
/** Where the bus of the software controller has that BAR: above what an IOMMU of 39 bits translates. */
export const CONTROLLER_MEMORY_BUS_ADDRESS = 0x3800_0000_0000;

const PAGE_BYTES = 4096;
const COUNT_SHIFT = 12;
const MEMORY_SPACE_CONTROL = 0x0001_0400; // NVMe 1.4

type MemoryOf = Pick<Personality, 'version' | 'controllerMemoryBytes' | 'queuesInControllerMemory'>;

/** CAP.CMBS: from NVMe 1.4 on the host says by CMBMSC that it is to be there, and where. */
export const hasSpaceControl = ({ version, controllerMemoryBytes }: MemoryOf): boolean =>
  controllerMemoryBytes > 0 && version >= MEMORY_SPACE_CONTROL;

/** CMBLOC and CMBSZ of memory that is there. */
export function memoryProperties({ controllerMemoryBytes, queuesInControllerMemory }: MemoryOf): {
  readonly location: number;
  readonly size: number;
} {
  if (controllerMemoryBytes === 0) return { location: 0, size: 0 };
  const queues = queuesInControllerMemory ? CMBSZ_SQS : 0;
  const size = ((controllerMemoryBytes / PAGE_BYTES) << COUNT_SHIFT) | queues;
  return { location: CONTROLLER_MEMORY_BAR, size };
}

export class ControllerMemory {
  private readonly registers: Uint32Array;
  private readonly words: Uint32Array;
  private readonly spaceControl: boolean;

  /** Undefined where the BAR has none. */
  static of(
    bar: { readonly registers: ArrayBuffer; readonly controllerMemory?: ArrayBuffer | undefined },
    personality: MemoryOf,
  ): ControllerMemory | undefined {
    const { registers, controllerMemory } = bar;
    if (controllerMemory === undefined) return undefined;
    return new ControllerMemory(new Uint32Array(registers), new Uint32Array(controllerMemory), personality);
  }

  private constructor(registers: Uint32Array, words: Uint32Array, personality: MemoryOf) {
    this.registers = registers;
    this.words = words;
    this.spaceControl = hasSpaceControl(personality);
  }

  /** A queue that lies there as a whole; undefined where it does not, as the host has the memory now. */
  ring(iova: number, lengthBytes: number): Ring | undefined {
    const offset = iova - this.base();
    if (!(offset >= 0 && offset + lengthBytes <= this.words.byteLength)) return undefined;
    return [this.words.subarray(offset / 4, (offset + lengthBytes) / 4)];
  }

  /** NaN where it is nowhere. */
  private base(): number {
    if (!this.spaceControl) return CONTROLLER_MEMORY_BUS_ADDRESS;
    const low = this.registers[CMBMSC / 4];
    if ((low & CMBMSC_CMSE) === 0) return Number.NaN;
    return low - (low % PAGE_BYTES) + this.registers[CMBMSC / 4 + 1] * 2 ** 32;
  }
}
