import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProgramRun } from './program.js';

const cli = fileURLToPath(new URL('../../../bundle/nvbench.js', import.meta.url));

/** A user that no passwd file needs to know. */
export const ORDINARY_UID = 12345;

/** Runs `nvbench` as an ordinary user without capabilities, whose RLIMIT_MEMLOCK is `memlockKib`. */
export function nvbenchAsUser(memlockKib: number, ...args: string[]): ProgramRun {
  const drop = ['--reuid', String(ORDINARY_UID), '--regid', String(ORDINARY_UID), '--clear-groups'];
  const script = `ulimit -l ${memlockKib} && exec setpriv ${drop.join(' ')} --inh-caps=-all -- "$@"`;
  const run = spawnSync('sh', ['-c', script, 'sh', process.execPath, cli, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, HOME: '/nonexistent', NVBENCH_STATE_DIR: '' },
  });
  if (run.error) throw run.error;
  return { exitCode: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
}
