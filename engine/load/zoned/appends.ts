/**
 * HOT: whether a drive put appends where it may: each within what of its zone can be written, and those of a zone one behind the
 * other from where it stood, each place once. Of that sums are kept, which any order gives: of how far each is off the place that its
 * turn makes, and the same of squares. Both are 0 where all is well, and small meanwhile: those of places alone would be beyond what a
 * double counts in zones of 300,000 I/Os.
 */
import type { WorkerZones } from './worker-zones.js';

/** What was found of the appends of a worker that succeeded. */
export interface AppendReport {
  readonly appends: number;
  /** Whose block is not one of their zone. */
  readonly elsewhere: number;
  /** Times that all appends to a zone had come, and the places of those since the time before were not each once. */
  readonly unlike: number;
}

export class Appends {
  private readonly capacityLbas: number;
  private readonly blockLbas: number;
  /** Of each zone: where it stood when nothing was in flight to it, in blocks; appends since then, and both sums of them, in I/Os. */
  private readonly from: Float64Array;
  private readonly counts: Float64Array;
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  private readonly found = { appends: 0, elsewhere: 0, unlike: 0 };

  constructor({ capacityLbas, writtenLbas: { length } }: WorkerZones, blockLbas: number) {
    this.capacityLbas = capacityLbas;
    this.blockLbas = blockLbas;
    this.from = new Float64Array(length);
    this.counts = new Float64Array(length);
    this.sums = new Float64Array(length);
    this.squares = new Float64Array(length);
  }

  /** The first append goes to a zone that nothing is in flight to, and which was written so far. */
  begin(zone: number, writtenLbas: number): void {
    this.from[zone] = writtenLbas;
    this.counts[zone] = 0;
    this.sums[zone] = 0;
    this.squares[zone] = 0;
  }

  /** One has succeeded, at so many blocks from the first of its zone. */
  put(zone: number, lbas: number): void {
    const { found, blockLbas } = this;
    found.appends++;
    if (lbas < 0 || lbas + blockLbas > this.capacityLbas) found.elsewhere++;
    const place = (lbas - this.from[zone]) / blockLbas;
    const turn = this.counts[zone]++;
    this.sums[zone] += place - turn;
    this.squares[zone] += place * place - turn * turn;
  }

  /** Nothing is in flight to a zone any more, and none of its appends failed. */
  settle(zone: number): void {
    if (this.sums[zone] !== 0 || this.squares[zone] !== 0) this.found.unlike++;
  }

  report(): AppendReport {
    return { ...this.found };
  }
}
