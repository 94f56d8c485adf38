/** What a trace holds: when its I/Os come, where they go, how long they are. In one pass, in bounded memory. */
import { OPERATIONS, type OperationName } from '../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../engine/stats/trace-record.js';
import type { Trace } from './builder.js';

const NS_PER_SECOND = 1e9;
const PIECE = 8192;
/** Blocks by which the footprint is counted; doubled where there are more of them than are kept. */
const LEAST_BLOCK_BYTES = 4096;
const MOST_BLOCKS = 2 ** 20;
/** An I/O goes on where one of so many of its kind before it ended: streams side by side are sequential each. */
const STREAMS = 32;
/** Lengths that are told apart. */
const MOST_LENGTHS = 1024;

export interface OperationHoldings {
  readonly name: OperationName;
  readonly ios: number;
  readonly bytes: number;
  readonly shortestBytes: number;
  readonly longestBytes: number;
  /** The lengths that most I/Os have, with how many; those of few are not among them. */
  readonly lengths: readonly { readonly bytes: number; readonly ios: number }[];
  /** Part that goes on where an I/O of its kind ended shortly before, 0 to 1. */
  readonly sequential: number;
}

export interface TraceHoldings {
  readonly ios: number;
  readonly spanNs: number;
  /** On average over the span, and in the second that has most; of a trace without a span absent. */
  readonly iops?: number;
  readonly busiestIops: number;
  readonly operations: readonly OperationHoldings[];
  /** What reads and writes touch, counted in blocks of `footprintBlockBytes`: at most so much. */
  readonly footprintBytes: number;
  readonly footprintBlockBytes: number;
  readonly firstByte: number;
  readonly endBytes: number;
  readonly outOfOrderIos: number;
}

/** Different blocks, in blocks as small as there is room for. */
class Footprint {
  #blocks = new Set<number>();
  blockBytes = LEAST_BLOCK_BYTES;

  add(offsetBytes: number, lengthBytes: number): void {
    const last = (): number => Math.floor((offsetBytes + lengthBytes - 1) / this.blockBytes);
    for (let block = Math.floor(offsetBytes / this.blockBytes); block <= last(); block++) {
      this.#blocks.add(block);
      if (this.#blocks.size <= MOST_BLOCKS) continue;
      this.blockBytes *= 2;
      this.#blocks = new Set([...this.#blocks].map((each) => Math.floor(each / 2)));
      block = Math.floor(block / 2);
    }
  }

  get bytes(): number {
    return this.#blocks.size * this.blockBytes;
  }
}

/** Of one operation. */
class Streams {
  readonly #ends = new Float64Array(STREAMS).fill(-1);
  readonly #lengths = new Map<number, number>();
  #at = 0;
  sequentialIos = 0;

  add(offsetBytes: number, lengthBytes: number): void {
    const behind = this.#ends.indexOf(offsetBytes);
    if (behind >= 0) this.sequentialIos++;
    const at = behind >= 0 ? behind : this.#at++ % STREAMS;
    this.#ends[at] = offsetBytes + lengthBytes;
    const known = this.#lengths.get(lengthBytes);
    if (known !== undefined || this.#lengths.size < MOST_LENGTHS)
      this.#lengths.set(lengthBytes, (known ?? 0) + 1);
  }

  lengths(): { bytes: number; ios: number }[] {
    const all = [...this.#lengths].map(([bytes, ios]) => ({ bytes, ios }));
    return all.sort((a, b) => b.ios - a.ios || a.bytes - b.bytes);
  }
}

/** The most I/Os in any whole second from the first on. */
class Busiest {
  #second = -1;
  #ios = 0;
  most = 0;

  add(dueNs: number): void {
    const second = Math.floor(dueNs / NS_PER_SECOND);
    this.#ios = second === this.#second ? this.#ios + 1 : 1;
    this.#second = second;
    this.most = Math.max(this.most, this.#ios);
  }
}

/** Goes through the whole trace. Throws EngineError TRACE_SPOOL. */
export function holdingsOf(trace: Trace): TraceHoldings {
  const footprint = new Footprint();
  const busiest = new Busiest();
  const streams = OPERATIONS.map(() => new Streams());
  let firstByte = trace.endBytes;
  const piece = new Float64Array(PIECE * TRACE_RECORD.WORDS);
  for (let from = 0, read = PIECE; read === PIECE; from += read) {
    read = trace.read(from, piece);
    for (let at = 0; at < read * TRACE_RECORD.WORDS; at += TRACE_RECORD.WORDS) {
      const operation = piece[at + TRACE_RECORD.LINE_OPERATION] % TRACE_RECORD.LINE;
      const offsetBytes = piece[at + TRACE_RECORD.OFFSET_BYTES];
      const lengthBytes = piece[at + TRACE_RECORD.LENGTH_BYTES];
      busiest.add(piece[at + TRACE_RECORD.DUE_NS]);
      if (lengthBytes === 0) continue;
      firstByte = Math.min(firstByte, offsetBytes);
      streams[operation].add(offsetBytes, lengthBytes);
      if (operation <= 1) footprint.add(offsetBytes, lengthBytes);
    }
  }
  const { ios, spanNs, endBytes, outOfOrderIos } = trace;
  return {
    ios,
    spanNs,
    ...(spanNs > 0 ? { iops: ((ios - 1) * NS_PER_SECOND) / spanNs } : {}),
    busiestIops: busiest.most,
    operations: trace.operations.map(({ name, ...facts }) => {
      const own = streams[OPERATIONS.indexOf(name)];
      return { name, ...facts, lengths: own.lengths(), sequential: own.sequentialIos / facts.ios };
    }),
    footprintBytes: footprint.bytes,
    footprintBlockBytes: footprint.blockBytes,
    firstByte,
    endBytes,
    outOfOrderIos,
  };
}
