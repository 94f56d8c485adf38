/** Spawns a job's workers, holds them at a barrier, takes their counts while they run, and joins them. */
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { EngineError } from '../errors.js';
import { shortageOf } from '../shortage.js';
import { HISTOGRAM_LENGTH } from '../stats/histogram.js';
import { nextIndex, stretchInUse } from '../stats/in-use.js';
import { type ByOperation, byOperation, emptyCounts, OPERATIONS } from '../stats/operations.js';
import { totalCountOf } from '../stats/percentiles.js';
import { sleepMs } from '../sys/clock.js';
import { endThread, startThread } from '../sys/thread.js';
import { WORKER_FILE, workerName } from './ahead.js';
import { isBrief } from './brief.js';
import { COUNTER, type ControlBlock, STATE, STOP, type StuckIo, WORD } from './control-block.js';
import type { WorkerReport, WorkerResult, WorkerSpec } from './job.js';

/** Generous: threads of an emulated guest on a busy host start slowly. */
const READY_TIMEOUT_MS = 60_000;
const SWAP_TIMEOUT_MS = 100;
/** How long a worker may take to answer ABANDON before its thread is ended. */
const ABANDON_TIMEOUT_MS = 5_000;

/** `drain` waits for outstanding I/O; the other two do not: by order, and because the device is gone. */
export type StopOrder = 'drain' | 'abandon' | 'device-lost';

const STOP_WORDS = { drain: STOP.DRAIN, abandon: STOP.ABANDON, 'device-lost': STOP.DEVICE_LOST } as const;

type Message = { ready: true } | { report: WorkerReport };

interface Member {
  readonly spec: WorkerSpec;
  readonly control: ControlBlock;
  readonly thread: Worker;
  readonly ready: Promise<void>;
  readonly report: Promise<WorkerReport>;
  /** I/Os of its histograms that were taken. */
  readonly completed: ByOperation<number>;
}

/** Counts of one span of time, over all workers: the histograms of all operations (stats/operations.ts). */
export type IntervalCounts = Float64Array;

export class WorkerPool {
  readonly #members: readonly Member[];
  readonly #totals = emptyCounts();
  readonly #rest = emptyCounts();
  readonly #interval = emptyCounts();

  private constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** Starts one thread for each specification and waits until all stand at the barrier. Throws EngineError. */
  static async spawn(specs: readonly WorkerSpec[], controls: readonly ControlBlock[]): Promise<WorkerPool> {
    const members: Member[] = [];
    const pool = new WorkerPool(members);
    try {
      for (const [i, spec] of specs.entries()) members.push(startMember(spec, controls[i]));
      await Promise.race([Promise.all(members.map((member) => member.ready)), readyDeadline()]);
    } catch (error) {
      await pool.terminate();
      throw error;
    }
    return pool;
  }

  /** Opens the barrier. */
  start(): void {
    for (const { control } of this.#members) {
      Atomics.store(control.words, WORD.START, 1);
      Atomics.notify(control.words, WORD.START);
    }
  }

  /** Asks all workers to stop: to drain what is outstanding, or to abandon it. */
  stop(how: StopOrder): void {
    const word = STOP_WORDS[how];
    for (const { control } of this.#members) {
      Atomics.store(control.words, WORD.STOP, word);
      Atomics.store(control.words, WORD.START, 1);
      Atomics.notify(control.words, WORD.START);
    }
  }

  /** The state that all workers have reached at least. */
  get state(): number {
    return Math.min(...this.#members.map(({ control }) => control.state));
  }

  /** I/Os completed and failed since the measurement (or the ramp) began. */
  get live(): { completed: number; errors: number } {
    let completed = 0;
    let errors = 0;
    for (const { control } of this.#members) {
      completed += control.counters[COUNTER.COMPLETED];
      errors += totalErrors(control);
    }
    return { completed, errors };
  }

  /** What each worker waits for past its time, by its index. */
  get stuck(): (StuckIo & { readonly worker: number })[] {
    return this.#members.flatMap(({ control, spec }) =>
      control.stuck().map((io) => ({ worker: spec.index, ...io })),
    );
  }

  /** Failed I/Os of the measurement so far. */
  get failed(): ByOperation<number> {
    return byOperation((_, index) =>
      this.#members.reduce((sum, { control }) => sum + control.counters[COUNTER.ERRORS + index], 0),
    );
  }

  /** Time measured so far by the worker that is furthest; 0 during the ramp. */
  get measuredNs(): number {
    return Math.max(0, ...this.#members.map(({ control }) => control.counters[COUNTER.MEASURED_NS]));
  }

  /**
   * What the workers counted since the last call, until the next one: it is the same array each time, since one of 1.6 MB a
   * few times a second is garbage that waits for its collection. A worker that does not switch sets in time (it is not
   * scheduled) keeps its counts for the next call: nothing is lost.
   */
  async takeInterval(): Promise<IntervalCounts> {
    const interval = this.#interval.fill(0);
    const asked = this.#members.filter(
      ({ control }) => control.state === STATE.MEASURING && control.requestSwap(),
    );
    for (const member of asked) {
      const { control } = member;
      for (let waited = 0; control.swapPending() && waited < SWAP_TIMEOUT_MS; waited++) await sleepMs(1);
      if (!control.swapPending()) this.#take(member, control.restingSet(), interval);
    }
    return interval;
  }

