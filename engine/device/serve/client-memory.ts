/** DMA memory of one client: files it sent, mapped here and put before the controller. */
import { fstatSync, statfsSync } from 'node:fs';
import { EngineError } from '../../errors.js';
import type { TransportDevice } from '../../path/pcie/transport/transport.js';
import { isMemory } from '../../sys/foreign-fd.js';
import { guard } from '../../sys/lost-pages.js';
import { type Mapping, mapFd, retire, unmap } from '../../sys/mapping.js';
import { DMA_READ_FLAG, DMA_WRITE_FLAG, type DmaMap, type DmaUnmap } from '../../vfio-user/messages.js';
import { Refusal } from './refusal.js';

/** As many as other servers take, so that a client that works here works there. */
export const MAX_DMA_MAPPINGS = 64;

const PAGE_BYTES = 4096;
const HUGETLBFS_MAGIC = 0x958458f6;
/** Addresses stay exact in a double. */
const MOST_ADDRESS = 2n ** 46n;
/** Of all mappings together: what is mapped takes from the address space of this process. */
const MOST_BYTES = 2n ** 40n;

export class ClientMemory {
  readonly #device: TransportDevice;
  readonly #mappings = new Map<bigint, Mapping>();

  constructor(device: TransportDevice) {
    this.#device = device;
  }

  /** Maps part of a file at an I/O virtual address. The descriptor is the caller's. Throws Refusal. */
  map(request: DmaMap, fd: number): void {
    const { iova, lengthBytes, fileOffset, flags } = request;
    if ((flags & (DMA_READ_FLAG | DMA_WRITE_FLAG)) !== (DMA_READ_FLAG | DMA_WRITE_FLAG))
      throw new Refusal('ENOTSUP', 'memory that is not both readable and writable');
    if (this.#mappings.size >= MAX_DMA_MAPPINGS) throw new Refusal('ENOSPC', 'too many mappings');
    if (lengthBytes === 0n || lengthBytes > MOST_BYTES || iova > MOST_ADDRESS || fileOffset > MOST_ADDRESS)
      throw new Refusal('EINVAL', 'a size or an address that is too large');
    if (this.#mappedBytes() + lengthBytes > MOST_BYTES)
      throw new Refusal('ENOSPC', `more than ${MOST_BYTES} bytes of memory`);
    const pageBytes = checkFile(fd, fileOffset, lengthBytes);
    const mapping = mapFile(fd, Number(lengthBytes), fileOffset);
    try {
      // a client that cuts the file short must not end this process
      if (!guard(mapping, pageBytes)) throw new Refusal('ENOSPC', 'too many mappings');
      this.#device.dma.map(mapping, iova);
    } catch (error) {
      unmap(mapping); // the controller has not seen it
      throw error instanceof EngineError ? new Refusal('EINVAL', error.message) : error;
    }
    this.#mappings.set(iova, mapping);
  }

  #mappedBytes(): bigint {
    return [...this.#mappings.values()].reduce((sum, { lengthBytes }) => sum + BigInt(lengthBytes), 0n);
  }

  /** Exactly as mapped. Throws Refusal. */
  unmap({ iova, lengthBytes }: DmaUnmap): void {
    const mapping = this.#mappings.get(iova);
    if (mapping === undefined || BigInt(mapping.lengthBytes) !== lengthBytes)
      throw new Refusal('ENOENT', 'nothing like that is mapped');
    this.#mappings.delete(iova);
    this.#remove(mapping, iova);
  }

  /** Takes all of it away from the controller. */
  release(): void {
    for (const [iova, mapping] of this.#mappings) this.#remove(mapping, iova);
    this.#mappings.clear();
  }

  #remove(mapping: Mapping, iova: bigint): void {
    try {
      this.#device.dma.unmap(mapping, iova);
    } catch {
      retire(mapping); // the controller did not say that it lets go
      return;
    }
    unmap(mapping);
  }
}

function mapFile(fd: number, lengthBytes: number, fileOffset: bigint): Mapping {
  try {
    return mapFd(fd, lengthBytes, fileOffset, 'memory of a client');
  } catch (error) {
    throw error instanceof EngineError ? new Refusal('EINVAL', error.message) : error;
  }
}

/**
 * The file's page size in bytes. Throws Refusal: what lies past the end of a file is no memory, and neither is a file of
 * another kind, whose pages somebody may keep the controller waiting for.
 */
function checkFile(fd: number, fileOffset: bigint, lengthBytes: bigint): number {
  if (!isMemory(fd)) throw new Refusal('EINVAL', 'the descriptor is no file in memory');
  const file = fstatSync(fd, { bigint: true });
  if (fileOffset + lengthBytes > file.size) throw new Refusal('EINVAL', 'the file is too short');
  const system = statfsSync(`/proc/self/fd/${fd}`);
  const pageBytes = system.type === HUGETLBFS_MAGIC ? system.bsize : PAGE_BYTES;
  if (fileOffset % BigInt(pageBytes) !== 0n || lengthBytes % BigInt(pageBytes) !== 0n)
    throw new Refusal('EINVAL', `not in whole pages of ${pageBytes} bytes`);
  return pageBytes;
}
