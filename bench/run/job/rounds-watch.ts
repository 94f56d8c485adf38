/** Watches jobs that are done in rounds: which rounds there were, and whether the last of them are steady. */
import type { EngineWarning } from '../../../engine/index.js';
import type { RoundsRecord } from '../../../reports/document/index.js';
import { steadyWindow } from '../../../reports/statistics/steady-window.js';
import type { Rounds } from '../../config/rounds.js';
import { steadyMetric } from '../../config/steady-state.js';
import { doubt } from '../doubts/doubt.js';
import type { PlannedJob } from '../plan/plan.js';
import type { JobOutcome } from './job-run.js';
import { byteUnitOf } from './moved-bytes.js';
import { finiteShare, steadyValue } from './steady-watch.js';
import { elapsedNsOf } from './worker-totals.js';

/** Of one group of jobs on one device. */
interface Watched {
  readonly rounds: Rounds;
  readonly target: string;
  readonly jobs: readonly string[];
  readonly values: number[];
  reached: RoundsRecord['reached'];
}

function judge(watched: Watched): void {
  const { rounds, values } = watched;
  const { window: count, rangePercent, slopePercent } = rounds;
  if (watched.reached !== undefined || values.length < count) return;
  const { average, range, slope } = steadyWindow(values.slice(-count));
  if (range > rangePercent / 100 || slope > slopePercent / 100) return;
  const toRound = values.length;
  const [shownRange, shownSlope] = [finiteShare(range), finiteShare(slope)];
  watched.reached = {
    fromRound: toRound - count + 1,
    toRound,
    average,
    range: shownRange,
    slope: shownSlope,
  };
}

export class RoundsWatch {
  readonly #watched: readonly Watched[];

  constructor(planned: readonly PlannedJob[]) {
    const first = planned.filter(({ config, repeat }) => config.rounds !== undefined && repeat.index === 0);
    const groups = new Map<string, PlannedJob[]>();
    const all = [...new Set(first.map(({ config }) => config.rounds))];
    for (const job of first) {
      const key = `${all.indexOf(job.config.rounds)} ${job.device.target}`;
      groups.set(key, [...(groups.get(key) ?? []), job]);
    }
    this.#watched = [...groups.values()].map((jobs) => ({
      rounds: jobs[0].config.rounds as Rounds,
      target: jobs[0].device.target,
      jobs: jobs.map(({ config }) => config.name),
      values: [],
      reached: undefined,
    }));
  }

  /** The job is of rounds that are over: on each device it was steady before this round. */
  skips({ config, repeat }: PlannedJob): boolean {
    const own = this.#watched.filter(({ rounds }) => rounds === config.rounds);
    return (
      own.length > 0 && own.every(({ reached }) => reached !== undefined && reached.toRound <= repeat.index)
    );
  }

  /** Takes what a turn measured to its end. */
  add(outcomes: readonly JobOutcome[]): void {
    for (const { planned, counts, workers } of outcomes) {
      const { config, device } = planned;
      const watched = this.#watched.find(
        ({ rounds, target }) =>
          rounds === config.rounds && rounds.job === config.name && target === device.target,
      );
      if (watched === undefined) continue;
      const { rounds } = watched;
      watched.values.push(steadyValue(rounds, byteUnitOf(planned), counts, elapsedNsOf(workers)));
      judge(watched);
    }
  }

  records(): RoundsRecord[] {
    return this.#watched.map(({ rounds, target, jobs, values, reached }) => ({
      target,
      jobs: [...jobs],
      job: rounds.job,
      of: steadyMetric(rounds),
      most: rounds.most,
      window: rounds.window,
      rangePercent: rounds.rangePercent,
      slopePercent: rounds.slopePercent,
      values: [...values],
      ...(reached === undefined ? {} : { reached }),
    }));
  }

  /** Those that did all of their rounds and were not steady. */
  doubts(): EngineWarning[] {
    return this.#watched.flatMap(({ rounds, values, reached }) => {
      if (reached !== undefined || values.length < rounds.most) return [];
      const message = `${rounds.job} was not steady by its ${steadyMetric(rounds)} in any ${rounds.window} of ${rounds.most} rounds`;
      const advice =
        'write more before, or allow more rounds; the figures of the last rounds are of no steady state';
      return [doubt('not-steady', message, advice)];
    });
  }
}
