/**
 * The log page by which a software drive of flash tells how it stands: vendor specific, and so read of controllers alone that sign
 * the vendor specific end of Identify Controller. All of it counts from when the drive was made. Little-endian.
 */

export const FLASH_LOG_ID = 0xf0;
export const FLASH_LOG_BYTES = 512;
/** First of the vendor specific bytes of Identify Controller (NVMe base 2.0, figure 275). */
export const FLASH_SIGNATURE_OFFSET = 3072;
export const FLASH_SIGNATURE = 'nvbflash';
const VERSION = 1;

/** Places in the page, after the signature (0) and the version (8). */
const AT = {
  COLLECTING: 10,
  UNIT_BYTES: 12,
  LOGICAL_UNITS: 16,
  PHYSICAL_UNITS: 24,
  MAPPED_UNITS: 32,
  WRITABLE_UNITS: 40,
  HOST_BYTES_WRITTEN: 48,
  NAND_BYTES_PROGRAMMED: 56,
  BYTES_COLLECTED: 64,
  BYTES_PADDED: 72,
  UNITS_WRITTEN_IN_PART: 80,
  PAGES_READ: 88,
  PAGES_COLLECTED: 96,
  SUSPENSIONS: 104,
  SUPERBLOCK_ERASES: 112,
  SUPERBLOCKS_LEVELLED: 120,
  SUPERBLOCKS: 128,
  FREE_SUPERBLOCKS: 132,
  DIES: 136,
  LEAST_ERASES: 140,
  MOST_ERASES: 144,
  RATED_CYCLES: 148,
  READ_RETRIES: 152,
  CACHED_SUPERBLOCKS: 160,
  MAPPING_READS: 168,
  THROTTLED: 176,
} as const;

export interface FlashLog {
  /** A superblock is being emptied. */
  readonly collecting: boolean;
  /** What an entry of the mapping stands for; units of the namespace, of the flash, those that hold data, and what can be written yet. */
  readonly unitBytes: number;
  readonly logicalUnits: number;
  readonly physicalUnits: number;
  readonly mappedUnits: number;
  readonly writableUnits: number;
  readonly hostBytesWritten: number;
  /** Of the flash, whole programs; over what the host wrote that is the write amplification. */
  readonly nandBytesProgrammed: number;
  /** Of these, what collection and wear levelling moved, and what stayed empty. */
  readonly bytesCollected: number;
  readonly bytesPadded: number;
  /** Writes that had to read the rest of their unit. */
  readonly unitsWrittenInPart: number;
  /** Pages read for the host, and by the collection; reads that suspended a die. */
  readonly pagesRead: number;
  readonly pagesCollected: number;
  readonly suspensions: number;
  /** Senses of a page beyond the first. */
  readonly readRetries: number;
  /** Reads of a part of the mapping that was not at hand. */
  readonly mappingReads: number;
  /** Commands that came while it was too warm. */
  readonly throttledCommands: number;
  readonly superblockErases: number;
  readonly superblocksLevelled: number;
  readonly superblocks: number;
  readonly freeSuperblocks: number;
  /** Of the superblocks, those that cache: a bit a cell. */
  readonly cachedSuperblocks: number;
  readonly dies: number;
  /** Of superblocks; the cycles that they are rated for. */
  readonly leastErases: number;
  readonly mostErases: number;
  readonly ratedCycles: number;
}

/** The bytes of Identify Controller from `FLASH_SIGNATURE_OFFSET` on say that the log page is there. */
export function hasFlashLog(identify: DataView): boolean {
  for (let i = 0; i < FLASH_SIGNATURE.length; i++)
    if (identify.getUint8(FLASH_SIGNATURE_OFFSET + i) !== FLASH_SIGNATURE.charCodeAt(i)) return false;
  return true;
}

