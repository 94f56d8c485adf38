/**
 * How the speed of writes declines as the drive is written, and settles: the first write of a fresh drive goes at one rate, and
 * as ever more is written that goes over into a steady one, exponentially. The drive is fresh again once all of it was
 * deallocated with no write between, or formatted. Writes are served one after the other, reads beside them. HOT.
 */
import type { WearSpec } from './config.js';
import type { MediaTiming } from './media-timing.js';

export class Wear implements MediaTiming {
  private readonly spec: WearSpec;
  private readonly sizeBytes: number;
  private readonly lbaBytes: number;
  /** Written since it was fresh; deallocated since the last write. In arrays, since doubles in fields are garbage. */
  private readonly writtenBytes = new Float64Array(1);
  private readonly givenBackBytes = new Float64Array(1);
  /** When the last write is over. */
  private readonly freeMs = new Float64Array(1);
  /** Of the command that is carried out now: 0 where it is no write. */
  private nowBytes = 0;

  constructor(spec: WearSpec, sizeBytes: number, lbaBytes: number) {
    this.spec = spec;
    this.lbaBytes = lbaBytes;
    this.sizeBytes = sizeBytes;
  }

  /** Nothing is in flight any more. */
  reset(): void {
    this.nowBytes = 0;
    this.freeMs[0] = 0;
  }

  read(): void {}

  forced(): void {}

  flushed(): void {}

  zeroed(): void {}

  hostMemory(): void {}

  logPage(): undefined {}

  kelvin(): number {
    return 0;
  }

  usedPercent(): number {
    return 0;
  }

  failDie(): boolean {
    return false;
  }

  isWornOut(): boolean {
    return false;
  }

  wrote(_slba: number, lbas: number): void {
    this.nowBytes = lbas * this.lbaBytes;
    this.givenBackBytes[0] = 0;
  }

  deallocated(_slba: number, lbas: number): void {
    this.givenBackBytes[0] += lbas * this.lbaBytes;
    if (this.givenBackBytes[0] >= this.sizeBytes) this.refresh();
  }

  /** Nothing is written on it any more. */
  refresh(): void {
    this.writtenBytes[0] = 0;
    this.givenBackBytes[0] = 0;
  }

  delay(timesMs: Float64Array, now: number, due: number): void {
    const bytes = this.nowBytes;
    if (bytes === 0) return;
    this.nowBytes = 0;
    const { freshBytesPerSecond, steadyBytesPerSecond, afterBytes } = this.spec;
    const left = Math.exp(-this.writtenBytes[0] / afterBytes);
    const rate = steadyBytesPerSecond + (freshBytesPerSecond - steadyBytesPerSecond) * left;
    const free = Math.max(this.freeMs[0], timesMs[now]) + (1000 * bytes) / rate;
    this.freeMs[0] = free;
    this.writtenBytes[0] += bytes;
    timesMs[due] = Math.max(timesMs[due], free);
  }
}
