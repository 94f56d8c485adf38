/** The program as a child process, with a configuration in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type BenchResult, parseResult } from '../../../reports/index.js';
import { CLI } from '../../fixtures/cli.js';

/** Far beyond what any of these runs takes: a child that reaches it hangs. */
const HANG_MS = 180_000;

export const directory = mkdtempSync(join(tmpdir(), 'nvbench-cli-'));
after(() => rmSync(directory, { recursive: true, force: true }));

/** Random reads at depth 4 on a software controller without latency. */
export const CONFIG = `device: "sim:?size=64MiB&latency=none&write_latency=none"
hugepages: never
jobs:
  - name: reads
    rw: randread
    bs: 4k
    iodepth: 4
    runtime: 300ms
`;

/** Writes a configuration and gives its path. */
export function configFile(text = CONFIG, name = 'run.yaml'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts a program; `ended` resolves with all it wrote. */
export function start(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal, stdout, stderr });
    });
  });
  return { process: child, ended };
}

/** Runs `nvbench` to its end. */
export const nvbench = (...args: string[]): Promise<Ended> => start(process.execPath, [CLI, ...args]).ended;

/** The result document in a file. Throws where it is none. */
export function resultFile(path: string): BenchResult {
  return parseResult(JSON.parse(readFileSync(path, 'utf8')));
}
