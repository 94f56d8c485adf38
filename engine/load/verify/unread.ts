/** HOT: writes that have completed and were not read since, the oldest first. */
import type { Places } from './places.js';

const LEAST = 1024;

export class Unread implements Places {
  slba = 0;
  lbas = 0;
  count = 0;
  private slbas = new Float64Array(LEAST);
  private lengths = new Int32Array(LEAST);
  private first = 0;

  get left(): boolean {
    return this.count > 0;
  }

  add(slba: number, lbas: number): void {
    if (this.count === this.slbas.length) this.grow();
    const at = (this.first + this.count) & (this.slbas.length - 1);
    this.slbas[at] = slba;
    this.lengths[at] = lbas;
    this.count++;
  }

  take(): void {
    this.slba = this.slbas[this.first];
    this.lbas = this.lengths[this.first];
    this.first = (this.first + 1) & (this.slbas.length - 1);
    this.count--;
  }

  private grow(): void {
    const { slbas, lengths, first } = this;
    this.slbas = new Float64Array(2 * slbas.length);
    this.lengths = new Int32Array(2 * slbas.length);
    for (let i = 0; i < slbas.length; i++) {
      this.slbas[i] = slbas[(first + i) & (slbas.length - 1)];
      this.lengths[i] = lengths[(first + i) & (slbas.length - 1)];
    }
    this.first = 0;
  }
}
