/**
 * What a job asks for first, as one short text: two runs whose hashes agree began with the same I/Os in the same order, by
 * whatever path. It is computed from sources of its own, before the threads of the job start.
 */
import { createHash } from 'node:crypto';
import { BATCH, SLOT, type Slots, slbaOf } from '../path/path.js';
import type { TraceRecords } from '../stats/trace-record.js';
import { type IssuedIos, operationOf, withoutReads } from './issued.js';
import type { WorkerSpec } from './job.js';
import { TraceRing } from './replay/trace-ring.js';
import { sourceOf } from './workload/sources.js';

/** Raised where something else is hashed, or otherwise: hashes of two versions say nothing of each other. */
const VERSION = 1;
/** So few that a slow drive does them within the first second. */
const MOST_IOS = 1024;
/** As many as are hashed, as a power of two. */
const TRACE_RING_IOS = MOST_IOS;
/** For each I/O: opcode and length, 4 bytes each, then the offset, 8; all little-endian. */
const IO_BYTES = 16;
/** Of SHA-256: enough for what nobody forges. */
const HEX_DIGITS = 16;
const TWO_32 = 2 ** 32;

export interface OperationsHash {
  readonly version: number;
  /** 16 hexadecimal digits. */
  readonly value: string;
  /** So many I/Os of each worker are hashed: those that it begins with. */
  readonly iosPerWorker: number;
}

type Asked = Pick<
  WorkerSpec,
  | 'region'
  | 'random'
  | 'norandommap'
  | 'distribution'
  | 'percentageRandom'
  | 'stepBytes'
  | 'runIos'
  | 'lbaBytes'
  | 'lengths'
  | 'mix'
  | 'flushEvery'
  | 'readPercent'
  | 'seed'
  | 'numberIos'
  | 'traceFirst'
  | 'zoneMode'
  | 'zoneSizeBytes'
  | 'zoneRangeBytes'
  | 'zoneSkipBytes'
>;

/** Opcode (NVM command set), length and offset, both in bytes, of the first I/Os of each worker, one worker after the other. */
export function operationsHash(workers: readonly Asked[]): OperationsHash {
  const iosPerWorker = Math.min(MOST_IOS, ...workers.map(({ numberIos }) => numberIos));
  const hash = createHash('sha256');
  for (const worker of workers) hash.update(firstIos(worker, iosPerWorker));
  return { version: VERSION, value: hash.digest('hex').slice(0, HEX_DIGITS), iosPerWorker };
}

/** That of a job which plays all of a trace as it was recorded, on whatever namespace. */
export function traceHash(trace: TraceRecords, ios: number): OperationsHash {
  const replay = { ios, noStall: true, speed: 1, spanNs: 0, writtenBytes: 0 };
  const ring = new TraceRing(trace, replay, 1, TRACE_RING_IOS);
  ring.topUp();
  // Bytes are the blocks.
  const region = { startLba: 0, blockLbas: 1, blocks: 0 };
  const worker = { region, lbaBytes: 1, random: false, readPercent: 100, seed: 0, numberIos: ios };
  return operationsHash([{ ...worker, traceFirst: ring.first() }]);
}

function firstIos(worker: Asked, ios: number): Buffer {
  const { lbaBytes } = worker;
  const bytes = Buffer.alloc(ios * IO_BYTES);
  everyIo(worker, ios, (io, slots, record) => {
    const at = io * IO_BYTES;
    bytes.writeUInt32LE(slots[record + SLOT.OPCODE], at);
    // A deallocate may be longer than 32 bits say.
    bytes.writeUInt32LE(((slots[record + SLOT.LBAS] >>> 0) * lbaBytes) % TWO_32, at + 4);
    bytes.writeBigUInt64LE(BigInt(slbaOf(slots, record)) * BigInt(lbaBytes), at + 8);
    return true;
  });
  return bytes;
}

/** Whether what a worker issued first is what a source of its own gives, I/O for I/O; of a job with a backlog, its writes. */
export function isInSequence(
  worker: Omit<Asked, 'numberIos'> & Pick<WorkerSpec, 'verification'>,
  issued: IssuedIos,
): boolean {
  const { operations, slbas, lbas } =
    worker.verification?.backlog === undefined ? issued : withoutReads(issued);
  return everyIo(
    worker,
    slbas.length,
    (io, slots, record) =>
      operationOf(slots[record + SLOT.OPCODE]) === operations[io] &&
      slbaOf(slots, record) === slbas[io] &&
      slots[record + SLOT.LBAS] === lbas[io],
  );
}

/** Whether something holds of each of a worker's first I/Os, by its number and record in `slots`. */
function everyIo(
  worker: Omit<Asked, 'numberIos'>,
  ios: number,
  holds: (io: number, slots: Slots, record: number) => boolean,
): boolean {
  // What is read beside the writes goes by what completes when.
  const source = sourceOf({ ...worker, verification: {}, traceRing: worker.traceFirst });
  const slots = new Int32Array(BATCH * SLOT.WORDS);
  source.prepare(slots);
  const batch = Uint16Array.from({ length: BATCH }, (_, slot) => slot);
  for (let done = 0; done < ios; done += BATCH) {
    const count = Math.min(BATCH, ios - done);
    source.fill(slots, batch, count);
    for (let slot = 0; slot < count; slot++) if (!holds(done + slot, slots, slot * SLOT.WORDS)) return false;
  }
  return true;
}
