import type { InterruptVector } from '../path/pcie/transport/transport.js';
import type { VectorPool } from './vector-pool.js';

/** The interrupt vectors of one secondary. */
export class OwnedVectors {
  readonly #pool: VectorPool;
  readonly #vectors = new Set<number>();

  constructor(pool: VectorPool) {
    this.#pool = pool;
  }

  /** Throws as `VectorPool.take`. */
  take(): InterruptVector {
    const taken = this.#pool.take();
    this.#vectors.add(taken.vector);
    return taken;
  }

  has(vector: number): boolean {
    return this.#vectors.has(vector);
  }

  /** Back to the pool, if it is this secondary's; no queue of it may use the vector any more. */
  give(vector: number): void {
    if (this.#vectors.delete(vector)) this.#pool.give(vector);
  }

  /** All of them but those in `stuck`, whose queues may still raise them. */
  giveAll(stuck: ReadonlySet<number>): void {
    for (const vector of this.#vectors) if (!stuck.has(vector)) this.give(vector);
  }
}
