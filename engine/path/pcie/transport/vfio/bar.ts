/** Mapping BAR0: all of it where the kernel lets us, else around what must not be mapped (the MSI-X table). */
import { EngineError } from '../../../../errors.js';
import type { MsixCapability } from '../../../../pci/config-space.js';
import type { Mapping } from '../../../../sys/mapping.js';
import { VFIO_REGION_INFO_FLAG_MMAP } from '../../../../sys/vfio-abi.js';
import { type DoorbellWindow, MOST_BAR_BYTES } from '../transport.js';
import type { VfioHandle } from './device.js';
import type { RegionArea, RegionInfo } from './structs.js';

const PAGE_BYTES = 4096;
/** NVMe over PCIe 1.0, 3.1.2: the doorbell of submission queue 0. */
const DOORBELL_OFFSET = 0x1000;
/** Doorbells of the admin queues at the smallest stride. */
const LEAST_DOORBELL_BYTES = 8;
const MSIX_ENTRY_BYTES = 16;

export interface MappedBar {
  readonly mapping: Mapping;
  readonly doorbells: DoorbellWindow;
}

function tableLengthBytes(msix: MsixCapability): number {
  return msix.tableSize * MSIX_ENTRY_BYTES;
}

/**
 * The areas of a region that may be mapped, ascending. Kernels before 4.16 state neither areas nor that the MSI-X
 * table may be mapped where it shares the region: then its pages are left out.
 */
export function mappableAreas(region: RegionInfo, msix: MsixCapability | undefined): RegionArea[] {
  if ((region.flags & VFIO_REGION_INFO_FLAG_MMAP) === 0 || region.lengthBytes === 0) return [];
  if (region.sparseAreas !== undefined)
    return clipped(region.sparseAreas, region.lengthBytes).sort((a, b) => a.offset - b.offset);
  const whole: RegionArea = { offset: 0, lengthBytes: region.lengthBytes };
  if (region.msixMappable || msix === undefined || msix.tableBir !== region.index) return [whole];
  const holeStart = Math.floor(msix.tableOffset / PAGE_BYTES) * PAGE_BYTES;
  const holeEnd = Math.ceil((msix.tableOffset + tableLengthBytes(msix)) / PAGE_BYTES) * PAGE_BYTES;
  const around = [
    { offset: 0, lengthBytes: holeStart },
    { offset: holeEnd, lengthBytes: region.lengthBytes - holeEnd },
  ];
  return clipped(around, region.lengthBytes);
}

/** What of the areas lies before `endBytes`. */
function clipped(areas: readonly RegionArea[], endBytes: number): RegionArea[] {
  return areas
    .map(({ offset, lengthBytes }) => ({ offset, lengthBytes: Math.min(lengthBytes, endBytes - offset) }))
    .filter(({ lengthBytes }) => lengthBytes > 0);
}

/** The offset behind the mapped bytes that start at 0, gaps ending it. */
function contiguousEnd(areas: readonly RegionArea[]): number {
  let end = 0;
  for (const area of areas) if (area.offset <= end) end = Math.max(end, area.offset + area.lengthBytes);
  return end;
}

/** Bytes from `offset` on that lie in one of the areas; 0 for none. */
export function reachIn(areas: readonly RegionArea[], offset: number): number {
  const area = areas.find((each) => each.offset <= offset && offset < each.offset + each.lengthBytes);
  return area === undefined ? 0 : area.offset + area.lengthBytes - offset;
}

/** Where MSI-X has its table and its pending bits in a region (PCI Local Bus 3.0, 6.8.2): no doorbell lies there. */
export function msixAreas(
  { index }: RegionInfo,
  msix: MsixCapability,
): (RegionArea & { readonly what: string })[] {
  const pendingBytes = Math.ceil(msix.tableSize / 64) * 8;
  return [
    { what: 'its table', bir: msix.tableBir, offset: msix.tableOffset, lengthBytes: tableLengthBytes(msix) },
    { what: 'its pending bits', bir: msix.pbaBir, offset: msix.pbaOffset, lengthBytes: pendingBytes },
  ].filter(({ bir }) => bir === index);
}

/**
 * How many bytes of doorbells the mapping offers: up to the end of what is mapped in one piece, or up to what MSI-X
 * has in the region. Throws EngineError `BAR_NOT_MAPPABLE` where not even the admin queues' are.
 */
export function doorbellBytes(
  areas: readonly RegionArea[],
  region: RegionInfo,
  msix: MsixCapability | undefined,
  address: string,
): number {
  const mapped = contiguousEnd(areas);
  let end = mapped;
  let short = `only its first ${mapped} bytes may be mapped`;
  for (const { what, offset, lengthBytes } of msix === undefined ? [] : msixAreas(region, msix)) {
    const begin = Math.max(offset, DOORBELL_OFFSET);
    if (offset + lengthBytes <= DOORBELL_OFFSET || begin >= end) continue;
    end = begin;
    short = `MSI-X has ${what} from byte ${end} on`;
  }
  if (end - DOORBELL_OFFSET >= LEAST_DOORBELL_BYTES) return end - DOORBELL_OFFSET;
  throw new EngineError({
    code: 'BAR_NOT_MAPPABLE',
    op: `map BAR0 of ${region.lengthBytes} bytes`,
    target: address,
    reason: `${short}, and the doorbells start at ${DOORBELL_OFFSET}`,
    hint: 'check with lspci -vv that region 0 is memory and enabled; update the drive firmware or the kernel',
  });
}

/**
 * Maps the areas of the first `MOST_BAR_BYTES`; holes between them read as zero, and all of it as ones once the device
 * takes it away. Throws EngineError, SystemError; leaves nothing mapped then.
 */
export function mapBar(handle: VfioHandle, bar: RegionInfo, msix: MsixCapability | undefined): MappedBar {
  const { system, fd, address } = handle;
  const region = { ...bar, lengthBytes: Math.min(bar.lengthBytes, MOST_BAR_BYTES) };
  const areas = mappableAreas(region, msix);
  const lengthBytes = doorbellBytes(areas, region, msix, address);
  const what = `BAR0 of ${address}`;
  const whole = areas.length === 1 && areas[0].offset === 0 && areas[0].lengthBytes === region.lengthBytes;
  const mapping = whole
    ? system.mapFd(fd, region.lengthBytes, region.fdOffset, what)
    : system.reserve(region.lengthBytes, what);
  try {
    if (!whole) {
      for (const area of areas) {
        const from = region.fdOffset + BigInt(area.offset);
        system.mapFdAt(mapping, area.offset, fd, area.lengthBytes, from, what);
      }
    }
  } catch (error) {
    system.unmap(mapping); // no view of it has left this function
    throw error;
  }
  system.guard(mapping);
  return { mapping, doorbells: { address: mapping.address + BigInt(DOORBELL_OFFSET), lengthBytes } };
}
