/** What is done about a device that did not complete the I/O of a job in time: Abort, its queues deleted, a reset. */
import { NvmeStatusError } from '../../../engine/index.js';
import type { PreparedJob, StuckIo } from '../../../engine/load/index.js';
import type { RecoveryStep } from '../../../reports/document/index.js';
import type { PlannedJob } from '../plan/plan.js';

type Stuck = StuckIo & { readonly worker: number };

const reasonOf = (error: unknown): string =>
  error instanceof NvmeStatusError ? error.reason : error instanceof Error ? error.message : String(error);

export class Recovery {
  /** What was done so far, in order. */
  readonly steps: RecoveryStep[] = [];
  readonly #planned: PlannedJob;
  readonly #prepared: PreparedJob;
  readonly #asked = new Set<string>();
  #aborting: Promise<void> = Promise.resolve();

  constructor(planned: PlannedJob, prepared: PreparedJob) {
    this.#planned = planned;
    this.#prepared = prepared;
  }

  /** Told what the workers wait for past its time, again and again; asks the device to abort each of it once. */
  look(stuck: readonly Stuck[]): void {
    for (const io of stuck) {
      const name = `${io.worker}/${io.lane}/${io.slot}`;
      if (this.#asked.has(name)) continue;
      this.#asked.add(name);
      if (this.#planned.config.onTimeout === 'abort')
        this.#aborting = this.#aborting.then(() => this.#abort(io));
    }
  }

  async #abort(io: Stuck): Promise<void> {
    if (this.#prepared.abort === undefined) return;
    const what = `Abort of slot ${io.slot}, queue pair ${io.lane + 1} of worker ${io.worker}`;
    await this.#step('abort', what, async () => {
      if (!(await this.#prepared.abort?.(io.worker, io))) throw new Error('the controller did not abort it');
    });
  }

  /** Notes a step with what came of it, which is thrown too. */
  async #step(action: RecoveryStep['action'], what: string, run: () => Promise<void>): Promise<unknown> {
    const at = new Date().toISOString();
    try {
      await run();
      this.steps.push({ at, action, what, done: true });
      return undefined;
    } catch (error) {
      this.steps.push({ at, action, what, done: false, reason: reasonOf(error) });
      return error ?? new Error('it failed');
    }
  }

  /**
   * Takes the job's queues from the device once its threads have ended, resetting it where that takes one. Resolves to why the
   * device is of no use any more; undefined where it is.
   */
  async release(): Promise<unknown> {
    await this.#aborting;
    const { onTimeout } = this.#planned.config;
    const timedOut = this.#asked.size > 0;
    if (timedOut && onTimeout === 'reset' && this.#mayReset()) return this.#reset();
    const release = (): Promise<void> => this.#prepared.release();
    if (!timedOut)
      return release().then(
        () => undefined,
        (error: unknown) => error,
      );
    const failure = await this.#step('delete-queues', 'Deletion of the queue pairs of the job', release);
    return failure === undefined || onTimeout === 'stop' || !this.#mayReset() ? failure : this.#reset();
  }

  /** Not a device that has gone, or reports that it failed: that ends the run. */
  #mayReset(): boolean {
    const { drive } = this.#planned.device;
    return drive.reset !== undefined && drive.dead() === undefined;
  }

  async #reset(): Promise<unknown> {
    const { drive } = this.#planned.device;
    return this.#step('reset', 'Reset of the controller', async () => {
      await drive.reset?.();
      await this.#prepared.release();
    });
  }
}
