/**
 * Blocks in a sparse file. Data goes between it and the host's memory without a copy, or with one where I/O is direct. Each command
 * waits for its own, so a slow file makes a slow controller. What the kernel has of a file is on its disk after `sync`.
 */
import { fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { SystemError } from '../../errors.js';
import { punchHole } from '../../sys/fd.js';
import { mapSparse, unmap, type ViewedMapping } from '../../sys/mapping.js';
import { CAPACITY_EXCEEDED, SUCCESS, UNRECOVERED_READ, WRITE_FAULT } from '../answers.js';
import type { SimConfig } from '../config.js';
import type { DataPointer } from '../data-pointer.js';
import type { Media } from '../media.js';

/** Of fstat(2), whatever the file system's own are. */
const STAT_BLOCK_BYTES = 512;
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** Of a file system without holes. */
const NO_HOLES = new Set(['EOPNOTSUPP', 'ENOSYS']);

const codeOf = (error: unknown): string =>
  error instanceof SystemError ? error.errnoName : ((error as NodeJS.ErrnoException).code ?? '');

function lengthOf({ count, lengthBytes }: DataPointer): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += lengthBytes[i];
  return sum;
}

export class FileMedia implements Media {
  readonly movesData = true;
  onClear = (): void => undefined;
  /** Whether what is written is to be on the disk when it is answered: no volatile cache is in use. */
  writesThrough = (): boolean => false;
  private readonly fd: number;
  private readonly sizeBytes: number;
  private readonly lbaBytes: number;
  private readonly direct: boolean;
  /** For one command's data, aligned as direct I/O wants it. */
  private readonly mapping: ViewedMapping;
  private readonly words: Uint32Array;

  /** `fd`: of an open file as long as the namespace, which stays the caller's. Throws SystemError where there is no memory. */
  constructor(fd: number, { sizeBytes, lbaBytes, mdtsBytes, file }: FileConfig) {
    this.fd = fd;
    this.sizeBytes = sizeBytes;
    this.lbaBytes = lbaBytes;
    this.direct = file?.direct === true;
    this.mapping = mapSparse(mdtsBytes, 'data of the file of blocks');
    this.words = new Uint32Array(this.mapping.buffer);
  }

  usedBytes(): number {
    return Math.min(this.sizeBytes, fstatSync(this.fd).blocks * STAT_BLOCK_BYTES);
  }

  read(data: DataPointer): number {
    try {
      return this.direct ? this.readCopied(data) : this.readPieces(data);
    } catch {
      return UNRECOVERED_READ;
    }
  }

  write(data: DataPointer): number {
    return this.writing(() => {
      if (this.direct) this.writeCopied(data);
      else this.writePieces(data);
    });
  }

  writeZeroes(atBytes: number, lengthBytes: number): number {
    return this.writing(() => {
      try {
        punchHole(this.fd, atBytes, lengthBytes);
      } catch (error) {
        if (!NO_HOLES.has(codeOf(error))) throw error;
        this.writeOut(atBytes, lengthBytes);
      }
    });
  }

  equals(data: DataPointer): boolean {
    const { words } = this;
    if (!this.fill(words, 0, lengthOf(data), data.mediaBytes[0])) return false;
    let at = 0;
    for (let i = 0; i < data.count; i++) {
      const host = data.windows[i].words;
      const from = data.offsetBytes[i] / 4;
      for (let n = 0; n < data.lengthBytes[i] / 4; n++, at++) if (words[at] !== host[from + n]) return false;
    }
    return true;
  }

  readBlock(atBytes: number, into: Uint32Array): void {
    this.fill(this.words, 0, into.byteLength, atBytes);
    into.set(this.words.subarray(0, into.length));
  }

  writeBlock(atBytes: number, from: Uint32Array): void {
    this.words.set(from);
    this.drain(this.words, 0, from.byteLength, atBytes);
  }

  clear(): number {
    this.onClear();
    return this.writing(() => {
      ftruncateSync(this.fd, 0);
      ftruncateSync(this.fd, this.sizeBytes);
    });
  }

  sync(): number {
    try {
      fdatasyncSync(this.fd);
      return SUCCESS;
    } catch {
      return WRITE_FAULT;
    }
  }

  close(): void {
    unmap(this.mapping);
  }

  private writing(body: () => void): number {
    try {
      body();
      return this.writesThrough() ? this.sync() : SUCCESS;
    } catch (error) {
      return NO_ROOM.has(codeOf(error)) ? CAPACITY_EXCEEDED : WRITE_FAULT;
    }
  }

  private readPieces({ count, windows, offsetBytes, lengthBytes, mediaBytes }: DataPointer): number {
    let at = mediaBytes[0];
    for (let i = 0; i < count; i++) {
      if (!this.fill(windows[i].words, offsetBytes[i], lengthBytes[i], at)) return UNRECOVERED_READ;
      at += lengthBytes[i];
    }
    return SUCCESS;
  }

  private readCopied(data: DataPointer): number {
    const lengthBytes = lengthOf(data);
    if (!this.fill(this.words, 0, this.wholeBlocks(lengthBytes), data.mediaBytes[0])) return UNRECOVERED_READ;
    data.deliver(this.words, 0, lengthBytes);
    return SUCCESS;
  }

  private writePieces({ count, windows, offsetBytes, lengthBytes, mediaBytes }: DataPointer): void {
    let at = mediaBytes[0];
    for (let i = 0; i < count; i++) {
      this.drain(windows[i].words, offsetBytes[i], lengthBytes[i], at);
      at += lengthBytes[i];
    }
  }

  private writeCopied(data: DataPointer): void {
    const [at] = data.mediaBytes;
    const lengthBytes = lengthOf(data);
    const wholeBytes = this.wholeBlocks(lengthBytes);
    // A torn write keeps the rest of its last block.
    if (wholeBytes > lengthBytes) this.fill(this.words, 0, wholeBytes, at);
    data.copyTo(this.words, 0, lengthBytes / 4);
    this.drain(this.words, 0, wholeBytes, at);
  }

  private wholeBlocks(lengthBytes: number): number {
    return Math.ceil(lengthBytes / this.lbaBytes) * this.lbaBytes;
  }

  private writeOut(atBytes: number, lengthBytes: number): void {
    const most = this.words.byteLength;
    this.words.fill(0);
    for (let done = 0; done < lengthBytes; done += most)
      this.drain(this.words, 0, Math.min(most, lengthBytes - done), atBytes + done);
  }

  /** False where the file ends before. */
  private fill(into: Uint32Array, offsetBytes: number, lengthBytes: number, atBytes: number): boolean {
    for (let done = 0; done < lengthBytes; ) {
      const bytes = readSync(this.fd, into, offsetBytes + done, lengthBytes - done, atBytes + done);
      if (bytes === 0) return false;
      done += bytes;
    }
    return true;
  }

  private drain(from: Uint32Array, offsetBytes: number, lengthBytes: number, atBytes: number): void {
    for (let done = 0; done < lengthBytes; )
      done += writeSync(this.fd, from, offsetBytes + done, lengthBytes - done, atBytes + done);
  }
}

type FileConfig = Pick<SimConfig, 'sizeBytes' | 'lbaBytes' | 'mdtsBytes' | 'file'>;
