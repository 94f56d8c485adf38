/** Asynchronous Event Request (NVMe base 2.0, 5.2): requests held until there is something to tell. */
import { LOG } from '../spec/command.js';
import { ASYNC_EVENT_LIMIT, HELD } from './answers.js';
import { ASYNC_EVENT_LIMIT_ZERO_BASED } from './identify.js';
import type { CompletionQueue } from './queues.js';

/** DW0: type error (0), information (1: invalid doorbell write value), log page that says more. */
const INVALID_DOORBELL_VALUE = (1 << 8) | (LOG.ERROR_INFORMATION << 16);

export class AsyncEvents {
  private readonly held: number[] = [];
  private waiting = false;
  /** Set until the host reads the error log: the same kind of event is told once (5.2). */
  private masked = false;

  reset(): void {
    this.held.length = 0;
    this.waiting = false;
    this.masked = false;
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
    if (!this.masked) this.waiting = true;
  }

  errorLogRead(): void {
    this.masked = false;
  }

  /** Completes a held request where an event and room for it exist. */
  deliver(admin: CompletionQueue, sqHead: number): void {
    if (!this.waiting || this.held.length === 0 || admin.room() <= 0) return;
    this.waiting = false;
    this.masked = true;
    admin.post(INVALID_DOORBELL_VALUE, sqHead, 0, this.held.shift()!, 0);
  }
}