export function encodeFlashLog(log: FlashLog): Uint8Array {
  const page = new DataView(new ArrayBuffer(FLASH_LOG_BYTES));
  for (let i = 0; i < FLASH_SIGNATURE.length; i++) page.setUint8(i, FLASH_SIGNATURE.charCodeAt(i));
  page.setUint16(8, VERSION, true);
  page.setUint8(AT.COLLECTING, Number(log.collecting));
  const word = (at: number, value: number): void => page.setUint32(at, value, true);
  const wide = (at: number, value: number): void => page.setBigUint64(at, BigInt(value), true);
  word(AT.UNIT_BYTES, log.unitBytes);
  wide(AT.LOGICAL_UNITS, log.logicalUnits);
  wide(AT.PHYSICAL_UNITS, log.physicalUnits);
  wide(AT.MAPPED_UNITS, log.mappedUnits);
  wide(AT.WRITABLE_UNITS, log.writableUnits);
  wide(AT.HOST_BYTES_WRITTEN, log.hostBytesWritten);
  wide(AT.NAND_BYTES_PROGRAMMED, log.nandBytesProgrammed);
  wide(AT.BYTES_COLLECTED, log.bytesCollected);
  wide(AT.BYTES_PADDED, log.bytesPadded);
  wide(AT.UNITS_WRITTEN_IN_PART, log.unitsWrittenInPart);
  wide(AT.PAGES_READ, log.pagesRead);
  wide(AT.PAGES_COLLECTED, log.pagesCollected);
  wide(AT.SUSPENSIONS, log.suspensions);
  wide(AT.SUPERBLOCK_ERASES, log.superblockErases);
  wide(AT.SUPERBLOCKS_LEVELLED, log.superblocksLevelled);
  wide(AT.READ_RETRIES, log.readRetries);
  word(AT.SUPERBLOCKS, log.superblocks);
  word(AT.FREE_SUPERBLOCKS, log.freeSuperblocks);
  wide(AT.MAPPING_READS, log.mappingReads);
  wide(AT.THROTTLED, log.throttledCommands);
  word(AT.CACHED_SUPERBLOCKS, log.cachedSuperblocks);
  word(AT.DIES, log.dies);
  word(AT.LEAST_ERASES, log.leastErases);
  word(AT.MOST_ERASES, log.mostErases);
  word(AT.RATED_CYCLES, log.ratedCycles);
  return new Uint8Array(page.buffer);
}

/** Undefined where the page is none of this version. */
export function decodeFlashLog(page: DataView): FlashLog | undefined {
  for (let i = 0; i < FLASH_SIGNATURE.length; i++)
    if (page.getUint8(i) !== FLASH_SIGNATURE.charCodeAt(i)) return undefined;
  if (page.getUint16(8, true) !== VERSION) return undefined;
  const word = (at: number): number => page.getUint32(at, true);
  const wide = (at: number): number => Number(page.getBigUint64(at, true));
  return {
    collecting: page.getUint8(AT.COLLECTING) !== 0,
    unitBytes: word(AT.UNIT_BYTES),
    logicalUnits: wide(AT.LOGICAL_UNITS),
    physicalUnits: wide(AT.PHYSICAL_UNITS),
    mappedUnits: wide(AT.MAPPED_UNITS),
    writableUnits: wide(AT.WRITABLE_UNITS),
    hostBytesWritten: wide(AT.HOST_BYTES_WRITTEN),
    nandBytesProgrammed: wide(AT.NAND_BYTES_PROGRAMMED),
    bytesCollected: wide(AT.BYTES_COLLECTED),
    bytesPadded: wide(AT.BYTES_PADDED),
    unitsWrittenInPart: wide(AT.UNITS_WRITTEN_IN_PART),
    pagesRead: wide(AT.PAGES_READ),
    pagesCollected: wide(AT.PAGES_COLLECTED),
    suspensions: wide(AT.SUSPENSIONS),
    superblockErases: wide(AT.SUPERBLOCK_ERASES),
    superblocksLevelled: wide(AT.SUPERBLOCKS_LEVELLED),
    readRetries: wide(AT.READ_RETRIES),
    superblocks: word(AT.SUPERBLOCKS),
    freeSuperblocks: word(AT.FREE_SUPERBLOCKS),
    mappingReads: wide(AT.MAPPING_READS),
    throttledCommands: wide(AT.THROTTLED),
    cachedSuperblocks: word(AT.CACHED_SUPERBLOCKS),
    dies: word(AT.DIES),
    leastErases: word(AT.LEAST_ERASES),
    mostErases: word(AT.MOST_ERASES),
    ratedCycles: word(AT.RATED_CYCLES),
  };
}
