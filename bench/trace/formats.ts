/** Which format a trace has, by how it begins. */
import { BLKPARSE } from './blkparse.js';
import { CSV } from './csv.js';
import { FIO_IOLOG } from './fio-iolog.js';
import { type TraceFormat, traceError } from './trace-format.js';

const FORMATS: readonly TraceFormat[] = [FIO_IOLOG, BLKPARSE, CSV];

/** Magic of blktrace's own files, without the byte of its version (blktrace_api.h); in either order of bytes. */
const BLKTRACE_MAGIC = [0x65, 0x61, 0x74];

const EXPECTED =
  'an iolog of fio (version 2 or 3), the text of blkparse, or CSV of time, op, offset and bytes';

/** Of a file that begins with `bytes`. Throws EngineError BAD_TRACE of kind `input`. */
export function formatOf(path: string, bytes: Buffer, head: string): TraceFormat {
  const isBlktrace = [bytes.subarray(0, 3), bytes.subarray(1, 4).toReversed()].some((part) =>
    BLKTRACE_MAGIC.every((byte, i) => part[i] === byte),
  );
  if (isBlktrace)
    throw traceError(
      path,
      'it is binary, as blktrace writes it',
      'make text of it: blkparse -i FILE -o trace.txt',
    );
  const format = FORMATS.find(({ recognizes }) => recognizes(head));
  if (format === undefined)
    throw traceError(
      path,
      `it does not begin as a trace: ${EXPECTED}`,
      'name a trace of one of these formats',
    );
  return format;
}
