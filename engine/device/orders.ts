/** What the device thread is told while it plays: faults that come and go, and questions; and what it answers. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FaultSpec } from './config.js';
import type { ControlLines } from './control.js';
import type { FaultState } from './faults.js';
import type { FaultsInForce } from './faults-in-force.js';

/** Each command is held against all of them. */
export const MOST_FAULTS = 256;

export type Order =
  | { readonly kind: 'look' }
  | { readonly kind: 'add'; readonly specs: readonly FaultSpec[] }
  /** All of them where it names none. */
  | { readonly kind: 'remove'; readonly ids?: readonly number[] };

/** How a controller stands, whatever its host is told. Counts are of all since it was made. */
export interface ControllerTruth {
  /** CSTS, and the reason for its last fatal status; '' where there was none. */
  readonly csts: number;
  readonly fatalReason: string;
  /** Submission queues beside the admin queue, and commands of theirs that were fetched and wait for their time. */
  readonly ioQueues: number;
  readonly waitingCommands: number;
  readonly hostReads: number;
  readonly hostWrites: number;
  readonly hostBytesRead: number;
  readonly hostBytesWritten: number;
  readonly mediaErrors: number;
  /** Commands by the status field they ended with, without those that succeeded. */
  readonly failedByStatus: readonly { readonly status: number; readonly count: number }[];
  /** The power state that it is in, and how often I/O woke it up; undefined where it has none that matter. */
  readonly power: { readonly state: number; readonly wakeups: number } | undefined;
  /** Log page F0h; undefined where it is not of flash. */
  readonly flashPage: Uint8Array | undefined;
}

export interface OrderMessage {
  readonly ticket: number;
  readonly order: Order;
}

export interface OrderAnswer {
  readonly ticket: number;
  /** The numbers of the faults that came, or went. */
  readonly changed: readonly number[];
  /** Numbers that are no fault's, or too many faults: nothing was changed. */
  readonly refused?: { readonly missing: readonly number[] } | { readonly most: number };
  readonly faults: readonly FaultState[];
  readonly truth: ControllerTruth;
}

/** The controller, as far as orders go. */
interface Ordered {
  readonly faults: FaultsInForce;
  truth(): ControllerTruth;
}

/** The device thread's end. */
export class OrderBook {
  private readonly port: MessagePort;
  private readonly control: ControlLines;
  private readonly controller: Ordered;

  constructor(port: MessagePort, control: ControlLines, controller: Ordered) {
    this.port = port;
    this.control = control;
    this.controller = controller;
  }

  /** Carries out what has come; looks at memory alone where nothing has. */
  obey(): void {
    if (!this.control.ordersWait()) return;
    this.control.acknowledgeOrders();
    for (;;) {
      const received = receiveMessageOnPort(this.port) as { message: OrderMessage } | undefined;
      if (received === undefined) return;
      this.port.postMessage(this.answer(received.message));
    }
  }

  private answer({ ticket, order }: OrderMessage): OrderAnswer {
    const done = this.carryOut(order);
    return { ticket, ...done, faults: this.controller.faults.states(), truth: this.controller.truth() };
  }

  private carryOut(order: Order): Pick<OrderAnswer, 'changed' | 'refused'> {
    const { faults } = this.controller;
    const numbers = faults.states().map(({ id }) => id);
    if (order.kind === 'look') return { changed: [] };
    if (order.kind === 'add') {
      if (numbers.length + order.specs.length > MOST_FAULTS)
        return { changed: [], refused: { most: MOST_FAULTS } };
      return { changed: order.specs.map((spec) => faults.add(spec)) };
    }
    const { ids = numbers } = order;
    const missing = ids.filter((id) => !numbers.includes(id));
    if (missing.length > 0) return { changed: [], refused: { missing } };
    return { changed: ids.filter((id) => faults.remove(id)) };
  }
}
