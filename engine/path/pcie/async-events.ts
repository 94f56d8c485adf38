/** Asynchronous events of a controller (NVMe base 2.0, 5.2): requests that wait there, are answered, and posted again. */
import {
  ADMIN,
  type AsyncEvent,
  type ControllerIdentity,
  decodeAsyncEvent,
  EVENTS_OF_HEALTH,
  NOTICE_FIRMWARE_ACTIVATION,
  NOTICE_NAMESPACE_CHANGED,
} from '../../spec/index.js';
import type { DriveEvent } from '../drive.js';
import type { Admin } from './admin.js';
import type { CommandQueue } from './command-queue.js';

/** Requests that wait: a second event may come before the first is looked at. */
const REQUESTS = 2;
/** A controller that answers each request at once would never be done with. */
const MOST_EVENTS = 1000;
const REQUEST = { name: 'Asynchronous Event Request', opcode: ADMIN.ASYNC_EVENT_REQUEST } as const;

export class AsyncEvents {
  private readonly queue: CommandQueue;
  private readonly admin: Admin;
  private events: DriveEvent[] = [];
  private answered = 0;

  private constructor(queue: CommandQueue, admin: Admin) {
    this.queue = queue;
    this.admin = admin;
  }

  /** Asks for the events of health and what notices there are; a controller that refuses tells of what it likes. Throws EngineError. */
  static async start(
    queue: CommandQueue,
    admin: Admin,
    { optionalEvents, eventLimit }: ControllerIdentity,
  ): Promise<AsyncEvents> {
    const notices = optionalEvents & (NOTICE_NAMESPACE_CHANGED | NOTICE_FIRMWARE_ACTIVATION);
    await admin.configureEvents(EVENTS_OF_HEALTH | notices);
    const events = new AsyncEvents(queue, admin);
    for (let i = 0; i < Math.min(REQUESTS, eventLimit); i++) events.request();
    return events;
  }

  /** What has come since the last call, in order. */
  take(): DriveEvent[] {
    this.queue.look();
    const { events } = this;
    this.events = [];
    return events;
  }

  private request(): void {
    this.queue.watch(REQUEST, ({ status, result }) => {
      // aborted, or more than it takes
      if (status !== 0) return;
      const event = decodeAsyncEvent(result);
      this.events.push({ at: new Date(), ...event });
      if (++this.answered < MOST_EVENTS) this.rearm(event);
    });
  }

  /** Until its log page is read no other event of the kind is told (5.2). */
  private rearm({ logPage }: AsyncEvent): void {
    this.request();
    this.admin.readLog(logPage).catch(() => undefined);
  }
}
