/** A job that plays a trace, as the engine takes it, held against the namespace that it is played on. */
import { type DriveNamespace, EngineError } from '../../../engine/index.js';
import type { JobSpec, LengthsByOperation } from '../../../engine/load/index.js';
import { OPERATIONS, type OperationName } from '../../../engine/stats/operations.js';
import { TRACE_RECORD } from '../../../engine/stats/trace-record.js';
import type { JobConfig } from '../../config/run-config.js';
import type { TraceIos } from '../../config/trace-ios.js';

/** Records that are looked at once. */
const PIECE = 8192;

export interface RecordedIo {
  readonly line: number;
  readonly dueNs: number;
  readonly operation: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** The first I/O of which `is` holds; undefined where none is so. Goes through the whole trace. */
export function firstIo(trace: TraceIos, is: (io: RecordedIo) => boolean): RecordedIo | undefined {
  const piece = new Float64Array(PIECE * TRACE_RECORD.WORDS);
  let read = PIECE;
  for (let from = 0; read === PIECE; from += read) {
    read = trace.read(from, piece);
    for (let i = 0; i < read; i++) {
      const at = i * TRACE_RECORD.WORDS;
      const packed = piece[at + TRACE_RECORD.LINE_OPERATION];
      const io = {
        line: Math.floor(packed / TRACE_RECORD.LINE),
        dueNs: piece[at + TRACE_RECORD.DUE_NS],
        operation: packed % TRACE_RECORD.LINE,
        offsetBytes: piece[at + TRACE_RECORD.OFFSET_BYTES],
        lengthBytes: piece[at + TRACE_RECORD.LENGTH_BYTES],
      };
      if (is(io)) return io;
    }
  }
  return undefined;
}

/** Up to a whole block. */
const upTo = (bytes: number, blockBytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Bytes that the I/Os of each operation move, in whole blocks. */
export function playedBytes(trace: TraceIos, lbaBytes: number): Map<OperationName, number> {
  if (trace.lengthAlignBytes % lbaBytes === 0)
    return new Map(trace.operations.map(({ name, bytes }) => [name, bytes]));
  const sums = new Map<OperationName, number>();
  firstIo(trace, ({ operation, lengthBytes }) => {
    const name = OPERATIONS[operation];
    sums.set(name, (sums.get(name) ?? 0) + upTo(lengthBytes, lbaBytes));
    return false;
  });
  return sums;
}

/** As a configuration has it: `4k`. */
const sizeWord = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes));

/** Throws EngineError of kind `input`, with the line, where an I/O cannot be done on the namespace as it stands. */
function requirePlayable(trace: TraceIos, job: JobConfig, { lbaBytes, sizeBytes }: DriveNamespace): void {
  const { path, offsetAlignBytes, lengthAlignBytes, endBytes } = trace;
  const refuse = (code: string, is: (io: RecordedIo) => boolean, reason: string, hint: string): never => {
    const io = firstIo(trace, is);
    throw new EngineError({
      code,
      op:
        io === undefined
          ? 'play it'
          : `${OPERATIONS[io.operation]} ${io.lengthBytes} bytes at byte ${io.offsetBytes}`,
      target: io === undefined ? path : `${path}, line ${io.line}`,
      reason,
      hint,
      kind: 'input',
    });
  };
  if (trace.operations.some(({ name }) => name === 'compare'))
    refuse(
      'NO_DATA',
      ({ operation }) => OPERATIONS[operation] === 'compare',
      'a trace does not say what its compares hold against the blocks',
      'leave them out of it',
    );
  // Lengths are rounded up where offsets are rounded at all.
  const isWhole = (offset: number, length: number): boolean =>
    offset % lbaBytes === 0 && (job.replayAlign !== undefined || length % lbaBytes === 0);
  if (!isWhole(offsetAlignBytes, lengthAlignBytes))
    refuse(
      'NOT_BLOCK_ALIGNED',
      ({ offsetBytes, lengthBytes }) => !isWhole(offsetBytes, lengthBytes),
      `that is not of whole blocks of the namespace, of ${lbaBytes} bytes`,
      `set replay_align: ${sizeWord(lbaBytes)}, which rounds offsets down and lengths up`,
    );
  const endOf = (bytes: number): number => upTo(bytes, lbaBytes);
  if (endOf(endBytes) > sizeBytes)
    refuse(
      'OUT_OF_NAMESPACE',
      ({ offsetBytes, lengthBytes }) => endOf(offsetBytes + lengthBytes) > sizeBytes,
      `the namespace ends at byte ${sizeBytes}, the trace at byte ${endBytes}`,
      `set replay_scale: ${(job.replayScale ?? 1) * (Math.floor(endBytes / sizeBytes) + 1)} and replay_align: 4k, or play it on a larger one`,
    );
}

/** I/Os that are due within so many ns of the schedule, at the speed of the record. */
export function dueBy(trace: TraceIos, ns: number): number {
  const record = new Float64Array(TRACE_RECORD.WORDS);
  let [low, high] = [0, trace.ios];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    trace.read(middle, record);
    if (record[TRACE_RECORD.DUE_NS] <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What of the specification the trace says. Throws EngineError of kind `input`. */
export function replaySpec(
  job: JobConfig,
  trace: TraceIos,
  namespace: DriveNamespace,
): Pick<
  JobSpec,
  | 'bsBytes'
  | 'lengths'
  | 'random'
  | 'readPercent'
  | 'mix'
  | 'offsetBytes'
  | 'sizeBytes'
  | 'offsetIncrementBytes'
  | 'numberIos'
  | 'replay'
> {
  requirePlayable(trace, job, namespace);
  const { lbaBytes } = namespace;
  const whole = (bytes: number): number => upTo(bytes, lbaBytes);
  const lengths = Object.fromEntries(
    trace.operations
      .filter(({ name }) => name !== 'flush')
      .map(({ name, shortestBytes, longestBytes }) => {
        const law = { fromBytes: whole(shortestBytes), toBytes: whole(longestBytes) };
        return [name, { law, alignBytes: lbaBytes }];
      }),
  ) as LengthsByOperation;
  const mix = trace.operations.map(({ name, ios }) => ({
    operation: name,
    percent: (100 * ios) / trace.ios,
  }));
  const bsBytes = Math.max(lbaBytes, ...trace.operations.map(({ longestBytes }) => whole(longestBytes)));
  const played = playedBytes(trace, lbaBytes);
  const speed = (job.replayTimeScale ?? 100) / 100;
  return {
    bsBytes,
    lengths,
    random: false,
    readPercent: mix.find(({ operation }) => operation === 'read')?.percent ?? 0,
    mix,
    offsetBytes: 0,
    sizeBytes: Math.max(bsBytes, whole(trace.endBytes)),
    offsetIncrementBytes: 0,
    numberIos: Math.min(job.numberIos ?? Number.POSITIVE_INFINITY, trace.ios),
    replay: {
      ios: trace.ios,
      noStall: job.replayNoStall === true,
      speed,
      spanNs: trace.spanNs / speed,
      writtenBytes: (played.get('write') ?? 0) + (played.get('write-zeroes') ?? 0),
    },
  };
}
