/**
 * Doorbells in memory of the host (Doorbell Buffer Config, NVMe base 2.0, 5.8): those of I/O queues, laid out as the registers
 * are. This controller looks at them all the while, so it asks for no event: EventIdx stays as the host made it.
 */
import { SQE } from '../spec/command.js';
import { INVALID_FIELD, SUCCESS } from './answers.js';
import { MIN_PAGE_BYTES } from './config.js';
import { ACCESS_BOTH, ACCESS_READ, type DmaView } from './dma-table.js';

export class ShadowDoorbells {
  /** One page, as far as it reaches; empty where there is none. */
  words: Uint32Array<ArrayBufferLike> = new Uint32Array(0);
  private readonly dma: DmaView;
  private iova: number | undefined;

  constructor(dma: DmaView) {
    this.dma = dma;
  }

  reset(): void {
    this.iova = undefined;
    this.words = new Uint32Array(0);
  }

  /** Doorbell Buffer Config: PRP1 has the doorbells, PRP2 EventIdx. */
  set(command: Uint32Array): number {
    const [shadow, events] = [SQE.PRP1_LOW, SQE.PRP2_LOW].map(
      (at) => command[at] + command[at + 1] * 2 ** 32,
    );
    if (shadow % MIN_PAGE_BYTES !== 0 || events % MIN_PAGE_BYTES !== 0) return INVALID_FIELD;
    if (this.dma.span(events, MIN_PAGE_BYTES, ACCESS_BOTH) === undefined) return INVALID_FIELD;
    const words = this.dma.span(shadow, MIN_PAGE_BYTES, ACCESS_READ);
    if (words === undefined) return INVALID_FIELD;
    this.iova = shadow;
    this.words = words;
    return SUCCESS;
  }

  /** After the DMA table changed; false where the page is gone. */
  rebase(): boolean {
    if (this.iova === undefined) return true;
    const words = this.dma.span(this.iova, MIN_PAGE_BYTES, ACCESS_READ);
    this.words = words ?? new Uint32Array(0);
    return words !== undefined;
  }
}
