/**
 * What a loss of power takes: the latest writes that were answered and neither flushed nor forced, as far as a volatile cache of that
 * size has them. The media has all of them at once; here is what it had before, to put back.
 */
import { SQE } from '../spec/command.js';
import type { Media } from './media.js';

/** A write in the cache, with the words of its command that a log wants. */
interface CachedWrite {
  readonly command: Uint32Array;
  readonly qid: number;
  readonly slba: number;
  readonly lbas: number;
  /** Its blocks as they were. */
  readonly before: Uint32Array;
}

export class WriteCache {
  private readonly mostBytes: number;
  private readonly lbaBytes: number;
  private writes: CachedWrite[] = [];
  private bytes = 0;

  constructor(mostBytes: number, lbaBytes: number) {
    this.mostBytes = mostBytes;
    this.lbaBytes = lbaBytes;
  }

  /** These blocks are about to be written. What no longer fits is on the media: the oldest. */
  add(media: Media, slba: number, lbas: number, commands: Uint32Array, at: number, qid: number): void {
    const before = new Uint32Array((lbas * this.lbaBytes) / 4);
    const words = this.lbaBytes / 4;
    for (let n = 0; n < lbas; n++)
      media.readBlock((slba + n) * this.lbaBytes, before.subarray(n * words, (n + 1) * words));
    const command = new Uint32Array(SQE.WORDS);
    for (let word = 0; word < SQE.WORDS; word++) command[word] = commands[at + word];
    this.writes.push({ command, qid, slba, lbas, before });
    this.bytes += before.byteLength;
    let gone = 0;
    while (this.bytes > this.mostBytes) this.bytes -= this.writes[gone++].before.byteLength;
    if (gone > 0) this.writes.splice(0, gone);
  }

  /** These blocks go to the media now, and so does all that came before what they replace. */
  force(slba: number, lbas: number): void {
    const last = this.writes.findLastIndex(
      (write) => write.slba < slba + lbas && slba < write.slba + write.lbas,
    );
    for (const { before } of this.writes.splice(0, last + 1)) this.bytes -= before.byteLength;
  }

  /** All of it is on the media. */
  flush(): void {
    this.writes = [];
    this.bytes = 0;
  }

  /** All of it is gone: blocks are as they were. `lost` hears of each write, the oldest first. */
  drop(media: Media, lost: (command: Uint32Array, qid: number) => void): void {
    const words = this.lbaBytes / 4;
    for (const { slba, lbas, before } of this.writes.toReversed())
      for (let n = 0; n < lbas; n++)
        media.writeBlock((slba + n) * this.lbaBytes, before.subarray(n * words, (n + 1) * words));
    for (const { command, qid } of this.writes) lost(command, qid);
    this.flush();
  }
}
