/** DMA mappings of a type 1 container: process memory pinned and put into the IOMMU's page table. */
import { EngineError, SystemError } from '../../errors.js';
import type { DmaMapper, IovaRange } from '../../memory/dma-mapper.js';
import { sizeText } from '../../memory/size-text.js';
import type { Mapping } from '../../sys/mapping.js';
import { VFIO_IOMMU_MAP_DMA, VFIO_IOMMU_UNMAP_DMA } from '../../sys/vfio-abi.js';
import type { VfioSystem } from './system.js';
import { decodeUnmappedBytes, encodeDmaMap, encodeDmaUnmap, type Type1Info } from './type1-structs.js';

const LEAST_PAGE_BYTES = 4096;
/** Kernels before 5.4 do not state ranges: what lies below the x86 MSI window works on every IOMMU. */
const CONSERVATIVE_RANGES: readonly IovaRange[] = [{ start: 0n, last: 0xfedf_ffffn }];

function closedError(op: string, target: string): EngineError {
  const reason = 'the device is detached';
  return new EngineError({ code: 'DEVICE_DETACHED', op, target, reason, hint: 'attach it again' });
}

/** The smallest page of a bitmap of sizes, not below the host's. */
function smallestPageBytes(pageSizes: bigint | undefined): number {
  if (pageSizes === undefined || pageSizes === 0n) return LEAST_PAGE_BYTES;
  return Math.max(LEAST_PAGE_BYTES, Number(pageSizes & -pageSizes));
}

export class Type1DmaMapper implements DmaMapper {
  readonly iovaRanges: readonly IovaRange[];
  readonly pageSizeBytes: number;
  readonly #system: VfioSystem;
  readonly #containerFd: number;
  readonly #address: string;
  readonly #limit: number;
  readonly #live = new Map<bigint, number>();
  #closed = false;

  /** `address` names the device in errors. */
  constructor(system: VfioSystem, containerFd: number, info: Type1Info, address: string) {
    this.#system = system;
    this.#containerFd = containerFd;
    this.#address = address;
    this.#limit = info.dmaAvailable ?? Number.POSITIVE_INFINITY;
    this.iovaRanges = info.iovaRanges ?? CONSERVATIVE_RANGES;
    this.pageSizeBytes = smallestPageBytes(info.pageSizes);
  }

  get mappingsAvailable(): number {
    return this.#limit - this.#live.size;
  }

  map(memory: Mapping, iova: bigint): void {
    const { address, lengthBytes } = memory;
    const op = `VFIO_IOMMU_MAP_DMA of ${sizeText(lengthBytes)}`;
    const target = this.#address;
    if (this.#closed) throw closedError(op, target);
    try {
      const request = encodeDmaMap(address, iova, lengthBytes);
      this.#system.ioctl(this.#containerFd, VFIO_IOMMU_MAP_DMA, request, { op, target });
    } catch (error) {
      throw error instanceof SystemError ? this.#explain(error, iova, lengthBytes) : error;
    }
    this.#live.set(iova, lengthBytes);
  }

  unmap(memory: Mapping, iova: bigint): void {
    if (this.#closed) return; // closing unmapped it, and the descriptor may be another's by now
    this.#unmapRange(iova, memory.lengthBytes);
  }

  /** Unmaps what is still mapped, newest first, past failures; throws the first of them. Maps nothing afterwards. */
  close(): void {
    this.#closed = true;
    const errors: unknown[] = [];
    for (const [iova, lengthBytes] of [...this.#live].reverse()) {
      try {
        this.#unmapRange(iova, lengthBytes);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  #unmapRange(iova: bigint, lengthBytes: number): void {
    const op = `VFIO_IOMMU_UNMAP_DMA of ${sizeText(lengthBytes)} at 0x${iova.toString(16)}`;
    const target = this.#address;
    const request = encodeDmaUnmap(iova, lengthBytes);
    this.#system.ioctl(this.#containerFd, VFIO_IOMMU_UNMAP_DMA, request, { op, target });
    this.#live.delete(iova);
    const unmappedBytes = decodeUnmappedBytes(request);
    if (unmappedBytes === BigInt(lengthBytes)) return;
    throw new EngineError({
      code: 'DMA_UNMAP_SHORT',
      op,
      target,
      reason: `the kernel unmapped ${unmappedBytes} bytes`,
      hint: 'unmap exactly what was mapped, once',
    });
  }

  #explain(error: SystemError, iova: bigint, lengthBytes: number): EngineError {
    const { reason, hint } = this.#causeOf(error, iova, lengthBytes);
    const { op, target, errno, errnoName } = error;
    return new SystemError({
      code: 'DMA_MAP_FAILED',
      op,
      target,
      reason,
      hint,
      errno,
      errnoName,
      cause: error,
    });
  }

  #causeOf(error: SystemError, iova: bigint, lengthBytes: number): { reason: string; hint: string } {
    const at = `0x${iova.toString(16)}`;
    switch (error.errnoName) {
      case 'ENOMEM':
        return this.#describeMemory(lengthBytes);
      case 'ENOSPC':
        return {
          reason: `ENOSPC: no further DMA mapping is allowed, ${this.#live.size} are in use`,
          hint: 'raise it with modprobe vfio_iommu_type1 dma_entry_limit=N, or reserve memory in fewer pieces',
        };
      case 'EEXIST':
        return { reason: `EEXIST: ${at} is mapped already`, hint: 'unmap it first' };
      case 'EINVAL':
        return {
          reason: `EINVAL: ${at} or its length is outside what the IOMMU translates, or not a multiple of ${this.pageSizeBytes}`,
          hint: `stay within ${this.#rangesText()}`,
        };
      case 'EFAULT':
        return {
          reason: 'EFAULT: the memory cannot be pinned',
          hint: 'use memory of this process that is mapped',
        };
      default:
        return { reason: error.errnoName, hint: 'look for vfio or DMAR lines in dmesg' };
    }
  }

  #describeMemory(lengthBytes: number): { reason: string; hint: string } {
    const limitBytes = this.#system.memlockLimitBytes();
    let mappedBytes = 0;
    for (const bytes of this.#live.values()) mappedBytes += bytes;
    const neededBytes = mappedBytes + lengthBytes;
    if (neededBytes <= limitBytes) {
      const limit = Number.isFinite(limitBytes) ? sizeText(limitBytes) : 'unlimited';
      return {
        reason: `ENOMEM: the host cannot pin it (RLIMIT_MEMLOCK is ${limit}, ${sizeText(neededBytes)} needed)`,
        hint: 'free memory, or raise RLIMIT_MEMLOCK if other devices of this user have used it up',
      };
    }
    const kib = Math.ceil(neededBytes / 1024);
    return {
      reason: `RLIMIT_MEMLOCK is ${sizeText(limitBytes)}, ${sizeText(neededBytes)} needed`,
      hint:
        `raise it with \`ulimit -l ${kib}\` (as root), \`LimitMEMLOCK=infinity\` in a systemd unit, or ` +
        `\`memlock\` in /etc/security/limits.conf`,
    };
  }

  #rangesText(): string {
    return this.iovaRanges
      .map((range) => `0x${range.start.toString(16)} to 0x${range.last.toString(16)}`)
      .join(', ');
  }
}
