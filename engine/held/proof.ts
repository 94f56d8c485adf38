/** Whether a controller answers, asked before somebody is let in. */
import { EngineError } from '../errors.js';
import type { Admin } from '../path/pcie/admin.js';

export class Proof {
  #asked: Promise<void> | undefined;
  #spent = 0;
  #holdsFor = -1;

  /** It has answered what was asked since the last `spend`. */
  get holds(): boolean {
    return this.#holdsFor === this.#spent;
  }

  /** Settles with the question that is under way; it never rejects for want of an answer. */
  get asked(): Promise<void> | undefined {
    return this.#asked;
  }

  /** Asks, unless a question is under way. `onSilence`: there was no answer, and is none to be had. */
  ask(admin: Pick<Admin, 'answers'>, onSilence: () => void): void {
    const spent = this.#spent;
    this.#asked ??= admin
      .answers()
      .then(
        () => {
          this.#holdsFor = spent;
        },
        (error: unknown) => {
          if (!(error instanceof EngineError)) throw error;
          if (error.code !== 'QUEUE_FULL') onSilence();
        },
      )
      .finally(() => {
        this.#asked = undefined;
      });
  }

  /** Somebody was let in or has left, or the controller was reset. */
  spend(): void {
    this.#spent++;
  }
}
