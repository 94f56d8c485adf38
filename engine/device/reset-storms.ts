/** Resets that the controller brings about by itself, one after the other, after the one that a command has met. */
import { nowMs } from '../sys/clock.js';
import type { StormSpec } from './faults.js';

const NS_PER_MS = 1e6;
export const NO_STORM = 0;

interface Storm {
  readonly id: number;
  readonly everyMs: number;
  nextMs: number;
  left: number;
}

export class ResetStorms {
  /** Some are on: nobody asks for anything else where none is. */
  active = false;
  private storms: readonly Storm[] = [];

  begin(id: number, { times, everyNs }: StormSpec): void {
    const everyMs = everyNs / NS_PER_MS;
    this.put([...this.storms, { id, everyMs, nextMs: nowMs() + everyMs, left: times - 1 }]);
  }

  /** Whether the time of one has come; its number, or NO_STORM. One that finds the controller down passes: `serving`. */
  due(serving: boolean): number {
    const now = nowMs();
    const storm = this.storms.find(({ nextMs }) => nextMs <= now);
    if (storm === undefined) return NO_STORM;
    storm.nextMs = now + storm.everyMs;
    if (!serving) return NO_STORM;
    storm.left--;
    this.put(this.storms);
    return storm.id;
  }

  /** That one is over: its fault was removed. */
  end(id: number): void {
    this.put(this.storms.filter((storm) => storm.id !== id));
  }

  /** Those of which there is something left. */
  private put(storms: readonly Storm[]): void {
    this.storms = storms.filter(({ left }) => left > 0);
    this.active = this.storms.length > 0;
  }
}
