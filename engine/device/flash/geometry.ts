/**
 * How a namespace lies on flash. A superblock is a block of every plane of every die: it is written, collected and erased as
 * one. Within it programs go from die to die, each one of all planes with all of their bits; a unit is an entry of the mapping.
 *
 * Drives that are played are small, dies are not. So that collection has as much to choose from as in a large drive, blocks are cut
 * shorter, and once they are one program long there are fewer dies. Erases are as long as ever and as much rarer (see Dies).
 */
import type { FlashSpec } from './flash-spec.js';

/** Superblocks of a namespace, at least: the granularity of over-provisioning. */
const WANTED_BLOCKS = 160;
const LEAST_BLOCKS = 32;
/** Being written by the host and by the collection, and one more that is free whenever either of them needs it. */
export const RESERVED_BLOCKS = 3;
const MOST_UNITS = 2 ** 31 - 1;

export interface FlashGeometry {
  readonly unitBytes: number;
  /** Units of the namespace, and of the flash. */
  readonly logicalUnits: number;
  readonly physicalUnits: number;
  readonly blocks: number;
  readonly unitsPerBlock: number;
  readonly unitsPerProgram: number;
  readonly unitsPerPage: number;
  /** Bits of a cell, and superblocks that may be written with one of them. */
  readonly bitsPerCell: number;
  readonly cacheBlocks: number;
  readonly programsPerBlock: number;
  readonly channels: number;
  readonly dies: number;
  readonly planes: number;
  /** Of these a block has been cut down to one. */
  readonly blocksPerErase: number;
}

/** For a namespace of so many bytes; undefined where it is too small, or has too many units, for such flash. */
export function flashGeometry(spec: FlashSpec, sizeBytes: number): FlashGeometry | undefined {
  const { unitBytes, pageBytes, pagesPerProgram, pagesPerBlock } = spec;
  const logicalUnits = Math.ceil(sizeBytes / unitBytes);
  const unitsPerPage = pageBytes / unitBytes;
  let { channels, diesPerChannel, planes } = spec;
  const rowUnits = (): number => channels * diesPerChannel * planes * pagesPerProgram * unitsPerPage;
  while (logicalUnits / rowUnits() < WANTED_BLOCKS) {
    if (diesPerChannel > 1) diesPerChannel = Math.ceil(diesPerChannel / 2);
    else if (channels > 1) channels = Math.ceil(channels / 2);
    else if (planes > 1) planes = Math.ceil(planes / 2);
    else break;
  }
  const fullRows = Math.max(1, Math.floor(pagesPerBlock / pagesPerProgram));
  const rows = Math.min(fullRows, Math.max(1, Math.floor(logicalUnits / rowUnits() / WANTED_BLOCKS)));
  const unitsPerBlock = rows * rowUnits();
  const dataBlocks = Math.max(
    Math.round((logicalUnits * (1 + spec.overProvisioning)) / unitsPerBlock),
    Math.floor(logicalUnits / unitsPerBlock) + 1,
  );
  const blocks = dataBlocks + RESERVED_BLOCKS;
  if (dataBlocks < LEAST_BLOCKS || blocks * unitsPerBlock > MOST_UNITS) return undefined;
  const dies = channels * diesPerChannel;
  return {
    unitBytes,
    logicalUnits,
    physicalUnits: blocks * unitsPerBlock,
    blocks,
    unitsPerBlock,
    unitsPerProgram: rowUnits() / dies,
    unitsPerPage,
    bitsPerCell: pagesPerProgram,
    cacheBlocks: Math.floor((spec.cacheShare * logicalUnits * pagesPerProgram) / unitsPerBlock),
    programsPerBlock: rows * dies,
    channels,
    dies,
    planes,
    blocksPerErase: fullRows / rows,
  };
}

/** Bytes of the tables that the model needs for it. */
export function tableBytes({ logicalUnits, physicalUnits, unitsPerProgram }: FlashGeometry): number {
  return 4 * (logicalUnits + physicalUnits + physicalUnits / unitsPerProgram);
}
