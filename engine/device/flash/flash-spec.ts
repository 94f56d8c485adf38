/** What a drive of NAND flash is like: plain data that survives a structured clone. */

/** Nothing, all of it written in order, or the steady state of uniform random writes. */
export type FlashStart = 'new' | 'full' | 'steady';

/** Flash, what drives it and what its controller does, as a set of parameters. Times in ns. */
export interface FlashSpec {
  /** Of the parameters. */
  readonly name: string;
  readonly channels: number;
  readonly diesPerChannel: number;
  readonly planes: number;
  /** Of one plane. */
  readonly pageBytes: number;
  /** Bits of a cell, programmed together: pages of a plane that one program fills. */
  readonly pagesPerProgram: number;
  /** Pages of a block of one plane, at most: a small drive has smaller ones. */
  readonly pagesPerBlock: number;
  /** tR of a page, by the bit of the cells that it is; as many as `pagesPerProgram`. */
  readonly readNs: readonly number[];
  /** tPROG of all planes with all of their bits. */
  readonly programNs: number;
  /** tBERS of a block of `pagesPerBlock`. */
  readonly eraseNs: number;
  /** Until a read may begin on a die that programs or erases; 0 where it waits for the end of that. */
  readonly suspendNs: number;
  /** What a die that was suspended loses once more before it goes on. */
  readonly resumeNs: number;
  /** Planes read independently of each other. */
  readonly planeReads: boolean;
  readonly channelBytesPerSecond: number;
  /** Between host and drive, either way. */
  readonly linkBytesPerSecond: number;
  /** What the controller adds to reads of the flash, and what all other commands take of it. */
  readonly firmwareReadNs: number;
  readonly firmwareWriteNs: number;
  /**
   * A cache of superblocks whose cells hold one bit: how much of the namespace it takes at most, 0 for none; tR and tPROG of these.
   * It is emptied into the others (folded) where room is scarce, and once no command came for `restNs`.
   */
  readonly cacheShare: number;
  readonly cacheReadNs: number;
  readonly cacheProgramNs: number;
  readonly restNs: number;
  /** Room for writes that are acknowledged and not programmed yet. */
  readonly bufferedProgramsPerDie: number;
  /** The buffer outlives a loss of power, so that Flush has nothing to do. */
  readonly protectedBuffer: boolean;
  /** What one entry of the mapping stands for; at most a page. */
  readonly unitBytes: number;
  /** Of the mapping, what the controller has at hand by itself, and with memory of the host's (HMPRE bytes); 1 and 0 for all of it. */
  readonly ownMapShare: number;
  readonly lentMapShare: number;
  readonly hostMemoryBytes: number;
  /** How long it takes to warm to 1 - 1/e of where it will be, and to cool as far; 0 where its temperature is no matter. */
  readonly heatNs: number;
  /** What there is beyond the namespace, as a fraction of it. Blocks that are being written are not part of this. */
  readonly overProvisioning: number;
  /** Program and erase cycles that a block is rated for, and those that it has behind it at the start. */
  readonly ratedCycles: number;
  readonly startCycles: number;
  /** Senses that a read needs beyond the first at the rated cycles, on average; they grow with the square of the cycles. */
  readonly retriesAtRated: number;
  /** What it holds at the start. */
  readonly start: FlashStart;
}

/** The commands as the model knows them. */
export const FLASH_NOTHING = 0;
export const FLASH_READ = 1;
export const FLASH_WRITE = 2;
export const FLASH_FLUSH = 3;
export const FLASH_DEALLOCATE = 4;
/** A write that has to be programmed. */
export const FLASH_FORCED = 5;
