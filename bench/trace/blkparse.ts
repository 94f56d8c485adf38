/**
 * The text of blkparse in its default form, blkparse(1): device, CPU, sequence, time, process, action, RWBS, sector + sectors.
 * Played is what was queued (Q), as fio does; of a trace without it what was issued to the driver (D).
 */
import type { OperationName } from '../../engine/stats/operations.js';
import { LineFault, type LineIo, type LineReader, type TraceFormat, wholeNumber } from './trace-format.js';

const EVENT = /^\s*(\d+,\d+)\s+(\d+)\s+(\d+)\s+(\d+)\.(\d{9})\s+(\d+)\s+(\w+)\s+(.*)$/;
const BEGINS_AS_EVENT = /^\s*\d+,\d+\s/;
/** Behind the events blkparse sums up. */
const SUMMARY = /^(CPU\d+ \(|Total \(|Throughput \()/;
const SECTOR_BYTES = 512;

/** By the letter of RWBS; F alone, or before others, is a flush that goes first. */
const OPERATIONS: Readonly<Record<string, OperationName>> = { R: 'read', W: 'write', D: 'deallocate' };

class BlkparseReader implements LineReader {
  readonly #action: 'Q' | 'D';
  #summed = false;

  constructor(action: 'Q' | 'D') {
    this.#action = action;
  }

  read(line: string): LineIo | undefined {
    if (this.#summed || line.trim() === '') return undefined;
    if (SUMMARY.test(line)) {
      this.#summed = true;
      return undefined;
    }
    const found = EVENT.exec(line);
    if (found === null)
      throw new LineFault('it is no event of blkparse', 'write the text with blkparse -i FILE');
    const [, of, , , seconds, ns, , action, rest] = found;
    if (action !== this.#action) return undefined;
    const [rwbs = '', sector, plus, sectors] = rest.trim().split(/\s+/);
    const io = (operation: OperationName, offsetBytes: number, lengthBytes: number): LineIo => ({
      seconds: Number(seconds),
      ns: Number(ns),
      operation,
      offsetBytes,
      lengthBytes,
      of,
    });
    if (sector === undefined || plus !== '+') return rwbs.includes('F') ? io('flush', 0, 0) : undefined;
    const letter = [...rwbs].find((each) => Object.hasOwn(OPERATIONS, each));
    if (letter === undefined) return undefined;
    return io(
      OPERATIONS[letter],
      wholeNumber(sector, 'the sector') * SECTOR_BYTES,
      wholeNumber(sectors ?? '', 'the number of sectors') * SECTOR_BYTES,
    );
  }
}

export const BLKPARSE: TraceFormat = {
  name: 'text of blkparse',
  recognizes: (head) => BEGINS_AS_EVENT.test(head),
  open: (head) => {
    const queued = head.split('\n').some((line) => EVENT.exec(line)?.[7] === 'Q');
    return new BlkparseReader(queued ? 'Q' : 'D');
  },
  empty: 'no event queues (Q) or issues (D) a read, write or discard',
};
