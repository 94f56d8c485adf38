/** Asynchronous Event Request (NVMe base 2.0, 5.2): requests held until there is something to tell. */
import { LOG } from '../spec/command.js';
import { ASYNC_EVENT_LIMIT, HELD } from './answers.js';
import { ASYNC_EVENT_LIMIT_ZERO_BASED } from './identify.js';
import type { CompletionQueue } from './queues.js';

/** DW0: type error (0), information (1: invalid doorbell write value), log page that says more. */
const INVALID_DOORBELL_VALUE = (1 << 8) | (LOG.ERROR_INFORMATION << 16);
/** DW0: type notice (2), information (0: namespace attribute changed), log page that says more. */
const NAMESPACE_CHANGED = 2 | (LOG.CHANGED_NAMESPACES << 16);

export class AsyncEvents {
  private readonly held: number[] = [];
  private waiting: number[] = [];
  /** Types of events that were told, by the log page that the host has to read until the next is told (5.2). */
  private readonly masked = new Map<number, number>();

  reset(): void {
    this.held.length = 0;
    this.waiting = [];
    this.masked.clear();
  }

  hold(cid: number): number {
    if (this.held.length > ASYNC_EVENT_LIMIT_ZERO_BASED) return ASYNC_EVENT_LIMIT;
    this.held.push(cid);
    return HELD;
  }

  /** Takes a request back for Abort; false where it is not held. */
  release(cid: number): boolean {
    const index = this.held.indexOf(cid);
    if (index < 0) return false;
    this.held.splice(index, 1);
    return true;
  }

  invalidDoorbell(): void {
    this.raise(INVALID_DOORBELL_VALUE);
  }

  namespaceChanged(): void {
    this.raise(NAMESPACE_CHANGED);
  }

  /** DW0 of a completion; lost where its type is masked or waits already. */
  raise(dw0: number): void {
    const type = dw0 & 7;
    if ([...this.masked.values()].includes(type) || this.waiting.some((each) => (each & 7) === type)) return;
    this.waiting.push(dw0);
  }

  logRead(logPage: number): void {
    this.masked.delete(logPage);
  }

  /** Completes held requests where events and room for them exist. */
  deliver(admin: CompletionQueue, sqHead: number): void {
    while (this.waiting.length > 0 && this.held.length > 0 && admin.room() > 0) {
      const dw0 = this.waiting.shift()!;
      this.masked.set((dw0 >>> 16) & 0xff, dw0 & 7);
      admin.post(dw0, sqHead, 0, this.held.shift()!, 0);
    }
  }
}
