import { EngineError } from '../errors.js';
import type { Interrupts, InterruptVector } from '../path/pcie/transport/transport.js';
import { closeFds } from '../sys/unix-socket.js';
import type { HolderConnection } from './connection.js';

/** Interrupt vectors of a controller that another process holds: it hands them out with their eventfds. */
export class SharedInterrupts implements Interrupts {
  readonly maxVectors: number;
  readonly #connection: HolderConnection;
  readonly #target: string;
  #vectors: InterruptVector[] = [];

  constructor(maxVectors: number, connection: HolderConnection, target: string) {
    this.maxVectors = maxVectors;
    this.#connection = connection;
    this.#target = target;
  }

  /** Which vectors they are depends on what the other processes have. Throws what the holder threw, NO_VECTOR_LEFT. */
  arm(queuePairs: number): readonly InterruptVector[] {
    this.disarm();
    try {
      for (let i = 0; i < queuePairs; i++) this.#vectors.push(this.#take());
    } catch (error) {
      this.disarm();
      throw error;
    }
    return [...this.#vectors];
  }

  /** A holder that is gone, or that cannot be talked to, has nothing to be given back. */
  disarm(): void {
    const vectors = this.#vectors;
    this.#vectors = [];
    closeFds(vectors.map(({ eventFd }) => eventFd));
    for (const { vector } of vectors) {
      if (this.#connection.gone !== undefined) return;
      this.#connection.requestNow({ kind: 'give-vector', vector });
    }
  }

  #take(): InterruptVector {
    const { value, fds } = this.#connection.requestNow({ kind: 'take-vector' });
    if (typeof value === 'number' && fds.length === 1) return { vector: value, eventFd: fds[0] };
    closeFds(fds);
    throw new EngineError({
      code: 'SHARING_BROKEN',
      op: 'take an interrupt vector',
      target: this.#target,
      reason: `the holder sent ${fds.length} descriptors with it, not 1`,
      hint: 'use the same version of nvbench in both processes',
    });
  }
}
