/** Host Memory Buffer: memory of the host that a controller uses for itself (NVMe base 2.0, 5.27.1.10 and 8.9). */
import { EngineError, type EngineWarning, NvmeStatusError } from '../../errors.js';
import type { DmaArena, DmaBuffer } from '../../memory/arena.js';
import { FEATURE, type HostMemoryWish } from '../../spec/index.js';
import type { HostMemoryChoice } from '../drive.js';
import type { Admin } from './admin.js';

/** Given at most where the controller may choose, as by Linux. */
const MOST_BYTES = 128 * 2 ** 20;
/** Size of a piece where the controller says nothing of it: a hugepage. */
const PIECE_BYTES = 2 * 2 ** 20;
const DESCRIPTOR_BYTES = 16;
const ENABLE = 1;
const UNFIT = 'the least that it takes is more (HMMIN, HMMINDS)';
const HIGH = 32n;

export interface HostMemoryParts {
  readonly admin: Admin;
  readonly arena: DmaArena;
  readonly pageBytes: number;
  readonly target: string;
  readonly wish: HostMemoryWish;
}

/** How much a controller is given; 0 for nothing. Throws EngineError of kind `input` where it does not take the size asked for. */
export function hostMemoryBytes(
  choice: HostMemoryChoice,
  { preferredBytes, leastBytes }: HostMemoryWish,
  target: string,
): number {
  if (choice === 'off') return 0;
  if (choice === 'auto') {
    const bytes = Math.min(preferredBytes, Math.max(MOST_BYTES, leastBytes));
    return bytes >= leastBytes ? bytes : 0;
  }
  const refuse = (reason: string, hint: string): EngineError =>
    new EngineError({
      code: 'BAD_HOST_MEMORY',
      op: `give ${choice} bytes as host_memory_buffer`,
      target,
      reason,
      hint,
      kind: 'input',
    });
  if (preferredBytes === 0) throw refuse('the controller wants none (HMPRE is 0)', 'leave it out');
  if (choice >= leastBytes && choice <= preferredBytes) return choice;
  throw refuse(
    `the controller takes ${leastBytes} (HMMIN) to ${preferredBytes} (HMPRE)`,
    'name a size between these, or auto',
  );
}

/** Sizes of the pieces, all but the last alike: no more than the controller takes. None where `bytes` are less than its least piece. */
function piecesOf(
  bytes: number,
  { leastPieceBytes, mostPieces }: HostMemoryWish,
  pageBytes: number,
): number[] {
  const least = mostPieces === 0 ? 0 : Math.ceil(bytes / mostPieces);
  const piece = Math.max(PIECE_BYTES, leastPieceBytes, Math.ceil(least / pageBytes) * pageBytes);
  const whole = Math.floor(bytes / piece);
  const rest = Math.floor((bytes - whole * piece) / pageBytes) * pageBytes;
  // a rest that is too small for a piece of its own is left away
  return [
    ...new Array<number>(whole).fill(piece),
    ...(rest >= Math.max(leastPieceBytes, pageBytes) ? [rest] : []),
  ];
}

export class HostMemory {
  private readonly parts: HostMemoryParts;
  private readonly buffers: DmaBuffer[] = [];
  private list: DmaBuffer | undefined;
  /** What the controller has now. */
  givenBytes = 0;
  warnings: readonly EngineWarning[] = [];

  constructor(parts: HostMemoryParts) {
    this.parts = parts;
  }

  get wish(): HostMemoryWish {
    return this.parts.wish;
  }

  /** Gives the controller memory, or says in `warnings` why not. Throws EngineError. */
  async give(choice: HostMemoryChoice): Promise<void> {
    const { wish, target } = this.parts;
    const bytes = hostMemoryBytes(choice, wish, target);
    this.warnings = [];
    this.givenBytes = 0; // a reset has taken it back
    if (bytes === 0) {
      if (wish.preferredBytes > 0) this.warn(choice === 'off' ? 'host_memory_buffer is off' : UNFIT);
      return;
    }
    if (this.list === undefined && !this.allocate(bytes, choice)) return;
    const given = this.buffers.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    try {
      await this.set(ENABLE, given / this.parts.pageBytes);
      this.givenBytes = given;
    } catch (error) {
      // refused: the controller does not use it
      if (!(error instanceof NvmeStatusError)) throw error;
      this.free();
      this.warn(`it was refused: ${error.reason}`);
    }
  }

  /** The pieces and the list of them; false, and a warning, where there is no such memory and nobody has asked for it. Throws EngineError. */
  private allocate(bytes: number, choice: HostMemoryChoice): boolean {
    const { arena, pageBytes, wish } = this.parts;
    const pieces = piecesOf(bytes, wish, pageBytes);
    if (pieces.length === 0) {
      this.warn(UNFIT);
      return false;
    }
    try {
      arena.reserve(bytes + pieces.length * DESCRIPTOR_BYTES);
      for (const piece of pieces) this.buffers.push(arena.allocate(piece, pageBytes));
      this.list = arena.allocate(pieces.length * DESCRIPTOR_BYTES, 4096);
    } catch (error) {
      this.free();
      if (choice !== 'auto' || !(error instanceof EngineError)) throw error;
      this.warn(error.reason);
      return false;
    }
    const entries = new BigUint64Array(this.list.view);
    for (const [i, { iova, lengthBytes }] of this.buffers.entries())
      entries.set([iova, BigInt(lengthBytes / pageBytes)], 2 * i);
    return true;
  }

  private async set(enable: number, pages: number): Promise<void> {
    const { iova = 0n } = this.list ?? {};
    const name = `Host Memory Buffer (${enable === ENABLE ? 'give' : 'take back'})`;
    await this.parts.admin.setOnce(name, FEATURE.HOST_MEMORY_BUFFER, {
      cdw11: enable,
      cdw12: pages,
      cdw13: Number(BigInt.asIntN(32, iova)),
      cdw14: Number(BigInt.asIntN(32, iova >> HIGH)),
      cdw15: this.buffers.length,
    });
  }

  private warn(reason: string): void {
    const { target, wish } = this.parts;
    const message = `${target} wants ${Math.ceil(wish.preferredBytes / 2 ** 20)} MiB of host memory, and has none: ${reason}`;
    const advice = 'its figures are not those that it has under an operating system';
    this.warnings = [{ code: 'no-host-memory', message, advice }];
  }

  /** Takes it back, and frees it once the controller has let go of it. Throws EngineError, NvmeStatusError; it stays then. */
  async takeBack(): Promise<void> {
    if (this.givenBytes === 0) return;
    await this.set(0, 0);
    this.givenBytes = 0;
    this.free();
  }

  private free(): void {
    for (const buffer of [...this.buffers.splice(0), ...(this.list ? [this.list] : [])])
      this.parts.arena.free(buffer);
    this.list = undefined;
  }
}
