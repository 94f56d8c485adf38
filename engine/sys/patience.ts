/** For a server that goes on where this process or the host has too little left: it tries again, and says so. */
import { EngineError, SystemError } from '../errors.js';
import { nowMs } from './clock.js';

/** Too few descriptors, too little memory: what failed may go well later. */
const SHORTAGES: readonly string[] = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'SOCKET_FDS_LOST'];
/** Between two tries: what waits is there at once, and again at once. */
const PAUSE_MS = 100;
/** Between two notices, however often the shortage comes and goes. */
const SAY_EVERY_MS = 60_000;

export class Patience {
  readonly #say: (notice: string) => void;
  #againAtMs = Number.NEGATIVE_INFINITY;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  /** `say` hears of a shortage, in a line. */
  constructor(say: (notice: string) => void) {
    this.#say = say;
  }

  /** Whether a shortage was met a moment ago, so that nothing is tried. */
  get waiting(): boolean {
    return nowMs() < this.#againAtMs;
  }

  /** What `run` gives; undefined where there is too little for it, now or a moment ago. Throws what else `run` throws. */
  attempt<T>(run: () => T): T | undefined {
    if (this.waiting) return undefined;
    try {
      return run();
    } catch (error) {
      if (!this.met(error)) throw error;
      return undefined;
    }
  }

  /** Whether an error is a shortage; it is told then, and waited for. */
  met(error: unknown): boolean {
    if (!(error instanceof EngineError)) return false;
    if (!SHORTAGES.includes(error instanceof SystemError ? error.errnoName : error.code)) return false;
    const atMs = nowMs();
    this.#againAtMs = atMs + PAUSE_MS;
    if (atMs >= this.#saidAtMs + SAY_EVERY_MS) {
      this.#saidAtMs = atMs;
      this.#say(`${error.message}; who connects meanwhile has to wait`);
    }
    return true;
  }
}
