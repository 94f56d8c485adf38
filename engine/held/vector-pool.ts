/** The interrupt vectors that a holder hands out to its secondaries, one for each of their queue pairs that asks. */
import { EngineError } from '../errors.js';
import type { Interrupts, InterruptVector } from '../path/pcie/transport/transport.js';
import { drainEventFd } from '../sys/fd.js';

export interface VectorPoolParts {
  readonly interrupts: Interrupts | undefined;
  /** I/O queue pairs that the controller gives to this host. */
  readonly queuePairs: number;
  /** The device, for messages. */
  readonly target: string;
}

export class VectorPool {
  readonly #parts: VectorPoolParts;
  readonly #taken = new Set<number>();
  #armed: readonly InterruptVector[] | undefined;

  constructor(parts: VectorPoolParts) {
    this.#parts = parts;
  }

  /** Size of the device's vector table; 0 where it has no interrupts. */
  get maxVectors(): number {
    return this.#parts.interrupts?.maxVectors ?? 0;
  }

  /**
   * Sets the lowest free one aside; its eventfd stays the transport's. Throws EngineError NO_INTERRUPTS, NO_VECTOR_LEFT,
   * or what arming the first throws.
   */
  take(): InterruptVector {
    this.#armed ??= this.#arm();
    const free = this.#armed.find(({ vector }) => !this.#taken.has(vector));
    if (free === undefined) throw this.#noneLeft(this.#armed.length);
    this.#taken.add(free.vector);
    return free;
  }

  /** Gives one back that no queue uses any more. */
  give(vector: number): void {
    if (!this.#taken.delete(vector)) return;
    const eventFd = this.#armed?.find((each) => each.vector === vector)?.eventFd;
    if (eventFd !== undefined) drainEventFd(eventFd);
  }

  /**
   * All at once, since many kernels let nobody add a vector to those that are enabled: as many as there are queue
   * pairs, or fewer where the host has no more. The only vector of a device is shared with the admin queue.
   */
  #arm(): readonly InterruptVector[] {
    const { interrupts, queuePairs, target } = this.#parts;
    if (interrupts === undefined) throw noInterrupts(target);
    const most = Math.max(1, interrupts.maxVectors - 1);
    for (let count = Math.min(queuePairs, most); ; count = Math.floor(count / 2)) {
      try {
        return interrupts.arm(count);
      } catch (error) {
        if (count <= 1 || !(error instanceof EngineError)) throw error;
      }
    }
  }

  #noneLeft(count: number): EngineError {
    return new EngineError({
      code: 'NO_VECTOR_LEFT',
      op: 'take an interrupt vector',
      target: this.#parts.target,
      reason: `${count} can be had, all in use by the processes that share the controller`,
      hint: 'use fewer numjobs or queue_pairs, or completion: poll',
      kind: 'input',
    });
  }
}

function noInterrupts(target: string): EngineError {
  return new EngineError({
    code: 'NO_INTERRUPTS',
    op: 'take an interrupt vector',
    target,
    reason: 'the process that holds the controller reaches it by a way without interrupts',
    hint: 'use completion: poll',
    kind: 'input',
  });
}
