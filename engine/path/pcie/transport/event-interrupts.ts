import { EngineError } from '../../../errors.js';
import type { Interrupts, InterruptVector } from './transport.js';

/** What a transport does with eventfds: routes vectors 0 and up to them, or masks all. */
export interface InterruptRouting {
  readonly target: string;
  readonly maxVectors: number;
  createEventFd(): number;
  closeFd(fd: number): void;
  route(eventFds: readonly number[]): void;
  mask(): void;
}

/** Interrupts over eventfds that this process makes and closes. */
export class EventInterrupts implements Interrupts {
  readonly #routing: InterruptRouting;
  #eventFds: number[] = [];

  constructor(routing: InterruptRouting) {
    this.#routing = routing;
  }

  get maxVectors(): number {
    return this.#routing.maxVectors;
  }

  /**
   * Vector 0 is the admin queue's: it has an eventfd that nobody waits for, since admin commands are polled. Where there are no more
   * vectors than queue pairs, the first of these shares it, and is woken for nothing by an admin command.
   */
  arm(queuePairs: number): readonly InterruptVector[] {
    const { maxVectors, target } = this.#routing;
    const first = queuePairs === maxVectors ? 0 : 1;
    const count = queuePairs + first;
    if (count > maxVectors) {
      throw new EngineError({
        code: 'TOO_MANY_VECTORS',
        op: `use ${queuePairs} interrupt vectors`,
        target,
        reason: `the device has ${maxVectors}`,
        hint: 'use fewer numjobs or queue_pairs, or completion: poll',
        kind: 'input',
      });
    }
    this.disarm();
    try {
      for (let i = 0; i < count; i++) this.#eventFds.push(this.#routing.createEventFd());
      this.#routing.route(this.#eventFds);
    } catch (error) {
      this.#closeAll();
      throw error;
    }
    return this.#eventFds.map((eventFd, vector) => ({ vector, eventFd })).slice(first);
  }

  disarm(): void {
    if (this.#eventFds.length === 0) return;
    try {
      this.#routing.mask();
    } finally {
      this.#closeAll();
    }
  }

  #closeAll(): void {
    for (const fd of this.#eventFds) this.#routing.closeFd(fd);
    this.#eventFds = [];
  }
}
