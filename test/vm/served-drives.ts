import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askServed, type ControlAnswer, type ControlRequest } from '../../engine/index.js';
import type { ServedDrive } from './guest-options.js';
import { repositoryRoot } from './paths.js';

const PROGRAM = join(repositoryRoot, 'dist/bundle/nvbench.js');
const START_TIMEOUT_MS = 60_000;

const serving = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of serving) child.kill('SIGKILL');
});

interface Served {
  readonly folder: string;
  readonly child: ChildProcess;
  stderr: string;
}

/** Drives that processes of `nvbench serve` play, one each: one of them can be killed. */
export class ServedDrives {
  readonly #base: string | undefined;
  readonly #served: Served[];

  private constructor(base: string | undefined, served: Served[]) {
    this.#base = base;
    this.#served = served;
  }

  /** Starts them and waits until clients can connect. Throws what a server says that does not start. */
  static async start(drives: readonly ServedDrive[]): Promise<ServedDrives> {
    if (drives.length === 0) return new ServedDrives(undefined, []);
    // Not in the run's folder: the path of a Unix socket has at most 107 bytes.
    const base = mkdtempSync(join(tmpdir(), 'nvbench-served-'));
    const served = drives.map((drive, index) => startServer(drive, join(base, String(index))));
    const all = new ServedDrives(base, served);
    try {
      await Promise.all(served.map(started));
    } catch (error) {
      await all.stop();
      throw error;
    }
    return all;
  }

  /** The folder of drive `index` (0-based): `--socket` of its server. */
  folder(index: number): string {
    return this.#served[index].folder;
  }

  /** The socket that QEMU connects to, of each. */
  get sockets(): string[] {
    return this.#served.map(({ folder }) => join(folder, 'cntrl'));
  }

  /** What `nvbench serve ctl` asks. Throws EngineError as that does. */
  ask(index: number, request: ControlRequest): Promise<ControlAnswer> {
    return askServed(this.#served[index].folder, request);
  }

  /** Ends the server of one drive without a word to its client. */
  async kill(index: number): Promise<void> {
    await ended(this.#served[index].child, 'SIGKILL');
  }

  /** Ends all in order, and removes their folders. Throws where one had ended by itself. */
  async stop(): Promise<void> {
    const fallen = this.#served.filter(({ child }) => child.exitCode !== null);
    await Promise.all(this.#served.map(({ child }) => ended(child, 'SIGINT')));
    if (this.#base !== undefined) rmSync(this.#base, { recursive: true, force: true });
    if (fallen.length > 0)
      throw new Error(`nvbench serve ended: ${fallen.map(({ stderr }) => stderr).join('\n')}`);
  }
}

function startServer({ target }: ServedDrive, folder: string): Served {
  const args = [PROGRAM, 'serve', '--socket', folder, '--device', target, '--format', 'json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  serving.add(child);
  const served: Served = { folder, child, stderr: '' };
  child.stderr?.on('data', (text: Buffer) => {
    served.stderr += text.toString();
  });
  child.on('close', () => serving.delete(child));
  return served;
}

/** It prints its facts once it serves. */
function started(served: Served): Promise<void> {
  const { child } = served;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`nvbench serve ${why}: ${served.stderr}`));
    const timer = setTimeout(() => fail(`is silent for ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.stdout?.once('data', () => {
      clearTimeout(timer);
      resolve();
    });
    child.once('close', () => {
      clearTimeout(timer);
      fail('does not start');
    });
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}
