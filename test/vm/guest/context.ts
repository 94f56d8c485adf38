import type { StepReport } from './report.js';

/** Thrown by `GuestContext.skip`. */
export class SkipScenario extends Error {}

/** What a guest script is given. */
export class GuestContext {
  /** Folder shared with the host, at the same path there. */
  readonly outDir: string;
  /** The scenario's `params`. */
  readonly params: unknown;
  readonly steps: StepReport[] = [];

  constructor(outDir: string, params: unknown) {
    this.outDir = outDir;
    this.params = params;
  }

  /**
   * Runs one check and records it. A failed step fails the scenario, yet the steps after it still run.
   * @returns what `body` returned, or undefined when it threw
   */
  async step<T>(name: string, body: () => T | Promise<T>): Promise<T | undefined> {
    const startedAt = performance.now();
    const report: StepReport = { name, elapsedMs: 0 };
    this.steps.push(report);
    try {
      return await body();
    } catch (error) {
      report.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return undefined;
    } finally {
      report.elapsedMs = Math.round(performance.now() - startedAt);
      console.log(`${report.error === undefined ? 'ok' : 'FAIL'} ${name} (${report.elapsedMs} ms)`);
      if (report.error !== undefined) console.log(report.error);
    }
  }

  /** Ends the scenario as skipped, for example when the kernel turns out to lack what it needs. */
  skip(reason: string): never {
    throw new SkipScenario(reason);
  }
}
