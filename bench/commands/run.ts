/** `nvbench run`: reads what is asked for, and loads what carries it out while the threads that it needs already start. */
import { setFlagsFromString } from 'node:v8';
import { STDIO } from '../files/stdio.js';
import { areBrief, endThreadsAhead, startThreadsAhead } from '../run/threads-ahead.js';
import type { RunArguments } from '../usage/run.js';
import { type AskedRun, askedRuns } from './asked-runs.js';
import { streamOf } from './run-stream.js';

/** Thrown, never seen: which targets hold data is known to the transports alone, and these load native code. */
const WRITES = new Error('a job writes');

async function readRuns(args: RunArguments): Promise<AskedRun[]> {
  // Stdin is read once.
  if (!args.configs?.includes(STDIO)) {
    try {
      return askedRuns(args, () => {
        throw WRITES;
      });
    } catch (error) {
      if (error !== WRITES) throw error;
    }
  }
  const { targetHoldsData } = await import('../run/plan/may-write.js');
  return askedRuns(args, targetHoldsData);
}

/** Throws ConfigError, EngineError of kind `input`. */
export async function runCommandLine(args: RunArguments): Promise<void> {
  streamOf(args);
  const runs = await readRuns(args);
  const shared = Boolean(args.shared || args.socket !== undefined);
  const planOnly = Boolean(args['dry-run']);
  startThreadsAhead(runs[0].config, { planOnly, shared });
  try {
    const { carryOut } = await import('./run-asked.js');
    // V8's threads would compile for longer than any of it runs; a flag that is set before the load has that compiled anew.
    if (planOnly || runs.every(({ config }) => areBrief(config.turns))) setFlagsFromString('--no-opt');
    await carryOut(args, runs);
  } finally {
    await endThreadsAhead();
  }
}
