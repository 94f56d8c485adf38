import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from '../../../reports/index.js';
import type { GuestContext } from './context.js';
import { waitFor } from './wait.js';

const cli = fileURLToPath(new URL('../../../bundle/nvbench.js', import.meta.url));

/** Asks the host to unplug the drive that the scenario names; it looks for this line. */
export const UNPLUG_LINE = 'UNPLUG NOW';

interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  elapsedMs: number;
}

/** Start, attach and the first interval, under emulation on a busy machine. */
const START_TIMEOUT_MS = 180_000;

/** `nvbench run` on one drive, beside what the test does to it. */
export class BackgroundRun {
  readonly resultPath: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stderr = '';

  constructor(context: GuestContext, name: string, address: string, keys: object = {}) {
    const config = join(context.outDir, `${name}.yaml`);
    this.resultPath = join(context.outDir, `${name}.json`);
    const job = { name, rw: 'randread', iodepth: 16, runtime: '10m' };
    writeFileSync(config, JSON.stringify({ device: `pci:${address}`, jobs: [job], ...keys }));
    this.child = spawn(process.execPath, [cli, 'run', config, '--output', this.resultPath], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (text: Buffer) => {
      this.#stderr += text.toString();
    });
    const startedAt = performance.now();
    this.ended = new Promise((resolve) => {
      this.child.on('exit', (exitCode, signal) => {
        resolve({ exitCode, signal, stderr: this.#stderr, elapsedMs: performance.now() - startedAt });
      });
    });
  }

  /** Waits until the result file tells of measured I/O. Throws where the run ends before. */
  async underLoad(): Promise<void> {
    const measured = (): boolean => {
      if (this.child.exitCode !== null) throw new Error(`the run has ended: ${this.#stderr}`);
      return existsSync(this.resultPath) && (this.result().jobs[0]?.directions.read?.ios ?? 0) > 0;
    };
    await waitFor('the run does I/O', measured, START_TIMEOUT_MS);
  }

  result(): BenchResult {
    return JSON.parse(readFileSync(this.resultPath, 'utf8')) as BenchResult;
  }
}
