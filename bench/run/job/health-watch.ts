/** Asks a drive for its SMART log now and then while a job measures on it. No worker waits for that: the thread that asks does no I/O. */
import type { Drive, SmartLog } from '../../../engine/index.js';
import type { HealthRecord, HealthSample } from '../../../reports/document/index.js';

/** A drive is asked no more often than this many times as long as it took to answer: 0.1 % of the time at most. */
const REST = 1000;
/** Half an hour of seconds. Of more, every second one is kept. */
const MOST_SAMPLES = 1800;
/** Bit of the critical warning: the temperature is beyond a threshold. */
const TOO_WARM = 2;
const NS_PER_MS = 1e6;

/** Whether the drive began to throttle, or to say that it is too warm, between two answers. */
function began(before: HealthSample, after: HealthSample): boolean {
  return (
    after.thermalTransitions > before.thermalTransitions ||
    after.thermalSeconds > before.thermalSeconds ||
    (after.criticalWarning & ~before.criticalWarning & TOO_WARM) !== 0
  );
}

const sampleOf = (smart: SmartLog, atNs: number): HealthSample => ({
  atNs,
  temperatureKelvin: smart.temperatureKelvin,
  criticalWarning: smart.criticalWarning,
  thermalTransitions: smart.thermalTransitions1 + smart.thermalTransitions2,
  thermalSeconds: smart.thermalSeconds1 + smart.thermalSeconds2,
});

export class HealthWatch {
  readonly #drive: Pick<Drive, 'smart' | 'dead'>;
  readonly #intervalMs: number;
  readonly #clockMs: () => number;
  readonly #samples: HealthSample[] = [];
  #throttled: HealthRecord['throttled'];
  #latest: HealthSample | undefined;
  #asked = 0;
  #tookNs = 0;
  #nextMs = 0;
  #asking: Promise<void> | undefined;

  /** `clockMs` may be played by tests. */
  constructor(drive: Pick<Drive, 'smart' | 'dead'>, intervalMs: number, clockMs = () => performance.now()) {
    this.#drive = drive;
    this.#intervalMs = intervalMs;
    this.#clockMs = clockMs;
  }

  /** Before the job: how the drive is then, and how long it takes to answer. */
  async begin(): Promise<void> {
    this.#ask(() => 0, false);
    await this.#asking;
  }

  /** Asks where it is time; told a few times a second while the job measures. `measuredNs`: the measured time so far. */
  look(measuredNs: () => number): void {
    if (this.#clockMs() >= this.#nextMs) this.#ask(measuredNs, true);
  }

  /** After the job: how the drive is at its end, `endNs` of measured time. */
  async settle(endNs: number): Promise<void> {
    await this.#asking;
    this.#ask(() => endNs, false);
    await this.#asking;
  }

  /** Undefined where the drive never answered. */
  record(): HealthRecord | undefined {
    if (this.#samples.length === 0) return undefined;
    return {
      intervalMs: this.#intervalMs,
      asked: this.#asked,
      tookNs: this.#tookNs,
      samples: [...this.#samples],
      ...(this.#throttled === undefined ? {} : { throttled: this.#throttled }),
    };
  }

  /** `counts`: it does so in the measured time. */
  #ask(measuredNs: () => number, counts: boolean): void {
    const { smart } = this.#drive;
    if (smart === undefined || this.#asking !== undefined || this.#drive.dead() !== undefined) return;
    const fromMs = this.#clockMs();
    this.#asking = smart
      .call(this.#drive)
      .then((log) => this.#take(sampleOf(log, measuredNs())))
      // A drive that cannot be asked stops nothing.
      .catch(() => undefined)
      .then(() => {
        const tookMs = this.#clockMs() - fromMs;
        if (counts) {
          this.#asked++;
          this.#tookNs += tookMs * NS_PER_MS;
        }
        this.#nextMs = Math.max(fromMs + this.#intervalMs, fromMs + REST * tookMs);
        this.#asking = undefined;
      });
  }

  #take(sample: HealthSample): void {
    const before = this.#latest;
    if (before !== undefined && began(before, sample)) this.#throttled ??= { before, after: sample };
    this.#latest = sample;
    this.#samples.push(sample);
    if (this.#samples.length <= MOST_SAMPLES) return;
    const kept = this.#samples.filter((_, index) => index % 2 === 0);
    this.#samples.splice(0, this.#samples.length, ...kept);
  }
}
