/** Parts of BARs beside the registers, mapped as they are asked for and taken back together. */
import { EngineError } from '../../../../errors.js';
import { type ConfigSpace, readBarAddress, readMsix } from '../../../../pci/config-space.js';
import type { Mapping } from '../../../../sys/mapping.js';
import type { Bars, BarWindow } from '../transport.js';
import { mappableAreas, msixAreas, reachIn } from './bar.js';
import type { RegionInfo } from './structs.js';
import type { VfioSystem } from './system.js';

const PAGE_BYTES = 4096;

/** A BAR as a region of a descriptor; whoever asked for it closes it. */
export interface OpenRegion {
  readonly fd: number;
  readonly region: RegionInfo;
  close(): void;
}

export interface BarWindowsParts {
  readonly system: VfioSystem;
  readonly address: string;
  readonly config: ConfigSpace;
  /** Throws EngineError, SystemError. */
  open(bar: number): OpenRegion;
}

/** Bytes from `offset` on that may be mapped in one piece, and in which MSI-X has nothing; 0 for none. */
export function reachFrom(
  region: RegionInfo,
  msix: Parameters<typeof mappableAreas>[1],
  offset: number,
): number {
  let reach = reachIn(mappableAreas(region, msix), offset);
  for (const each of msix === undefined ? [] : msixAreas(region, msix))
    if (each.offset + each.lengthBytes > offset) reach = Math.min(reach, Math.max(each.offset - offset, 0));
  return reach;
}

export class BarWindows implements Bars {
  readonly #parts: BarWindowsParts;
  readonly #mappings: Mapping[] = [];

  constructor(parts: BarWindowsParts) {
    this.#parts = parts;
  }

  map(bar: number, offset: number, lengthBytes: number): BarWindow {
    const { system, address, config, open } = this.#parts;
    const { fd, region, close } = open(bar);
    try {
      const reach = reachFrom(region, readMsix(config), offset);
      const bytes = Math.min(lengthBytes, Math.floor(reach / PAGE_BYTES) * PAGE_BYTES);
      if (bytes === 0) throw notMappable(bar, offset, region.lengthBytes, address);
      const what = `memory in BAR${bar} of ${address}`;
      const mapping = system.mapFd(fd, bytes, region.fdOffset + BigInt(offset), what);
      system.guard(mapping);
      this.#mappings.push(mapping);
      return { address: mapping.address, lengthBytes: bytes };
    } finally {
      close();
    }
  }

  busAddress(bar: number): bigint | undefined {
    return readBarAddress(this.#parts.config, bar);
  }

  /** Views stay harmless. A mapping would keep the device's descriptor open. */
  retire(): void {
    for (const mapping of this.#mappings.splice(0)) this.#parts.system.retire(mapping);
  }
}

function notMappable(bar: number, offset: number, lengthBytes: number, target: string): EngineError {
  return new EngineError({
    code: 'BAR_NOT_MAPPABLE',
    op: `map BAR${bar} of ${lengthBytes} bytes from byte ${offset} on`,
    target,
    reason: 'the kernel lets nothing of it be mapped there, or MSI-X has its table there',
    hint: 'check with lspci -vv that the region is memory and enabled',
  });
}
