import { encodeFlashLog, type FlashLog } from '../../spec/flash-log.js';
import type { Collector } from './collector.js';
import type { Dies } from './dies.js';
import type { FlashSpec } from './flash-spec.js';
import type { FlashGeometry } from './geometry.js';
import type { Heat } from './heat.js';
import type { MapCache } from './map-cache.js';
import type { Mapping } from './mapping.js';

/** What of a drive the page is made from. */
interface Told {
  readonly spec: FlashSpec;
  readonly geometry: FlashGeometry;
  readonly mapping: Mapping;
  readonly dies: Dies;
  readonly collector: Collector;
  readonly mapCache: MapCache | undefined;
  readonly heat: Heat | undefined;
  readonly hostBytes: Float64Array;
  readonly programmedUnits: number;
  readonly paddedUnits: number;
  readonly partialUnits: number;
}

/** How the drive stands, as its log page tells it. */
function flashLogOf(flash: Told): FlashLog {
  const { spec, geometry, mapping, collector, dies } = flash;
  const { unitBytes, unitsPerProgram } = geometry;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const erases of mapping.erases) {
    least = Math.min(least, erases);
    most = Math.max(most, erases);
  }
  return {
    collecting: collector.collecting(),
    unitBytes,
    logicalUnits: geometry.logicalUnits,
    physicalUnits: geometry.physicalUnits,
    mappedUnits: mapping.mapped,
    writableUnits: mapping.writable(),
    hostBytesWritten: flash.hostBytes[0],
    nandBytesProgrammed: (flash.programmedUnits + collector.programs * unitsPerProgram) * unitBytes,
    bytesCollected: collector.movedUnits * unitBytes,
    bytesPadded: flash.paddedUnits * unitBytes,
    unitsWrittenInPart: flash.partialUnits,
    pagesRead: dies.pagesRead,
    pagesCollected: dies.pagesCollected,
    suspensions: dies.suspensions,
    readRetries: dies.retries,
    throttledCommands: flash.heat?.throttled ?? 0,
    mappingReads: flash.mapCache?.misses ?? 0,
    cachedSuperblocks: mapping.cachedBlocks,
    superblockErases: collector.erasedBlocks,
    superblocksLevelled: collector.levelledBlocks,
    superblocks: geometry.blocks,
    freeSuperblocks: mapping.freeBlocks,
    dies: geometry.dies,
    leastErases: least,
    mostErases: most,
    ratedCycles: spec.ratedCycles,
  };
}

/** The bytes of log page F0h (see spec/flash-log.ts). */
export const flashLogPage = (flash: Told): Uint8Array => encodeFlashLog(flashLogOf(flash));
