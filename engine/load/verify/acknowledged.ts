/** What a journal says of the writes of a worker: which of them must be there. */
import type { Acknowledged, JournalState } from './journal.js';

/** What a run that wrote leaves for one that verifies, of all workers. */
export interface WrittenRun {
  /** When its job began, ms since 1970. */
  readonly runMs: number;
  /** What was acknowledged needed no flush: it was forced, or nothing volatile was between. */
  readonly forced: boolean;
  readonly workers: readonly JournalState[];
}

/** `kept`: acknowledged, and a flush covers it. `cached`: acknowledged, and no flush does. `open`: it may be there or not. */
export type Standing = 'kept' | 'cached' | 'open';

export class AcknowledgedWrites {
  private readonly forced: boolean;
  private readonly sent: number;
  private readonly open: ReadonlySet<number>;
  private readonly flushed: Acknowledged;
  private readonly notFlushed: ReadonlySet<number>;

  constructor({ forced, workers }: WrittenRun, index: number) {
    const { sent, open, flushed } = workers[index] ?? { sent: 0, open: [], flushed: { sent: 0, open: [] } };
    this.forced = forced;
    this.sent = sent;
    this.open = new Set(open);
    this.flushed = flushed;
    this.notFlushed = new Set(flushed.open);
  }

  standingOf(generation: number): Standing {
    if (generation > this.sent || this.open.has(generation)) return 'open';
    if (this.forced) return 'kept';
    return generation <= this.flushed.sent && !this.notFlushed.has(generation) ? 'kept' : 'cached';
  }
}
