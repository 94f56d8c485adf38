/** Where in its plan a run is, and how long it has gone on and will. */

import { grouped } from '../../reports/document/grouped.js';
import type { ProgressEvent } from '../run/events.js';
import type { Plan, PlanJob } from '../run/plan/plan-views.js';

export interface Place {
  /** Of the job, from 1; jobs side by side count as one, and how often they repeat does not count. 0: it is not known. */
  readonly index: number;
  readonly count: number;
  readonly elapsedMs: number;
  /** Undefined where a job of it ends by what it does, and has not begun. */
  readonly leftMs: number | undefined;
}

export interface PlanClock {
  /** The plan is known and the first job begins. */
  begin(plan: Plan): void;
  placeOf(event: At): Place;
  /** Of a job that has ended. */
  indexOf(job: string): Pick<Place, 'index' | 'count'>;
}

/** What runs side by side. */
interface Turn {
  /** As a progress event names them. */
  readonly job: string;
  readonly names: readonly string[];
  readonly repeat: number;
  /** Once; undefined where a job of it ends by what it does. */
  readonly onceMs: number | undefined;
  /** Turns with the same are done in rounds together, as often as each repeats at most. */
  readonly rounds: string | undefined;
}

const onceMs = ({ startDelayMs, rampTimeMs, runtimeMs }: PlanJob): number =>
  startDelayMs + rampTimeMs + (runtimeMs ?? Number.POSITIVE_INFINITY);

function turnOf(jobs: readonly PlanJob[]): Turn {
  const names = [...new Set(jobs.map(({ name }) => name))];
  const longestMs = Math.max(...jobs.map(onceMs));
  return {
    job: names.join(' + '),
    names,
    repeat: jobs[0].repeat,
    onceMs: Number.isFinite(longestMs) ? longestMs : undefined,
    rounds: jobs[0].rounds,
  };
}

/** Times that a turn is still done, besides now, where the one at `index` is done for the time that `repeat` says. */
function timesLeft(turns: readonly Turn[], at: number, index: number, repeat: At['repeat']): number {
  const [{ rounds }, current] = [turns[at], turns[index]];
  const together = at === index || (rounds !== undefined && rounds === current.rounds);
  if (together) return repeat.count - repeat.index - (at <= index ? 1 : 0);
  return at > index ? turns[at].repeat : 0;
}

type At = Pick<ProgressEvent, 'job' | 'repeat' | 'ramping' | 'rampTimeMs' | 'elapsedMs' | 'done'>;

/** How long what runs still takes, of which all may take `plannedMs`: undefined where that is not known yet. */
function restMs(
  { ramping, rampTimeMs, elapsedMs, done }: At,
  plannedMs: number | undefined,
): number | undefined {
  if (ramping) return plannedMs;
  if (plannedMs !== undefined) return (plannedMs - rampTimeMs) * (1 - done);
  return done > 0 ? (elapsedMs / done) * (1 - done) : undefined;
}

/** `now` in milliseconds, from any beginning. */
export function createPlanClock(now: () => number = () => performance.now()): PlanClock {
  let turns: readonly Turn[] = [];
  let beganMs = now();
  const times = (ms: number | undefined, count: number): number | undefined =>
    count === 0 ? 0 : ms === undefined ? undefined : ms * count;
  const sum = (parts: readonly (number | undefined)[]): number | undefined =>
    parts.reduce<number | undefined>(
      (total, part) => (total === undefined || part === undefined ? undefined : total + part),
      0,
    );
  const placeAt = (index: number) => ({ index: index + 1, count: turns.length });
  return {
    begin: ({ jobs }) => {
      turns = grouped(jobs, ({ turn }) => turn).map(turnOf);
      beganMs = now();
    },
    indexOf: (name) => placeAt(turns.findIndex(({ names }) => names.includes(name))),
    placeOf: (event) => {
      const { job, repeat, rampTimeMs, elapsedMs } = event;
      const index = turns.findIndex((turn) => turn.job === job);
      const planned = turns[index]?.onceMs;
      const rest = restMs(event, planned);
      const once = planned ?? (rest === undefined ? undefined : rampTimeMs + elapsedMs + rest);
      const left =
        index < 0
          ? [times(once, repeat.count - repeat.index - 1)]
          : turns.map((turn, at) =>
              times(at === index ? once : turn.onceMs, timesLeft(turns, at, index, repeat)),
            );
      const leftMs = sum([rest, ...left]);
      // Without a plan the job is all that is known.
      return { ...placeAt(index), elapsedMs: turns.length === 0 ? elapsedMs : now() - beganMs, leftMs };
    },
  };
}
