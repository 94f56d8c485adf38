/** Runs loop-child.js of this or another build of the project, and reads what it prints. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoopReading, StagesReading } from './loop-child.js';
import type { LoopShape } from './measured-loop.js';
import { endOf, runToEnd } from './process.js';

const CHILD = 'dist/bench/micro/loop-child.js';

/** Where this build lies: the folder that has `dist`. */
export const OWN_BUILD = fileURLToPath(new URL('../../..', import.meta.url));

export interface ChildTask extends LoopShape {
  readonly what: 'loop' | 'stages';
  readonly cpuMs: number;
}

export type Reading = LoopReading | StagesReading;

/** The child program of a build. Throws where the folder has none. */
export function childProgram(folder: string): string {
  const program = join(resolve(folder), CHILD);
  if (existsSync(program)) return program;
  throw new Error(
    `measure the build in ${resolve(folder)}: it has no ${CHILD}: build it there (npm ci && npm run build), ` +
      'or choose a commit that has bench/micro/loop-child.ts',
  );
}

export function childArguments({ what, depth, lanes, readPercent, cpuMs }: ChildTask): string[] {
  const options = { what, depth, lanes, 'read-percent': readPercent, 'cpu-ms': cpuMs };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** One process of that program, on the Node that runs this one. Throws what it says where it fails. */
export async function runChild(
  program: string,
  task: ChildTask,
  nodeOptions: string[] = [],
): Promise<Reading> {
  const args = [...nodeOptions, program, ...childArguments(task)];
  const ended = await runToEnd(process.execPath, args);
  const command = `node ${args.join(' ')}`;
  if (ended.code !== 0) throw new Error(`${command} ended with ${endOf(ended)}:\n${ended.stderr}`);
  const reading = JSON.parse(ended.stdout) as Reading;
  if (reading.format === 1) return reading;
  throw new Error(`${command} printed format ${reading.format}, this build reads format 1`);
}
