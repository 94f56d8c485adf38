/** `--live`: a run on the whole screen of a terminal, which is as it was when the run has ended. */
import escapes from 'ansi-escapes';
import type { RunEvent } from '../run/events.js';
import { createHeatStrip } from './heat-strip.js';
import { type LiveState, liveLines } from './live-view.js';
import { createPlanClock } from './plan-clock.js';
import type { Progress } from './progress.js';
import { jobLines } from './progress-line.js';

/** Seconds of the strip: more than a terminal has columns. */
const MOST_SECONDS = 500;
/** Of a terminal that does not say. */
const [DEFAULT_COLUMNS, DEFAULT_ROWS] = [80, 24];
/** What is kept of jobs that have ended and of notices: more than a screen has lines. */
const MOST_TOLD = 200;

/** What was printed beside it is printed again when the screen is left. */
export function createLive(
  stream: NodeJS.WriteStream,
  now: () => number = () => performance.now(),
): Progress {
  const clock = createPlanClock();
  const heat = createHeatStrip(MOST_SECONDS);
  let state: LiveState = { event: undefined, place: undefined, heat, told: [] };
  let open = false;
  let lost = false;
  const asides: (() => void)[] = [];
  const leave = (): void => {
    if (!open) return;
    open = false;
    stream.off('resize', clear);
    process.off('exit', leave);
    if (!lost) stream.write(`${escapes.cursorShow}${escapes.exitAlternativeScreen}`);
    for (const print of asides.splice(0)) print();
  };
  stream.once('error', () => {
    lost = true;
  });
  const draw = (): void => {
    if (!open || lost) return;
    const screen = { columns: stream.columns ?? DEFAULT_COLUMNS, rows: stream.rows ?? DEFAULT_ROWS };
    const lines = liveLines(state, screen).map((line) => `${line}${escapes.eraseEndLine}`);
    stream.write(`${escapes.cursorTo(0, 0)}${lines.join('\n')}${escapes.eraseDown}`);
  };
  const clear = (): void => {
    if (open && !lost) stream.write(escapes.clearViewport);
    draw();
  };
  const begin = (): void => {
    if (open || lost) return;
    open = true;
    stream.write(`${escapes.enterAlternativeScreen}${escapes.cursorHide}${escapes.clearViewport}`);
    stream.on('resize', clear);
    process.on('exit', leave);
  };
  const tell = (...lines: LiveState['told']): void => {
    state = { ...state, told: [...state.told, ...lines].slice(-MOST_TOLD) };
  };
  const told = (event: RunEvent): void => {
    if (event.kind === 'planned') clock.begin(event.plan);
    else if (event.kind === 'progress') {
      if (!event.ramping) heat.add(event.lately.octaves, now());
      state = { ...state, event, place: clock.placeOf(event) };
    } else if (event.kind === 'job') {
      const { records } = event;
      tell(...records.map((_, i) => (columns: number) => jobLines(records, clock, columns)[i]));
    } else tell(() => event.message);
  };
  return {
    show(event) {
      begin();
      told(event);
      draw();
    },
    aside(print) {
      if (open) asides.push(print);
      else print();
    },
    end: leave,
  };
}
