/** Sets of parameters by name. What a source does not say is said to be assumed. */
import type { FlashSpec } from './flash-spec.js';

const KIB = 1024;

/**
 * Times of the controller, of both kinds, and two programs of buffer for each die: as NVMeVirt fits a Samsung 970 PRO (Kim et al.,
 * "NVMeVirt", FAST '23; FW_4KB_READ_LATENCY, FW_WBUF_LATENCY0 and GLOBAL_WB_SIZE of its ssd_config.h).
 */
const CONTROLLER = { firmwareReadNs: 21_500, firmwareWriteNs: 4_000, bufferedProgramsPerDie: 2 };

/**
 * Kioxia and WD, 128 layers, 512 Gb, as shown at ISSCC 2019 and summed up by AnandTech's "Flash Memory at ISSCC 2021": 4 planes, tR
 * 56 us, 132 MB/s of programs (4 planes of 3 pages of 16 KiB in 1.49 ms), blocks of 24 MB (512 pages a plane), 1.066 Gb/s a pin of
 * 8. tBERS 3.5 ms: Cho et al., "AERO", ASPLOS '24. Cycles: HP, "Solid State Drive technology", table 1. Suspending and resuming are
 * assumed; that they are worth having: Wu and He, FAST '12.
 */
const TLC_DIE = {
  planes: 4,
  pageBytes: 16 * KIB,
  pagesPerProgram: 3,
  pagesPerBlock: 384,
  readNs: [56_000, 56_000, 56_000],
  programNs: 1_489_000,
  eraseNs: 3_500_000,
  suspendNs: 20_000,
  resumeNs: 20_000,
  planeReads: true,
  channelBytesPerSecond: 1066e6,
  ratedCycles: 3000,
} as const;

/**
 * A drive is new unless it is asked for otherwise. That reads of worn flash are sensed again and again: Park et al., "Reducing
 * Solid-State Drive Read Latency by Optimizing Read-Retry", ASPLOS '21; how often is assumed, since it depends on retention too.
 */
const LIFE = { startCycles: 0, retriesAtRated: 1, start: 'new', heatNs: 0 } as const;

/**
 * Where a cache is asked for: cells with one bit are read in 25 us and programmed in 200 to 300 us (the same table of HP's); when a drive
 * rests is assumed.
 */
const NO_CACHE = { cacheShare: 0, cacheReadNs: 25_000, cacheProgramNs: 300_000, restNs: 100e6 };

/** All of it in DRAM. */
const WHOLE_MAP = { ownMapShare: 1, lentMapShare: 1, hostMemoryBytes: 0 };

/** Data-centre TLC: 8 channels of 4 dies, 3.84 TB of 4 TiB, capacitors, PCIe 4.0 x4. */
const TLC: FlashSpec = {
  ...TLC_DIE,
  ...CONTROLLER,
  ...LIFE,
  ...NO_CACHE,
  ...WHOLE_MAP,
  name: 'tlc',
  channels: 8,
  diesPerChannel: 4,
  linkBytesPerSecond: 7e9,
  protectedBuffer: true,
  unitBytes: 4 * KIB,
  overProvisioning: 0.145,
};

/**
 * QLC: Intel, 144 tiers, 1 Tb (Khakifirooz et al., ISSCC 2021): 40 MB/s of programs (4 planes of 4 pages of 16 KiB in 6.55 ms), tR 85 us on
 * average and 128 us at most, blocks of 48 MB. Reads by bit are spread so that their mean is that; 16 KiB for an entry of the
 * mapping is usual for QLC drives of large capacity (Solidigm D5-P5336: indirection unit of 16 KiB). tBERS and cycles are assumed.
 */
const QLC: FlashSpec = {
  ...CONTROLLER,
  ...LIFE,
  ...NO_CACHE,
  ...WHOLE_MAP,
  name: 'qlc',
  channels: 8,
  diesPerChannel: 4,
  planes: 4,
  pageBytes: 16 * KIB,
  pagesPerProgram: 4,
  pagesPerBlock: 768,
  readNs: [52_000, 70_000, 90_000, 128_000],
  programNs: 6_554_000,
  eraseNs: 10_000_000,
  suspendNs: 20_000,
  resumeNs: 20_000,
  planeReads: true,
  channelBytesPerSecond: 1200e6,
  linkBytesPerSecond: 7e9,
  protectedBuffer: true,
  unitBytes: 16 * KIB,
  overProvisioning: 0.07,
  ratedCycles: 1500,
};

/**
 * Consumer TLC without DRAM: 4 channels of 2 dies, 7 % of over-provisioning (1 TB of 1 TiB), a buffer that Flush empties, PCIe 3.0 x4, and no
 * suspending. Its layout and the share of its cache are assumed, and that of the mapping, of which 1 TB has 1 GiB with 4 bytes for each
 * unit, 2 MiB lie in the controller and 32 MiB in memory that the host lends (NVMe base 2.0, Host Memory Buffer).
 */
const CONSUMER: FlashSpec = {
  ...TLC_DIE,
  ...CONTROLLER,
  ...LIFE,
  ...NO_CACHE,
  cacheShare: 0.1,
  ownMapShare: 0.002,
  lentMapShare: 0.031,
  hostMemoryBytes: 32 * 1024 * KIB,
  name: 'consumer',
  channels: 4,
  diesPerChannel: 2,
  suspendNs: 0,
  resumeNs: 0,
  planeReads: false,
  linkBytesPerSecond: 3.5e9,
  protectedBuffer: false,
  unitBytes: 4 * KIB,
  overProvisioning: 0.07,
};

/**
 * Storage class: XL-FLASH as Toshiba announced it in 2019: a bit a cell, 16 planes of 4 KiB pages, tR below 5 us. Programs of 75 us, the
 * controller's times and erases are assumed; with them a read takes about 15 us, as of a drive of such flash (Cheong et al., ISSCC 2018).
 */
const STORAGE_CLASS: FlashSpec = {
  ...LIFE,
  ...NO_CACHE,
  ...WHOLE_MAP,
  name: 'storage-class',
  channels: 16,
  diesPerChannel: 2,
  planes: 16,
  pageBytes: 4 * KIB,
  pagesPerProgram: 1,
  pagesPerBlock: 256,
  readNs: [5_000],
  programNs: 75_000,
  eraseNs: 1_500_000,
  suspendNs: 2_000,
  resumeNs: 2_000,
  planeReads: true,
  channelBytesPerSecond: 1200e6,
  linkBytesPerSecond: 7e9,
  firmwareReadNs: 6_000,
  firmwareWriteNs: 4_000,
  bufferedProgramsPerDie: 2,
  protectedBuffer: true,
  unitBytes: 4 * KIB,
  overProvisioning: 0.28,
  ratedCycles: 100_000,
};

export const FLASH_PARTS: Readonly<Record<string, FlashSpec>> = {
  tlc: TLC,
  qlc: QLC,
  consumer: CONSUMER,
  'storage-class': STORAGE_CLASS,
};
