/**
 * What is done about a device that did not complete the I/O of a job, or a command for its queues, in time: Abort, its queues deleted, a
 * reset.
 */
import { type Drive, EngineError, NvmeStatusError } from '../../../engine/index.js';
import type { PreparedJob, StuckIo } from '../../../engine/load/index.js';
import type { RecoveryStep } from '../../../reports/document/index.js';
import type { OpenDevice, PlannedJob } from '../plan/plan.js';
import { requireUnchanged } from './device-watch.js';

type Stuck = StuckIo & { readonly worker: number };

/** After these nothing more is sent to a controller; a reset makes up for them. */
const SILENT: readonly string[] = ['COMMAND_TIMEOUT', 'DEVICE_LOST', 'COMPLETION_QUEUE_LEFT'];

const reasonOf = (error: unknown): string =>
  error instanceof NvmeStatusError
    ? error.reason
    : error instanceof EngineError
      ? `${error.op}: ${error.reason}`
      : error instanceof Error
        ? error.message
        : String(error);

/** Something that a drive did not do. */
export const failedStep = (
  action: RecoveryStep['action'],
  what: string,
  error: unknown,
  at = new Date().toISOString(),
): RecoveryStep => ({ at, action, what, done: false, reason: reasonOf(error) });

/** A step, and why it failed where it did. */
interface Taken {
  readonly step: RecoveryStep;
  readonly failure?: unknown;
}

async function taken(action: RecoveryStep['action'], what: string, run: () => Promise<void>): Promise<Taken> {
  const at = new Date().toISOString();
  try {
    await run();
    return { step: { at, action, what, done: true } };
  } catch (error) {
    return { step: failedStep(action, what, error, at), failure: error ?? new Error('it failed') };
  }
}

/** Not a device that has gone, or reports that it failed: that ends the run. */
const mayReset = (drive: Drive): boolean => drive.reset !== undefined && drive.dead() === undefined;

const reset = (drive: Drive, release?: () => Promise<void>): Promise<Taken> =>
  taken('reset', 'Reset of the controller', async () => {
    await drive.reset?.();
    await release?.();
  });

/** Whether it means that a drive did not answer: nothing else is to be had of it before a reset. */
export const isSilence = (error: unknown): boolean =>
  error instanceof EngineError && SILENT.includes(error.code);

/**
 * What was done where a drive did not answer as `what` was asked of it. Undefined where nothing can be done, or the reset failed:
 * the error ends the run. Throws EngineError where its namespace is not what it was.
 */
export async function resetAfter(
  error: unknown,
  device: OpenDevice,
  action: RecoveryStep['action'],
  what: string,
): Promise<RecoveryStep[] | undefined> {
  const { drive } = device;
  if (!isSilence(error) || !mayReset(drive)) return undefined;
  const failed = failedStep(action, what, error);
  const { step, failure } = await reset(drive);
  if (failure !== undefined) return undefined;
  await requireUnchanged([device]);
  return [failed, step];
}

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

  /** As every job ends, which is a step only where it fails, or I/O is late. */
  async #delete(late: boolean): Promise<unknown> {
    const failure = await this.#step('delete-queues', 'Deletion of the queue pairs of the job', () =>
      this.#prepared.release(),
    );
    if (failure === undefined && !late) this.steps.pop();
    return failure;
  }

  /** Notes a step with what came of it; resolves to why it failed. */
  async #step(action: RecoveryStep['action'], what: string, run: () => Promise<void>): Promise<unknown> {
    const { step, failure } = await taken(action, what, run);
    this.steps.push(step);
    return failure;
  }

  /**
   * Takes the job's queues from the device once its threads have ended, resetting it where that takes one. Resolves to why the
   * device is of no use any more; undefined where it is. `completed`: some I/O of the job was. Where none was, new queues may do no better
   * than these.
   */
  async release(completed = true): Promise<unknown> {
    await this.#aborting;
    const { onTimeout } = this.#planned.config;
    const timedOut = this.#asked.size > 0;
    const isStuck = onTimeout === 'abort' && !completed;
    if (timedOut && (onTimeout === 'reset' || isStuck) && this.#mayReset()) return this.#reset();
    const failure = await this.#delete(timedOut);
    return failure === undefined || onTimeout === 'stop' || !this.#mayReset() ? failure : this.#reset();
  }

  #mayReset(): boolean {
    return mayReset(this.#planned.device.drive);
  }

  async #reset(): Promise<unknown> {
    const { step, failure } = await reset(this.#planned.device.drive, () => this.#prepared.release());
    this.steps.push(step);
    return failure;
  }
}
