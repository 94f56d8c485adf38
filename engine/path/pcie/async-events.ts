/** Asynchronous events of a controller (NVMe base 2.0, 5.2): requests that wait there, are answered, and posted again. */
import { EngineError, type EngineWarning } from '../../errors.js';
import {
  ADMIN,
  type ControllerIdentity,
  decodeAsyncEvent,
  decodeStatus,
  EVENTS_OF_HEALTH,
  NOTICE_FIRMWARE_ACTIVATION,
  NOTICE_NAMESPACE_CHANGED,
  statusName,
} from '../../spec/index.js';
import type { DriveEvent } from '../drive.js';
import type { Admin } from './admin.js';
import type { CommandQueue } from './command-queue.js';

/** Requests that wait: a second event may come before the first is looked at. */
const REQUESTS = 2;
/** A controller that answers each request at once would never be done with. */
const MOST_EVENTS = 1000;
/** Generic status codes of a controller that does not know the command: opcode, field. */
const UNKNOWN: readonly number[] = [0x01, 0x02];
const REQUEST = { name: 'Asynchronous Event Request', opcode: ADMIN.ASYNC_EVENT_REQUEST } as const;

/** What a controller tells of by itself; it is listened to anew after each reset. */
export class AsyncEvents {
  private events: DriveEvent[] = [];
  /** Log pages of requests that were answered, and not posted again yet. */
  private answered: number[] = [];
  private left = 0;
  /** Why it knows no requests. */
  private refusal: string | undefined;
  private again: ((logPage: number) => void) | undefined;

  /** Asks for the events of health and what notices there are; a controller that refuses tells of what it likes. Throws EngineError. */
  async listen(
    queue: CommandQueue,
    admin: Admin,
    { optionalEvents, eventLimit }: ControllerIdentity,
  ): Promise<void> {
    const notices = optionalEvents & (NOTICE_NAMESPACE_CHANGED | NOTICE_FIRMWARE_ACTIVATION);
    await admin.configureEvents(EVENTS_OF_HEALTH | notices);
    this.answered = [];
    this.left = MOST_EVENTS;
    // Until its log page is read no other event of the kind is told (5.2).
    this.again = (logPage) => {
      this.request(queue);
      admin.readLog(logPage).catch(() => undefined);
    };
    for (let i = 0; i < Math.min(REQUESTS, eventLimit); i++) this.request(queue);
  }

  /** That it tells of nothing. */
  get warnings(): EngineWarning[] {
    if (this.refusal === undefined) return [];
    const message = `the controller takes no Asynchronous Event Request: ${this.refusal}`;
    const advice = 'what it would tell of by itself, such as too hot or less spare, is in no result';
    return [{ code: 'events-refused', message, advice }];
  }

  /** What has come since the last call, in order. A controller that is `usable` is asked again for as many. */
  take(usable: boolean): DriveEvent[] {
    const { events } = this;
    this.events = [];
    if (usable) for (const logPage of this.answered.splice(0)) this.again?.(logPage);
    return events;
  }

  private request(queue: CommandQueue): void {
    if (this.left-- <= 0) return;
    try {
      queue.watch(REQUEST, ({ status, result }) => {
        if (status !== 0) {
          const { statusCodeType, statusCode } = decodeStatus(status);
          // not where it is aborted, or more than the controller takes
          if (statusCodeType === 0 && UNKNOWN.includes(statusCode)) this.refusal = statusName(status);
          return;
        }
        const event = decodeAsyncEvent(result);
        this.events.push({ at: new Date(), ...event });
        this.answered.push(event.logPage);
      });
    } catch (error) {
      // it fetches nothing more: commands that somebody waits for say so
      if (!(error instanceof EngineError)) throw error;
    }
  }
}
