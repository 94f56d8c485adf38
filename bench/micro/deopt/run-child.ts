/**
 * One run on the software controller as `nvbench run` makes it, in a process whose V8 writes logs:
 *
 *   node <logOptions(FOLDER)> dist/bench/micro/deopt/run-child.js FOLDER CONFIG
 *
 * Writes the window of its job into the folder: from the last look within the ramp, so a moment too early rather than too
 * late, to the last look that is surely before the end, where stopping throws code away that is not needed any more.
 */
import { loadConfig } from '../../config/load.js';
import type { RunEvent } from '../../run/events.js';
import { run } from '../../run/run.js';
import { type LogSizes, logSizes } from './log.js';
import { type Mark, writeWindow } from './window.js';

/** Ticks come every 200 ms: the first within the measurement is at most so late. */
const TICK_MS = 250;

const [folder, path] = process.argv.slice(2);
const config = loadConfig(path);
const { runtimeMs = Number.POSITIVE_INFINITY } = config.jobs[0];
let existing: LogSizes = {};
let marks: Mark[] = [];
const onEvent = (event: RunEvent): void => {
  const sizes = logSizes(folder);
  // Threads that are there by then are not the workers'.
  if (event.kind === 'planned') existing = sizes;
  if (event.kind !== 'progress') return;
  const { ramping, elapsedMs } = event;
  if (ramping) marks = [{ atMs: -TICK_MS, sizes }];
  else if (elapsedMs + TICK_MS < runtimeMs) marks.push({ atMs: elapsedMs, sizes });
};
const { failure } = await run(config, { onEvent });
if (failure !== undefined) throw failure;
if (marks.length < 2) throw new Error(`${path}: ramp and runtime must be a second or more`);
const last = Object.keys(marks[marks.length - 1].sizes);
writeWindow(folder, { marks, logs: last.filter((name) => !(name in existing)) });
