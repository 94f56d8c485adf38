import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from '../../../reports/index.js';
import type { GuestContext } from './context.js';

const cli = fileURLToPath(new URL('../../../bench/cli.js', import.meta.url));

/** Asks the host to unplug the drive that the scenario names; it looks for this line. */
export const UNPLUG_LINE = 'UNPLUG NOW';

interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  elapsedMs: number;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Attach, bring-up and the threads, under emulation. */
export const UNDER_LOAD_MS = 8000;

/** `nvbench run` on one drive, beside what the test does to it. */
export class BackgroundRun {
  readonly resultPath: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stderr = '';

  constructor(context: GuestContext, name: string, address: string, keys: object = {}) {
    const config = join(context.outDir, `${name}.yaml`);
    this.resultPath = join(context.outDir, `${name}.json`);
    const job = { name, rw: 'randread', iodepth: 16, runtime: '60s' };
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

  result(): BenchResult {
    return JSON.parse(readFileSync(this.resultPath, 'utf8')) as BenchResult;
  }
}
