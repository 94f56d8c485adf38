/** What a measured process leaves in the folder of its V8 logs: between which moments it measured, and in which logs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Deopt, deoptsBetween, type LogSizes } from './log.js';

const FILE = 'window.json';

/** One look at the logs. */
export interface Mark {
  /** Since the measurement began; negative before. */
  readonly atMs: number;
  readonly sizes: LogSizes;
}

export interface LogWindow {
  /** Two or more: the first opens the window, the last closes it. */
  readonly marks: readonly Mark[];
  /** Logs of the threads that ran the loop. */
  readonly logs: readonly string[];
}

export function writeWindow(folder: string, window: LogWindow): void {
  writeFileSync(join(folder, FILE), JSON.stringify(window));
}

/** A deoptimisation, and the two looks between which it happened. */
export interface Found extends Deopt {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface WindowFindings {
  /** In the loop's own code, while it measured. */
  readonly loop: readonly Found[];
  /** Beside it on the same threads: what plays the device, Node itself. */
  readonly others: readonly Found[];
  /** Of the loop before the window opened, which is as it should be. */
  readonly before: number;
}

/** Code of the engine, wherever the build lies. */
function isLoops({ at }: Deopt): boolean {
  return at.includes('/dist/engine/');
}

/** Throws where no thread's log is there. */
export function readWindow(folder: string): WindowFindings {
  const { marks, logs } = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as LogWindow;
  if (logs.length === 0) throw new Error(`read V8's logs (${folder}): none is of a thread that ran the loop`);
  const within = marks.slice(1).flatMap((to, i) => {
    const from = marks[i];
    const deopts = logs.flatMap((name) => deoptsBetween(folder, name, from.sizes, to.sizes));
    return deopts.map((deopt) => ({ ...deopt, fromMs: from.atMs, toMs: to.atMs }));
  });
  const before = logs.flatMap((name) => deoptsBetween(folder, name, {}, marks[0].sizes));
  return {
    loop: within.filter(isLoops),
    others: within.filter((deopt) => !isLoops(deopt)),
    before: before.filter(isLoops).length,
  };
}
