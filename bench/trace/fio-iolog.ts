/** fio's iolog of version 2 and 3, as "Trace file format" of its HOWTO has it. */
import type { OperationName } from '../../engine/stats/operations.js';
import { LineFault, type LineIo, type LineReader, type TraceFormat, wholeNumber } from './trace-format.js';

const FIRST_LINE = /^fio version (\d+) iolog\s*$/;
const US_PER_SECOND = 1_000_000;
const FILE_ACTIONS: readonly string[] = ['add', 'open', 'close'];

/** A namespace has one kind of flush. */
const OPERATIONS: Readonly<Record<string, OperationName>> = {
  read: 'read',
  write: 'write',
  trim: 'deallocate',
  sync: 'flush',
  datasync: 'flush',
};

const isFlush = (operation: OperationName): boolean => operation === 'flush';

class IologReader implements LineReader {
  readonly #version: number;
  #begun = false;
  /** Of version 2: the waits until here add up. */
  #us = 0;

  constructor(version: number) {
    this.#version = version;
  }

  read(line: string): LineIo | undefined {
    if (!this.#begun) {
      this.#begun = true;
      return undefined;
    }
    const fields = line.trim().split(/\s+/);
    if (this.#version === 2) return this.#io(fields, () => this.#us);
    const [time, ...rest] = fields;
    return this.#io(rest, () => wholeNumber(time, 'the time'));
  }

  #io(fields: readonly string[], timeUs: () => number): LineIo | undefined {
    const [file, action, offset, length] = fields;
    if (fields.length === 2 && FILE_ACTIONS.includes(action)) return undefined;
    if (action === 'wait') return this.#wait(fields);
    const operation = Object.hasOwn(OPERATIONS, action ?? '') ? OPERATIONS[action] : undefined;
    if (operation === undefined)
      throw new LineFault(
        `${JSON.stringify(action ?? '')} is no action of an iolog of version ${this.#version}`,
      );
    if (fields.length !== 4)
      throw new LineFault(`expects ${this.#version === 3 ? 'time ' : ''}file action offset length`);
    const us = timeUs();
    const [offsetBytes, lengthBytes] = [wholeNumber(offset, 'the offset'), wholeNumber(length, 'the length')];
    return {
      seconds: Math.floor(us / US_PER_SECOND),
      ns: (us % US_PER_SECOND) * 1000,
      operation,
      offsetBytes: isFlush(operation) ? 0 : offsetBytes,
      lengthBytes: isFlush(operation) ? 0 : lengthBytes,
      of: file,
    };
  }

  #wait([, , us, ...rest]: readonly string[]): undefined {
    if (this.#version !== 2) throw new LineFault('version 3 has times instead of wait');
    if (us === undefined || rest.length > 1) throw new LineFault('expects file wait microseconds');
    this.#us += wholeNumber(us, 'the wait');
  }
}

export const FIO_IOLOG: TraceFormat = {
  name: 'iolog of fio',
  recognizes: (head) => head.startsWith('fio version '),
  open: (head) => {
    const version = Number(FIRST_LINE.exec(head.split('\n', 1)[0])?.[1]);
    if (version !== 2 && version !== 3)
      throw new LineFault(
        'it begins with neither "fio version 2 iolog" nor "fio version 3 iolog"',
        'record it again with write_iolog of fio 3',
      );
    return new IologReader(version);
  },
  empty: 'no line has read, write, trim or sync',
};
