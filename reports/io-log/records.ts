/** The records of a log of single I/Os, as numbers and as lines of CSV. */
import { FLAG_LATE, IO_RECORD } from '../../engine/stats/io-record.js';
import type { LogAbout } from './header.js';

export interface LoggedIo {
  readonly atNs: number;
  readonly latencyNs: number;
  readonly waitedNs: number;
  /** Its name, or the number of one that this log does not name. */
  readonly operation: string;
  readonly slba: number;
  readonly lbas: number;
  readonly worker: number;
  readonly queue: number;
  readonly depth: number;
  /** Status field; 0 where it succeeded. */
  readonly status: number;
  readonly late: boolean;
}

const TWO_32 = 2 ** 32;

export const RECORD_BYTES = IO_RECORD.BYTES;

/** The record that begins at a byte. */
export function recordAt(
  bytes: DataView,
  from: number,
  { operations }: { readonly operations: readonly string[] },
): LoggedIo {
  const word = (index: number): number => bytes.getUint32(from + 4 * index, true);
  const wide = (index: number): number => word(index) + word(index + 1) * TWO_32;
  const [places, origin, kind] = [
    word(IO_RECORD.DEPTH_QUEUE),
    word(IO_RECORD.WORKER_STATUS),
    word(IO_RECORD.OPERATION_FLAGS),
  ];
  return {
    atNs: wide(IO_RECORD.AT),
    latencyNs: wide(IO_RECORD.LATENCY),
    waitedNs: wide(IO_RECORD.WAITED),
    operation: operations[kind & 0xff] ?? String(kind & 0xff),
    slba: wide(IO_RECORD.SLBA),
    lbas: word(IO_RECORD.LBAS),
    worker: origin & 0xffff,
    queue: places >>> 16,
    depth: places & 0xffff,
    status: origin >>> 16,
    late: ((kind >>> 8) & FLAG_LATE) !== 0,
  };
}

export const LOG_CSV_HEAD = 'at_ns,latency_ns,waited_ns,operation,lba,bytes,worker,queue,depth,status,late\n';

/** One line. Names of operations have no comma: whatever else stands there is left out. */
export function logCsvLine(io: LoggedIo, { lbaBytes }: Pick<LogAbout, 'lbaBytes'>): string {
  const { atNs, latencyNs, waitedNs, operation, slba, lbas, worker, queue, depth, status, late } = io;
  const name = operation.replace(/[^\w-]/g, '');
  return `${atNs},${latencyNs},${waitedNs},${name},${slba},${lbas * lbaBytes},${worker},${queue},${depth},${status},${Number(late)}\n`;
}
