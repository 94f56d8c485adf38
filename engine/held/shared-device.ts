/** A controller that another process holds, as the driver sees it. */
import { EngineError, type EngineWarning } from '../errors.js';
import type { DmaMapper } from '../memory/dma-mapper.js';
import type { IovaRange } from '../memory/iova.js';
import type { ForeignDma, ForeignParts } from '../path/pcie/transport/shared/foreign.js';
import type { DoorbellWindow, PciId, Registers, TransportDevice } from '../path/pcie/transport/transport.js';
import type { Mapping } from '../sys/mapping.js';
import type { HolderConnection } from './connection.js';
import type { Welcome } from './messages.js';
import { SharedInterrupts } from './shared-interrupts.js';

/** Maps this process's memory within its window, by itself or by asking the holder; the holder knows all of it. */
class SharedDma implements DmaMapper {
  readonly iovaRanges: readonly IovaRange[];
  readonly pageSizeBytes: number;
  readonly #connection: HolderConnection;
  readonly #own: ForeignDma | undefined;

  constructor({ window, pageSizeBytes }: Welcome, connection: HolderConnection, own: ForeignDma | undefined) {
    this.iovaRanges = [window];
    this.pageSizeBytes = pageSizeBytes;
    this.#connection = connection;
    this.#own = own;
  }

  get mappingsAvailable(): number {
    return this.#own?.mappingsAvailable ?? Number.POSITIVE_INFINITY;
  }

  map(memory: Mapping, iova: bigint): void {
    const { lengthBytes } = memory;
    const fds = this.#own ? [] : [descriptorOf(memory)];
    this.#connection.requestNow({ kind: 'map', iova, lengthBytes }, fds);
    try {
      this.#own?.map(memory, iova);
    } catch (error) {
      this.#forget(iova, lengthBytes);
      throw error;
    }
  }

  unmap(memory: Mapping, iova: bigint): void {
    this.#own?.unmap(memory, iova);
    this.#forget(iova, memory.lengthBytes);
  }

  /** A holder that is gone has nothing mapped any more, or knows of nothing. */
  #forget(iova: bigint, lengthBytes: number): void {
    if (this.#connection.gone === undefined)
      this.#connection.requestNow({ kind: 'unmap', iova, lengthBytes });
  }
}

function descriptorOf(memory: Mapping): number {
  if (memory.fd !== undefined) return memory.fd;
  throw new EngineError({
    code: 'MEMORY_WITHOUT_DESCRIPTOR',
    op: `map ${memory.lengthBytes} bytes for DMA`,
    target: 'shared controller',
    reason: 'this memory has no descriptor that another process could map it by',
    hint: 'allocate it from the arena',
  });
}

export class SharedDevice implements TransportDevice {
  readonly target: string;
  readonly kind: string;
  readonly software: boolean;
  readonly notice?: string;
  readonly numaNode: number;
  readonly pciId: PciId | undefined;
  readonly registers: Registers;
  readonly doorbells: DoorbellWindow;
  readonly dma: DmaMapper;
  readonly interrupts: SharedInterrupts | undefined;
  readonly warnings: readonly EngineWarning[];
  readonly #connection: HolderConnection;
  readonly #parts: ForeignParts;

  constructor(welcome: Welcome, connection: HolderConnection, parts: ForeignParts) {
    this.target = welcome.target;
    this.kind = `shared:${welcome.transport}`;
    this.software = welcome.software;
    if (welcome.notice !== undefined) this.notice = welcome.notice;
    this.numaNode = welcome.numaNode;
    this.pciId = welcome.pciId;
    this.registers = parts.registers;
    this.doorbells = parts.doorbells;
    const { maxVectors, target } = welcome;
    this.interrupts = maxVectors === 0 ? undefined : new SharedInterrupts(maxVectors, connection, target);
    this.warnings = [
      {
        code: 'shared-controller',
        message: `${welcome.target} is shared: other processes may do I/O to it at the same time`,
        advice: 'read the figures as those of one of several users of the drive',
      },
    ];
    this.dma = new SharedDma(welcome, connection, parts.dma);
    this.#connection = connection;
    this.#parts = parts;
  }

  /** Resetting it would take it from everybody: only the holder may. */
  async reset(): Promise<boolean> {
    return false;
  }

  lost(): string | undefined {
    return this.#connection.lost();
  }

  askedBack(): string | undefined {
    return this.#connection.askedBack();
  }

  async close(): Promise<void> {
    try {
      this.interrupts?.disarm();
    } finally {
      try {
        this.#parts.close();
      } finally {
        this.#connection.close();
      }
    }
  }
}
