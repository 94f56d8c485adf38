/** How a leg of one side is run: by this program, or by another version of it. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../engine/errors.js';
import type { AbSideName } from '../../reports/ab/index.js';
import { sanitize } from '../../reports/index.js';
import type { LoadedConfig } from '../config/load.js';
import { readResultFile } from '../files/result-file.js';
import { type Measured, type RunHooks, runConfig } from '../run/attached-run.js';
import type { Changeover } from './changeover.js';

export type LegHooks = Pick<RunHooks, 'signal' | 'abandonSignal' | 'onTick' | 'documents'>;

/** Runs one leg from attach to release. Failures before anything was measured are thrown, later ones returned. */
export type RunLeg = (hooks: LegHooks) => Promise<Measured>;

export type LegRunners = Readonly<Record<AbSideName, RunLeg>>;

/** By this program, in this process. */
export const inProcess =
  (config: LoadedConfig): RunLeg =>
  (hooks) =>
    runConfig(config, hooks);

/** Both sides by this program, devices changing hands between legs as the configurations ask. */
export function byChangeover(changeover: Changeover): LegRunners {
  const runOf =
    (name: AbSideName): RunLeg =>
    async (hooks) => {
      const { value, failure: notBack } = await changeover.leg(name, (config) => runConfig(config, hooks));
      const { result, failure = notBack } = value;
      return failure === undefined ? { result } : { result, failure };
    };
  return { A: runOf('A'), B: runOf('B') };
}

/** What a program that failed said last. */
const MOST_SAID = 4000;

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

function runCommand(command: string, args: readonly string[], hooks: LegHooks): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // In a group of its own: a Ctrl-C of the terminal would reach it as well as what is sent below, and two mean to abandon.
    const child = spawn('/bin/sh', ['-c', `exec ${command} "$@"`, 'sh', ...args], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_SAID);
    });
    const stop = (): void => void child.kill('SIGINT');
    hooks.signal.addEventListener('abort', stop);
    hooks.abandonSignal.addEventListener('abort', stop);
    child.on('error', reject);
    child.on('close', (status) => {
      hooks.signal.removeEventListener('abort', stop);
      hooks.abandonSignal.removeEventListener('abort', stop);
      resolve({ status, said });
    });
  });
}

/** By a command that takes the arguments of nvbench, as `run CONFIG --output FILE`; its documents go to the folder. */
export function byCommand(command: string, config: string, folder: string): RunLeg {
  const output = join(folder, 'leg.json');
  return async (hooks) => {
    rmSync(output, { force: true });
    const { status, said } = await runCommand(command, ['run', config, '--output', output], hooks);
    try {
      return { result: readResultFile(output) };
    } catch (cause) {
      const last = sanitize(said.trim().split('\n').at(-1) ?? '');
      throw new EngineError({
        code: 'LEG_FAILED',
        op: 'run',
        target: command,
        reason: `it ended with ${status ?? 'a signal'} and left no result${last === '' ? '' : `: ${last}`}`,
        hint: `see that \`${command} run ${config} --output FILE\` works by itself`,
        kind: 'input',
        cause,
      });
    }
  };
}
