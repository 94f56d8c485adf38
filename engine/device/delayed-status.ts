/** Changes of CSTS that a personality makes some time after it was told: RDY after CC.EN, SHST after CC.SHN. */
import { nowMs } from '../sys/clock.js';

const NEVER = Number.POSITIVE_INFINITY;

export class DelayedStatus {
  private readyAtMs = NEVER;
  private shutDownAtMs = NEVER;

  /** One is to come. */
  get waits(): boolean {
    return this.readyAtMs !== NEVER || this.shutDownAtMs !== NEVER;
  }

  reset(): void {
    this.readyAtMs = NEVER;
    this.shutDownAtMs = NEVER;
  }

  readyIn(ms: number): void {
    this.readyAtMs = nowMs() + ms;
  }

  shutDownIn(ms: number): void {
    this.shutDownAtMs = nowMs() + ms;
  }

  /** Whether the time of either has come; true once. */
  isShutDown(): boolean {
    if (nowMs() < this.shutDownAtMs) return false;
    this.shutDownAtMs = NEVER;
    return true;
  }

  isReady(): boolean {
    if (nowMs() < this.readyAtMs) return false;
    this.readyAtMs = NEVER;
    return true;
  }
}
