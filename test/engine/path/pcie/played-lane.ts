/** A job's queue in plain memory, as a worker's thread is told of it; the test plays the controller. */
import { type PcieQueueSpec, POINTER } from '../../../../engine/path/pcie/transfer-queue.js';
import { mapAnonymous } from '../../../../engine/sys/mapping.js';
import { PlayedPair } from '../../played-pair.js';

export const LBA_BYTES = 512;

export interface LaneShape {
  readonly iodepth: number;
  /** Commands of each I/O, and blocks of each of them. */
  readonly parts: number;
  readonly partLbas: number;
  readonly readPercent: number;
  /** As few as hold the commands unless given. */
  readonly entries: number;
  /** Commands whose data takes a second page have one. */
  readonly secondPages: boolean;
  /** Blocks of the namespace: as many as 32 bits address unless given. */
  readonly sizeLbas: number;
}

export interface PlayedLane {
  readonly spec: PcieQueueSpec;
  readonly pair: PlayedPair;
}

/** PRP1 of a command of namespace 1 tells which it is: those of reads, then those of writes. */
export const PRP1 = 0x1000;
export const PRP2 = 0x2000;

/** Four reads of 8 blocks unless changed. */
export function playedLane(change: Partial<LaneShape> = {}): PlayedLane {
  const { iodepth = 4, parts = 1, partLbas = 8, readPercent = 100, secondPages = false } = change;
  const commands = iodepth * parts;
  const pair = new PlayedPair(change.entries ?? commands + 1);
  const bsBytes = parts * partLbas * LBA_BYTES;
  const kinds = Number(readPercent > 0) + Number(readPercent < 100);
  const pointers = new Int32Array(kinds * commands * POINTER.WORDS);
  for (let at = 0; at < kinds * commands; at++)
    pointers.set([PRP1 + at, 0, secondPages ? PRP2 + at : 0, 0, partLbas - 1], at * POINTER.WORDS);
  const spec: PcieQueueSpec = {
    path: 'pcie',
    iodepth,
    queue: pair.memory,
    nsid: 1,
    sizeLbas: change.sizeLbas ?? 2 ** 32,
    parts,
    partLbas,
    pointers,
    writeBuffers: readPercent < 100 ? buffers(iodepth, bsBytes) : [],
    bsBytes,
    lbaBytes: LBA_BYTES,
    pageBytes: 4096,
  };
  return { spec, pair };
}

function buffers(count: number, bytes: number): bigint[] {
  const { address } = mapAnonymous(Math.ceil((count * bytes) / 4096) * 4096);
  return Array.from({ length: count }, (_, i) => address + BigInt(i * bytes));
}
