/** A queue pair in plain memory whose other side the test plays. Offsets from NVMe base 2.0, 4.1 and 4.2. */
import type { QueuePairMemory } from '../../engine/path/pcie/queue-pair.js';
import { mapAnonymous } from '../../engine/sys/mapping.js';

export interface PlayedCommand {
  readonly cid: number;
  readonly opcode: number;
  readonly nsid: number;
  readonly slba: number;
  /** Blocks: NLB + 1. */
  readonly lbas: number;
  /** All 16 words. */
  readonly words: readonly number[];
}

export class PlayedPair {
  readonly memory: QueuePairMemory;
  private readonly entries: number;
  private readonly sq: Uint32Array;
  private readonly cq: DataView;
  private readonly doorbells: Uint32Array;
  private sqHead = 0;
  private posted = 0;

  constructor(entries: number) {
    const sqBytes = entries * 64;
    const cqBytes = entries * 16;
    const { address, buffer } = mapAnonymous(Math.ceil((sqBytes + cqBytes + 8) / 4096) * 4096);
    this.entries = entries;
    this.sq = new Uint32Array(buffer, 0, entries * 16);
    this.cq = new DataView(buffer, sqBytes, cqBytes);
    this.doorbells = new Uint32Array(buffer, sqBytes + cqBytes, 2);
    const doorbells = address + BigInt(sqBytes + cqBytes);
    this.memory = {
      qid: 1,
      entries,
      sqAddress: address,
      cqAddress: address + BigInt(sqBytes),
      sqTailDoorbell: doorbells,
      cqHeadDoorbell: doorbells + 4n,
    };
  }

  /** The commands that were rung for since the last call. */
  fetch(): PlayedCommand[] {
    const commands: PlayedCommand[] = [];
    while (this.sqHead !== this.doorbells[0]) {
      const words = [...this.sq.subarray(this.sqHead * 16, this.sqHead * 16 + 16)];
      this.sqHead = (this.sqHead + 1) % this.entries;
      commands.push({
        cid: words[0] >>> 16,
        opcode: words[0] & 0xff,
        nsid: words[1],
        slba: words[10] + words[11] * 2 ** 32,
        lbas: (words[12] & 0xffff) + 1,
        words,
      });
    }
    return commands;
  }

  /** Somebody else rings for the entries up to `tail`. */
  ring(tail: number): void {
    this.doorbells[0] = tail;
  }

  /** Somebody else gives the completion entries before `head` back. */
  giveBack(head: number): void {
    this.doorbells[1] = head;
  }

  readonly doorbellValues = (): { sqTail: number; cqHead: number } => ({
    sqTail: this.doorbells[0],
    cqHead: this.doorbells[1],
  });

  /** Entries of the completion queue that the host has not given back, reaped or not. */
  unreleased(): number {
    return (this.posted - this.doorbells[1] + this.entries) % this.entries;
  }

  /** Posts a completion. Throws where the queue has no room: one of its entries stays free. */
  complete(cid: number, { status = 0, result = 0 } = {}): void {
    if (this.unreleased() === this.entries - 1) throw new Error('the completion queue is full');
    const at = (this.posted % this.entries) * 16;
    const phase = Math.floor(this.posted / this.entries) % 2 === 0 ? 1 : 0;
    this.posted++;
    this.cq.setBigUint64(at, BigInt(result), true);
    this.cq.setUint16(at + 8, this.sqHead, true);
    this.cq.setUint16(at + 12, cid, true);
    this.cq.setUint16(at + 14, (status << 1) | phase, true);
  }

  /** Completes every command that was rung for; how many. */
  completeAll(): number {
    const commands = this.fetch();
    for (const { cid } of commands) this.complete(cid);
    return commands.length;
  }
}
