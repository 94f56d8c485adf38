/** Asynchronous Event Request (NVMe base 2.0, 5.2): requests held until there is something to tell. */
import {
  NOTICE_FIRMWARE_ACTIVATION,
  NOTICE_NAMESPACE_CHANGED,
  NOTICE_TELEMETRY,
} from '../spec/async-event.js';
import { LOG } from '../spec/command.js';
import { ASYNC_EVENT_LIMIT, HELD } from './answers.js';
import { ASYNC_EVENT_LIMIT_ZERO_BASED } from './identify.js';
import type { CompletionQueue } from './queues.js';

/** DW0: type error (0), information (1: invalid doorbell write value), log page that says more. */
const INVALID_DOORBELL_VALUE = (1 << 8) | (LOG.ERROR_INFORMATION << 16);
/** DW0 of notices (type 2) by their bits: information, log page that says more. */
const NOTICES: Readonly<Record<number, number>> = {
  [NOTICE_NAMESPACE_CHANGED]: 2 | (LOG.CHANGED_NAMESPACES << 16),
  [NOTICE_FIRMWARE_ACTIVATION]: 2 | (1 << 8) | (LOG.FIRMWARE_SLOT << 16),
  [NOTICE_TELEMETRY]: 2 | (2 << 8) | (LOG.TELEMETRY_CONTROLLER << 16),
};
/** Identifiers of the log page. */
const CHANGED_NAMESPACES = 1024;

export class AsyncEvents {
  private readonly held: number[] = [];
  private waiting: number[] = [];
  /** Types of events that were told, by the log page that the host has to read until the next is told (5.2). */
  private readonly masked = new Map<number, number>();

  private readonly changed = new Set<number>();
  private readonly wants: (notice: number) => boolean;

  /** `wants`: whether the host has asked for a notice, by its bit of Asynchronous Event Configuration. */
  constructor(wants: (notice: number) => boolean) {
    this.wants = wants;
  }

  reset(): void {
    this.changed.clear();
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

  namespaceChanged(nsid: number): void {
    this.changed.add(nsid);
    this.notice(NOTICE_NAMESPACE_CHANGED);
  }

  /** By its bit of Asynchronous Event Configuration. */
  notice(bit: number): void {
    if (this.wants(bit)) this.raise(NOTICES[bit]);
  }

  /** Log page 04h: those that have changed since it was read last, in order. */
  changedNamespacesPage(): Uint8Array {
    const page = new Uint32Array(CHANGED_NAMESPACES);
    page.set([...this.changed].sort((a, b) => a - b));
    return new Uint8Array(page.buffer);
  }

  /** DW0 of a completion; lost where its type is masked or waits already. */
  raise(dw0: number): void {
    const type = dw0 & 7;
    if ([...this.masked.values()].includes(type) || this.waiting.some((each) => (each & 7) === type)) return;
    this.waiting.push(dw0);
  }

  logRead(logPage: number): void {
    if (logPage === LOG.CHANGED_NAMESPACES) this.changed.clear();
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
