/** The page table of a type 1 container (vfio.h, "API for Type1 VFIO IOMMU"). */
import type { IovaRange } from '../../../../memory/iova.js';
import { VFIO_IOMMU_MAP_DMA, VFIO_IOMMU_UNMAP_DMA } from '../../../../sys/vfio-abi.js';
import { readType1Info } from './container.js';
import type { IommuTable, SpaceInfo } from './iommu-space.js';
import type { VfioSystem } from './system.js';
import { decodeUnmappedBytes, encodeDmaMap, encodeDmaUnmap, type Type1Info } from './type1-structs.js';

const LEAST_PAGE_BYTES = 4096;
/** Kernels before 5.4 do not state ranges: what lies below the x86 MSI window works on every IOMMU. */
const CONSERVATIVE_RANGES: readonly IovaRange[] = [{ start: 0n, last: 0xfedf_ffffn }];

/** The smallest page of a bitmap of sizes, not below the host's. */
function smallestPageBytes(pageSizes: bigint | undefined): number {
  if (pageSizes === undefined || pageSizes === 0n) return LEAST_PAGE_BYTES;
  return Math.max(LEAST_PAGE_BYTES, Number(pageSizes & -pageSizes));
}

/** What a container says of itself, with what holds everywhere where its kernel does not state it. */
export function type1SpaceInfo(info: Type1Info): SpaceInfo {
  return {
    iovaRanges: info.iovaRanges ?? CONSERVATIVE_RANGES,
    pageSizeBytes: smallestPageBytes(info.pageSizes),
    mappingsAvailable: info.dmaAvailable ?? Number.POSITIVE_INFINITY,
  };
}

export function type1Table(system: VfioSystem, containerFd: number): IommuTable {
  return {
    mapName: 'VFIO_IOMMU_MAP_DMA',
    unmapName: 'VFIO_IOMMU_UNMAP_DMA',
    limitHint: 'raise it with modprobe vfio_iommu_type1 dma_entry_limit=N, or reserve memory in fewer pieces',
    map({ address, lengthBytes }, iova, call) {
      system.ioctl(containerFd, VFIO_IOMMU_MAP_DMA, encodeDmaMap(address, iova, lengthBytes), call);
    },
    unmap(iova, lengthBytes, call) {
      const request = encodeDmaUnmap(iova, lengthBytes);
      system.ioctl(containerFd, VFIO_IOMMU_UNMAP_DMA, request, call);
      return decodeUnmappedBytes(request);
    },
    readInfo: (target) => type1SpaceInfo(readType1Info(system, containerFd, target)),
  };
}