  #take({ completed }: Member, set: Uint32Array, into: IntervalCounts): void {
    for (let from = 0; from < set.length; from += HISTOGRAM_LENGTH) {
      const counts = set.subarray(from, from + HISTOGRAM_LENGTH);
      const operation = OPERATIONS[from / HISTOGRAM_LENGTH];
      if (operation !== undefined) completed[operation] += totalCountOf(counts);
      for (let i = stretchInUse(counts, 0); i < counts.length; i = nextIndex(counts, i)) {
        if (counts[i] === 0) continue;
        into[from + i] += counts[i];
        this.#totals[from + i] += counts[i];
        counts[i] = 0;
      }
    }
  }

  /**
   * Resolves when all workers have ended: to their results, to all that they counted, and to what of it no call of
   * `takeInterval` has given. Throws EngineError WORKER_DIED where one ended without a result.
   */
  async join(): Promise<{ results: WorkerResult[]; counts: IntervalCounts; rest: IntervalCounts }> {
    const reports = await Promise.all(this.#members.map(({ report }) => report));
    const rest = this.takeRest();
    const results = reports.map((report, i) => ({ ...report, completed: this.#members[i].completed }));
    return { results, rest, counts: this.#totals };
  }

  /** Once the threads have ended: what they counted while they measured and no call of `takeInterval` has given. */
  takeRest(): IntervalCounts {
    const measured = this.#members.filter(({ control }) => control.state >= STATE.MEASURING);
    for (const member of measured) for (const set of member.control.sets) this.#take(member, set, this.#rest);
    return this.#rest;
  }

  /** All that was counted so far and taken; it grows with the next call of `takeInterval`. */
  get taken(): IntervalCounts {
    return this.#totals;
  }

  /** Ends the threads whatever they do. Their device must not be able to reach their memory afterwards. */
  async terminate(): Promise<void> {
    this.stop('abandon');
    const ended = Promise.all(this.#members.map(({ report }) => report.catch(() => undefined)));
    const deadline = new AbortController();
    await Promise.race([ended, sleepUnlessAborted(ABANDON_TIMEOUT_MS, deadline.signal)]);
    deadline.abort();
    await Promise.all(this.#members.map(({ thread }) => endThread(thread)));
  }
}

/** A deadline that is not needed any more may not keep the process alive. */
function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeoutPromise(ms, undefined, { signal }).catch(() => undefined);
}

async function readyDeadline(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, READY_TIMEOUT_MS).unref());
  throw new EngineError({
    code: 'WORKER_NOT_READY',
    op: 'start worker threads',
    target: 'this process',
    reason: `not all stood ready within ${READY_TIMEOUT_MS} ms`,
    hint: 'free some CPU time or use fewer numjobs',
  });
}

function startMember(spec: WorkerSpec, control: ControlBlock): Member {
  const options = { workerData: spec, name: workerName(spec.index) };
  const thread = startThread(WORKER_FILE, options, placeOf(spec), isBrief(spec));
  let ready = (): void => undefined;
  const readyPromise = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const report = new Promise<WorkerReport>((resolve, reject) => {
    thread.on('message', (message: Message) => {
      if ('ready' in message) ready();
      else resolve(message.report);
    });
    thread.on('error', (cause) => reject(workerDied(spec, cause)));
    thread.on('exit', (code) => reject(workerDied(spec, new Error(`exit code ${code}`))));
  });
  report.catch(() => undefined);
  const ended = report.then(() => undefined);
  const completed = byOperation(() => 0);
  return { spec, control, thread, ready: Promise.race([readyPromise, ended]), report, completed };
}

const totalErrors = ({ counters }: ControlBlock): number =>
  OPERATIONS.reduce((sum, _, index) => sum + counters[COUNTER.ERRORS + index], 0);

const placeOf = ({ cpus }: WorkerSpec): string => (cpus.length > 0 ? `CPU ${cpus.join(',')}` : 'any CPU');

function workerDied(spec: WorkerSpec, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const shortage = shortageOf(cause);
  const detail = cause as Error & Partial<EngineError>;
  return new EngineError({
    code: 'WORKER_DIED',
    op: `run worker ${spec.index}`,
    target: placeOf(spec),
    reason: detail.reason ?? detail.message,
    hint:
      detail.hint ?? shortage?.hint ?? 'this is a defect of nvbench: please report it with the configuration',
    cause,
  });
}
