/**
 * What a run tells while it goes on: on a terminal a line that is redrawn, and one for each job that has ended; elsewhere
 * those alone; or lines of JSON for programs.
 */
import type { JobRecord } from '../../reports/index.js';
import type { JobEvent, ProgressEvent, RunEvent } from '../run/events.js';
import { createPlanClock } from './plan-clock.js';
import { jobLines, progressLine } from './progress-line.js';
import type { RedrawnLine } from './redrawn-line.js';

/** `lines`: for people, as the stream allows. */
export type ProgressMode = 'lines' | 'json' | 'none';

export interface Progress {
  show(event: RunEvent): void;
  /** Prints something else on a clean line; the next event draws the progress below it. */
  aside(print: () => void): void;
  /** Clears the line, so that what follows starts on a clean one. */
  end(): void;
}

/** Columns of a terminal that does not say how many it has. */
const DEFAULT_WIDTH = 80;

/** A record without what is long: histograms, intervals, workers. */
function shortRecord({ name, group, repeat, target, stopReason, elapsedNs, directions, errors }: JobRecord) {
  const operations = Object.entries(directions).map(([operation, { histogram: _, ...figures }]) => [
    operation,
    figures,
  ]);
  return {
    name,
    group,
    repeat,
    target,
    stopReason,
    elapsedNs,
    errors,
    directions: Object.fromEntries(operations),
  };
}

function jsonOf(event: RunEvent): unknown {
  if (event.kind === 'job') return { ...event, records: event.records.map(shortRecord) };
  if (event.kind === 'notice')
    return { kind: event.kind, message: event.message, failed: event.error !== undefined };
  return event;
}

function jsonLines(stream: NodeJS.WriteStream): Progress {
  return {
    show: (event) => stream.write(`${JSON.stringify(jsonOf(event))}\n`),
    aside: (print) => print(),
    end: () => undefined,
  };
}

const NOWHERE: RedrawnLine = { draw: () => undefined, clear: () => undefined };

/** What is told on `stream`; nothing of the mode `none`. */
export async function createProgress(
  stream: NodeJS.WriteStream,
  mode: ProgressMode = 'lines',
): Promise<Progress> {
  if (mode === 'json') return jsonLines(stream);
  if (mode === 'none') return { show: () => undefined, aside: (print) => print(), end: () => undefined };
  const clock = createPlanClock();
  const { draw, clear } = stream.isTTY ? (await import('./redrawn-line.js')).redrawnLine(stream) : NOWHERE;
  const drawProgress = (event: ProgressEvent): void =>
    draw(progressLine(event, clock.placeOf(event), stream.columns ?? DEFAULT_WIDTH));
  const writeJob = ({ records }: JobEvent): void => {
    clear();
    for (const line of jobLines(records, clock)) stream.write(`${line}\n`);
  };
  return {
    show: (event) => {
      if (event.kind === 'planned') clock.begin(event.plan);
      else if (event.kind === 'progress') drawProgress(event);
      else if (event.kind === 'job') writeJob(event);
    },
    aside: (print) => {
      clear();
      print();
    },
    end: clear,
  };
}
