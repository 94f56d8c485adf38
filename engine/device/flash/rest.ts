/** What a drive does while no command comes, worked out when the next ones come. HOT: nothing allocated; times in ms, in arrays. */
import type { Collector } from './collector.js';
import type { Dies } from './dies.js';
import type { FlashSpec } from './flash-spec.js';

const NS_PER_MS = 1e6;
/** So much at most with one command: the rest is made up for with those that follow. */
const MOST_PROGRAMS_AT_ONCE = 16;
/** Of these, pages that are read for a program. */
const PAGES_PER_PROGRAM = 8;
const LAST = 0;
const FROM = 1;
const TO = 2;

export class Rest {
  private readonly dies: Dies;
  private readonly collector: Collector;
  private readonly afterMs: Float64Array;
  /** What a program takes when all dies have one. */
  private readonly stepMs: Float64Array;
  /** When the last command came, and of the last rest from when and to when there is work to be made up for. */
  private readonly timesMs = new Float64Array(3);

  constructor(spec: FlashSpec, dieCount: number, dies: Dies, collector: Collector) {
    this.dies = dies;
    this.collector = collector;
    const stepNs = spec.programNs + PAGES_PER_PROGRAM * spec.readNs[0];
    this.afterMs = Float64Array.of(spec.restNs / NS_PER_MS);
    this.stepMs = Float64Array.of(stepNs / NS_PER_MS / dieCount);
  }

  /** A command comes at the time of the dies. */
  end(): void {
    const { timesMs, dies } = this;
    const at = dies.atMs[0];
    if (at - timesMs[LAST] > this.afterMs[0]) {
      timesMs[FROM] = timesMs[LAST] + this.afterMs[0];
      timesMs[TO] = at;
    }
    timesMs[LAST] = at;
    for (let i = 0; i < MOST_PROGRAMS_AT_ONCE && timesMs[FROM] < timesMs[TO]; i++) {
      dies.atMs[0] = timesMs[FROM];
      timesMs[FROM] = this.collector.rest() ? timesMs[FROM] + this.stepMs[0] : timesMs[TO];
    }
    dies.atMs[0] = at;
    dies.doneMs[0] = at;
  }
}
