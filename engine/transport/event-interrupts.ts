import { EngineError } from '../errors.js';
import type { Interrupts } from './transport.js';

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

  arm(count: number): readonly number[] {
    const { maxVectors, target } = this.#routing;
    if (count > maxVectors) {
      throw new EngineError({
        code: 'TOO_MANY_VECTORS',
        op: `use ${count} interrupt vectors`,
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
    return this.#eventFds;
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
