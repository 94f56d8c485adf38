/** A secondary that asks for whatever may hurt: plausible requests, drawn from a seed, and some that are none. */
import { closeSync } from 'node:fs';
import { Random } from '../../../engine/device/latency.js';
import type { EngineError } from '../../../engine/index.js';
import { nowMs } from '../../../engine/sys/clock.js';
import { ftruncate } from '../../../engine/sys/libc.js';
import { createMemfd } from '../../../engine/sys/mapping.js';
import { hex, RawSecondary } from './raw-secondary.js';

const PAGE = 4096;
const MEMORY_BYTES = 16 * PAGE;
const OPCODES = [0x00, 0x01, 0x01, 0x04, 0x05, 0x05, 0x06, 0x02, 0x0a, 0x08, 0x09, 0x0c, 0x80];

export class HostileSecondary {
  readonly #random: Random;
  readonly #socketPath: string;
  #secondary: RawSecondary | undefined;
  #memory = -1;

  constructor(socketPath: string, seed: number) {
    this.#socketPath = socketPath;
    this.#random = new Random(seed);
  }

  /** So many requests; joins again whenever it was thrown out. Throws where the holder does not answer any more. */
  async attack(requests: number): Promise<void> {
    for (let request = 0; request < requests; request++) {
      this.#secondary ??= await this.#join();
      try {
        await this.#step(this.#secondary);
      } catch (error) {
        if (!['PEER_GONE', 'EPIPE', 'ECONNRESET'].includes((error as EngineError).code)) throw error;
        this.leave();
      }
    }
  }

  leave(): void {
    this.#secondary?.close();
    if (this.#memory >= 0) closeSync(this.#memory);
    this.#secondary = undefined;
    this.#memory = -1;
  }

  async #join(): Promise<RawSecondary> {
    const secondary = await RawSecondary.joined(this.#socketPath);
    this.#memory = createMemfd(MEMORY_BYTES, 'memory of a secondary');
    return secondary;
  }

  async #step(secondary: RawSecondary): Promise<void> {
    switch (this.#below(20)) {
      case 0:
        await secondary.ask({ kind: 'take-queue' });
        break;
      case 1:
        await secondary.ask({ kind: this.#pick(['give-queue', 'take-vector']), qid: this.#below(9) });
        break;
      case 2:
        await secondary.ask({ kind: 'give-vector', vector: this.#below(9) });
        break;
      case 3:
      case 4:
        await secondary.map(this.#address(secondary), this.#pick([PAGE, MEMORY_BYTES]), this.#memory);
        break;
      case 5:
        await secondary.ask({
          kind: 'unmap',
          iova: hex(this.#address(secondary)),
          lengthBytes: this.#pick([PAGE, MEMORY_BYTES]),
        });
        break;
      case 6:
        if (this.#below(20) === 0) ftruncate(this.#memory, 0);
        break;
      case 7: {
        const whim = this.#below(10);
        if (whim === 0) this.leave();
        if (whim === 1) this.#sendRubbish(secondary);
        break;
      }
      default:
        await secondary.admin(this.#command(secondary));
    }
  }

  #command(secondary: RawSecondary): object {
    return {
      opcode: this.#pick(OPCODES),
      nsid: this.#pick([0, 1, 2, 0xffff_ffff]),
      prp1: hex(this.#address(secondary) + BigInt(this.#pick([0, 0, 0, 4, 0xff8, 3]))),
      prp2: hex(this.#address(secondary)),
      cdw10: this.#below(9) | (this.#pick([1, 3, 63, 0x3ff, 0xffff]) << 16),
      cdw11: this.#pick([0, 1, 3]) | (this.#below(9) << 16),
    };
  }

  /** In its own window mostly; else in one below or above, or the lowest of all. */
  #address({ start }: RawSecondary): bigint {
    const own = start + BigInt(this.#below(20) * PAGE);
    const elsewhere = [0n, BigInt(this.#below(64)) << 21n, start - 0x20_0000n, start + (1n << 36n)];
    return this.#below(3) > 0 ? own : this.#pick(elsewhere);
  }

  #sendRubbish(secondary: RawSecondary): void {
    const bytes = Uint8Array.from({ length: 1 + this.#below(64) }, () => this.#below(256));
    bytes[3] = 0x7f; // a length that no message has
    secondary.socket.send(bytes, [], nowMs() + 1000);
  }

  #below(limit: number): number {
    return (this.#random.next() >>> 0) % limit;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)];
  }
}
