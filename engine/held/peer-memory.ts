/** The DMA memory of one secondary, as the holder knows it: to take away what is left when the secondary is gone. */

import { ClientMemory } from '../device/serve/client-memory.js';
import { Refusal } from '../device/serve/refusal.js';
import { EngineError } from '../errors.js';
import type { IovaRange } from '../memory/iova.js';
import type { TransportDevice } from '../path/pcie/transport/transport.js';
import { DMA_READ_FLAG, DMA_WRITE_FLAG } from '../vfio-user/messages.js';
import type { Span } from './command-reach.js';

const READ_WRITE = DMA_READ_FLAG | DMA_WRITE_FLAG;
/** Mappings that one secondary may have announced. */
const MOST_MAPPINGS = 4096;

export class PeerMemory {
  readonly #device: TransportDevice;
  readonly #window: IovaRange;
  /** Present where the holder maps the memory, absent where the secondary does. */
  readonly #files: ClientMemory | undefined;
  readonly #mapped = new Map<bigint, number>();

  constructor(device: TransportDevice, window: IovaRange) {
    this.#device = device;
    this.#window = window;
    this.#files = device.sharing?.unmapForeign ? undefined : new ClientMemory(device);
  }

  /** `fds` are the caller's. Throws EngineError SHARED_MAP_REFUSED. */
  map(iova: bigint, lengthBytes: number, fds: readonly number[]): void {
    const { start, last } = this.#window;
    if (lengthBytes <= 0 || iova < start || iova + BigInt(lengthBytes) - 1n > last)
      throw this.#refused(`0x${iova.toString(16)} is not within the window of this process`);
    if (this.#mapped.has(iova)) throw this.#refused('something is mapped there already');
    if (this.#mapped.size >= MOST_MAPPINGS) throw this.#refused('too many mappings');
    if (this.#files) this.#mapFile(this.#files, iova, lengthBytes, fds);
    this.#mapped.set(iova, lengthBytes);
  }

  #mapFile(files: ClientMemory, iova: bigint, lengthBytes: number, fds: readonly number[]): void {
    if (fds.length !== 1) throw this.#refused(`${fds.length} descriptors came with it, not 1`);
    const request = { iova, lengthBytes: BigInt(lengthBytes), fileOffset: 0n, flags: READ_WRITE };
    this.#unlessRefused(() => files.map(request, fds[0]));
  }

  /** Whether all of it lies in one mapping of which the secondary has told. */
  covers({ iova, lengthBytes }: Span): boolean {
    const end = iova + BigInt(lengthBytes);
    for (const [start, mappedBytes] of this.#mapped)
      if (start <= iova && end <= start + BigInt(mappedBytes)) return true;
    return false;
  }

  /** Throws EngineError SHARED_MAP_REFUSED. */
  unmap(iova: bigint, lengthBytes: number): void {
    if (this.#mapped.get(iova) !== lengthBytes) throw this.#refused('nothing like that is mapped');
    this.#unlessRefused(() => this.#files?.unmap({ iova, lengthBytes: BigInt(lengthBytes) }));
    this.#mapped.delete(iova);
  }

  /**
   * Takes everything away from the device, once the secondary's queues are deleted. Every step runs; false where some
   * of it may still be reachable: its addresses must not be used again.
   */
  release(): boolean {
    this.#files?.release();
    if (this.#files) return true;
    let clean = true;
    for (const [iova, lengthBytes] of this.#mapped) {
      try {
        this.#device.sharing?.unmapForeign?.(iova, lengthBytes);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        clean = false;
      }
    }
    this.#mapped.clear();
    return clean;
  }

  #unlessRefused(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof Refusal) throw this.#refused(error.message);
      throw error;
    }
  }

  /** Memory that a queue of the secondary lies in stays mapped as long as the queue exists. */
  refuseInUse(qid: number): never {
    throw this.#refused(`queue ${qid} lies in it: delete that first`);
  }

  #refused(reason: string): EngineError {
    return new EngineError({
      code: 'SHARED_MAP_REFUSED',
      op: 'map memory of another process',
      target: this.#device.target,
      reason,
      hint: 'use the same version of nvbench in both processes',
    });
  }
}
