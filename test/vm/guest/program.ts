import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../..', import.meta.url));

export interface ProgramRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a script of the built project under this node, for example `bundle/nvbench.js`. */
export function runScript(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
  timeoutMs = 120_000,
): ProgramRun {
  const run = spawnSync(process.execPath, [`${dist}${script}`, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    maxBuffer: 64 * 2 ** 20,
  });
  if (run.error) throw run.error;
  return { exitCode: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
}

/** Runs `nvbench` with these arguments. */
export function nvbench(...args: string[]): ProgramRun {
  return runScript('bundle/nvbench.js', args);
}
