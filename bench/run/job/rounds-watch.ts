/** Watches jobs that are done in rounds: which rounds there were, and whether the last of them are steady. */
import type { EngineWarning } from '../../../engine/index.js';
import type { RoundsRecord } from '../../../reports/document/index.js';
import { neverSteady } from '../../../reports/document/rounds-window.js';
import type { Rounds } from '../../config/rounds.js';
import { steadyMetric } from '../../config/steady-state.js';
import { doubt } from '../doubts/doubt.js';
import type { PlannedJob } from '../plan/plan.js';
import type { JobOutcome } from './job-run.js';
import { byteUnitOf } from './moved-bytes.js';
import { judged, steadyValue } from './steady-watch.js';
import { elapsedNsOf } from './worker-totals.js';

/** Of one group of jobs on one device. */
interface Watched {
  readonly rounds: Rounds;
  readonly target: string;
  readonly jobs: string[];
  readonly values: number[];
  reached: RoundsRecord['reached'];
}

function judge(watched: Watched): void {
  const { rounds, values } = watched;
  const toRound = values.length;
  if (watched.reached !== undefined || toRound < rounds.window) return;
  const { holds, window } = judged(values.slice(-rounds.window), rounds);
  if (holds) watched.reached = { fromRound: toRound - rounds.window + 1, toRound, ...window };
}

export class RoundsWatch {
  readonly #watched: Watched[] = [];

  constructor(planned: readonly PlannedJob[]) {
    for (const job of planned) {
      const { config, device, repeat } = job;
      const { rounds, name } = config;
      if (rounds === undefined || repeat.index > 0) continue;
      const known = this.#of(job);
      if (known !== undefined) known.jobs.push(name);
      else
        this.#watched.push({ rounds, target: device.target, jobs: [name], values: [], reached: undefined });
    }
  }

  #of({ config, device }: PlannedJob): Watched | undefined {
    return this.#watched.find(({ rounds, target }) => rounds === config.rounds && target === device.target);
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
      this.addValue(planned, (_, rounds) =>
        steadyValue(rounds, byteUnitOf(planned), counts, elapsedNsOf(workers)),
      );
    }
  }

  /** Takes the metric of a job in its next round, from 0, where the job is one that is looked at. */
  addValue(job: PlannedJob, measured: (round: number, rounds: Rounds) => number | undefined): void {
    const watched = this.#of(job);
    if (watched?.rounds.job !== job.config.name) return;
    const value = measured(watched.values.length, watched.rounds);
    if (value === undefined) return;
    watched.values.push(value);
    judge(watched);
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
    return this.records()
      .filter(neverSteady)
      .map(({ job, of, window, most }) => {
        const message = `${job} was not steady by its ${of} in any ${window} of ${most} rounds`;
        const advice =
          'write more before, or allow more rounds; the figures of the last rounds are of no steady state';
        return doubt('not-steady', message, advice);
      });
  }
}
