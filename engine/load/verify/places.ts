/** What is to be read again, one I/O after the other. */
import type { Written } from './written.js';

export interface Places {
  /** Whether there are more. */
  readonly left: boolean;
  /** Of the one that `take` took last. */
  readonly slba: number;
  readonly lbas: number;
  /** Takes the next. */
  take(): void;
}

/** All that was written, in the order of addresses. */
export class WrittenPlaces implements Places {
  slba = 0;
  readonly lbas: number;
  private readonly written: Written;
  private readonly endLba: number;
  private unit: number;

  /** In I/Os of `lbas` logical blocks. */
  constructor(written: Written, lbas: number) {
    this.written = written;
    this.lbas = lbas;
    this.endLba = written.startLba + written.units * written.unitLbas;
    this.unit = written.nextWritten(0);
  }

  get left(): boolean {
    return this.unit < this.written.units;
  }

  take(): void {
    const { written, lbas } = this;
    this.slba = Math.min(written.startLba + this.unit * written.unitLbas, this.endLba - lbas);
    this.unit = written.nextWritten(written.unitOf(this.slba + lbas - 1) + 1);
  }
}
