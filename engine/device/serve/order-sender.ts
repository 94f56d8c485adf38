/** Orders to a controller that plays, from any thread of its process. */

import { EngineError } from '../../errors.js';
import type { SimLiveEnd } from '../../path/pcie/transport/sim.js';
import { ControlLines } from '../control.js';
import type { Order, OrderAnswer, OrderMessage } from '../orders.js';

/** It looks once in some milliseconds, unless it rehearses or has no CPU. */
const ANSWER_TIMEOUT_MS = 10_000;

interface Waiting {
  readonly resolve: (answer: OrderAnswer) => void;
  readonly reject: (error: EngineError) => void;
  readonly timer: NodeJS.Timeout;
}

export class OrderSender {
  readonly #control: ControlLines;
  readonly #port: SimLiveEnd['orders'];
  readonly #target: string;
  readonly #waiting = new Map<number, Waiting>();
  #tickets = 0;
  #ended = false;

  constructor({ control, orders }: SimLiveEnd, target: string) {
    this.#control = new ControlLines(control);
    this.#port = orders;
    this.#target = target;
    orders.on('message', (answer: OrderAnswer) => this.#settle(answer.ticket)?.resolve(answer));
    orders.on('close', () => this.#end());
    orders.unref();
  }

  /** Throws EngineError CONTROLLER_SILENT, CONTROLLER_ENDED. */
  send(order: Order): Promise<OrderAnswer> {
    if (this.#ended) return Promise.reject(this.#gone());
    const ticket = ++this.#tickets;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(ticket)?.reject(this.#silent()), ANSWER_TIMEOUT_MS);
      this.#waiting.set(ticket, { resolve, reject, timer });
      const message: OrderMessage = { ticket, order };
      this.#port.postMessage(message);
      this.#control.announceOrder();
    });
  }

  close(): void {
    this.#port.close();
    this.#end();
  }

  #settle(ticket: number): Waiting | undefined {
    const waiting = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #end(): void {
    this.#ended = true;
    for (const ticket of [...this.#waiting.keys()]) this.#settle(ticket)?.reject(this.#gone());
  }

  #gone(): EngineError {
    return this.#failure('CONTROLLER_ENDED', 'the controller has ended', 'serve it again');
  }

  #silent(): EngineError {
    const reason = `the controller did not look for ${ANSWER_TIMEOUT_MS / 1000} s`;
    return this.#failure('CONTROLLER_SILENT', reason, 'free CPU time, then ask again');
  }

  #failure(code: string, reason: string, hint: string): EngineError {
    return new EngineError({ code, op: 'order', target: this.#target, reason, hint });
  }
}
