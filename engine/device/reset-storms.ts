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
  private storms: Storm[] = [];

  begin(id: number, { times, everyNs }: StormSpec): void {
    const everyMs = everyNs / NS_PER_MS;
    this.storms.push({ id, everyMs, nextMs: nowMs() + everyMs, left: times - 1 });
    this.active = this.storms.some(({ left }) => left > 0);
  }

  /** Whether the time of one has come; its number, or NO_STORM. One that finds the controller down passes: `serving`. */
  due(serving: boolean): number {
    const now = nowMs();
    const storm = this.storms.find(({ nextMs, left }) => left > 0 && nextMs <= now);
    if (storm === undefined) return NO_STORM;
    storm.nextMs = now + storm.everyMs;
    if (!serving) return NO_STORM;
    storm.left--;
    this.active = this.storms.some(({ left }) => left > 0);
    return storm.id;
  }

  /** That one is over: its fault was removed. */
  end(id: number): void {
    this.storms = this.storms.filter((storm) => storm.id !== id);
    this.active = this.storms.some(({ left }) => left > 0);
  }
}
