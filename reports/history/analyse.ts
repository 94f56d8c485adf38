/** The history of tracks: where figures changed their level, what changed around them, and how they stand to their baseline. */
import { type Change, estimatedChange, shiftIn, tailProblem } from '../compare/change.js';
import { judgeTogether } from '../compare/families.js';
import { isHighest, type Metric, RANKED_METRICS } from '../compare/metrics.js';
import { inOne } from '../compare/observations.js';
import { runFigure } from '../compare/run-figures.js';
import type { NamedResult } from '../compare/runs.js';
import { figureOf, type Sample } from '../compare/samples.js';
import { collectSeries, idleSeries, type SeriesKey } from '../compare/series.js';
import { type JudgedChange, lossOf } from '../compare/verdict.js';
import { type HistogramReader, readingHistograms } from '../document/histograms.js';
import { deviceNotices } from '../document/notices.js';
import { type ChangePointOptions, changePoints } from '../statistics/change-points.js';
import { type Sides, sidesOf } from './baseline.js';
import { HISTORY_DEFAULTS } from './defaults.js';
import { type EnvironmentChange, environmentChanges } from './environment.js';
import { type GoneJob, goneJobs } from './gone.js';
import { type Track, type TrackRun, type Tracks, tracksOf } from './tracks.js';

export interface HistoryOptions {
  readonly metrics: readonly Metric[];
  /** Runs that are looked at together. */
  readonly window: number;
  /** What all figures of a track together may find where nothing changed, at each place. */
  readonly alpha: number;
  /** Changes up to this share matter to nobody. */
  readonly margin: number;
  /** Of how figures stand to their baseline, for example 0.95. */
  readonly confidence: number;
  /** Names of results whose level is accepted as baseline, though it is worse. */
  readonly accepted: readonly string[];
}

const DEFAULTS: HistoryOptions = { ...HISTORY_DEFAULTS, metrics: RANKED_METRICS, accepted: [] };

export interface LevelChange {
  /** Place in the runs of the track. */
  readonly run: number;
  /** Level after / before. */
  readonly ratio: number;
  readonly p: number;
  readonly verdict: 'better' | 'worse';
}

export interface HistoryFigure extends SeriesKey {
  readonly metric: Metric;
  /** By run of the track; null where it was not measured. */
  readonly values: readonly (number | null)[];
  readonly changes: readonly LevelChange[];
  /** Places in the runs of the track that are held against each other, both included. */
  readonly baselineRuns?: readonly [first: number, last: number];
  readonly nowRuns?: readonly [first: number, last: number];
  /** `base` is the baseline, `next` the last runs of the last level; absent where there are too few runs. */
  readonly now?: JudgedChange;
  /** Why no change is looked for. */
  readonly problem?: string;
}

export interface HistoryTrack extends Omit<Track, 'runs'> {
  readonly notices: readonly string[];
  readonly runs: readonly Pick<TrackRun, 'name' | 'startedAt'>[];
  readonly figures: readonly HistoryFigure[];
  readonly environment: readonly EnvironmentChange[];
}

export interface History extends Omit<HistoryOptions, 'accepted'>, Omit<Tracks, 'tracks'> {
  readonly tracks: readonly HistoryTrack[];
  readonly gone: readonly GoneJob[];
  /** Figures that stand worse than their baseline. */
  readonly worse: number;
}

/** A figure's samples by run; undefined where a run lacks the job, and at 0 where it has it and nothing completed. */
interface Measured extends SeriesKey {
  readonly samples: (Sample | undefined)[];
}

function measuredOf({ runs }: Track, reader: HistogramReader): Measured[] {
  const found = new Map<string, Measured>();
  for (const [place, run] of runs.entries()) {
    for (const [key, series] of collectSeries([run])) {
      const { job, role, direction } = series;
      const measured = found.get(key) ?? { job, role, direction, samples: runs.map(() => undefined) };
      found.set(key, measured);
      measured.samples[place] = inOne(series.runs[0], reader).whole;
    }
  }
  for (const { samples, ...key } of found.values())
    for (const [place, run] of runs.entries()) {
      const idle = samples[place] === undefined ? idleSeries([run], key) : undefined;
      if (idle !== undefined) samples[place] = inOne(idle.runs[0], reader).whole;
    }
  return [...found.values()];
}

interface Undecided {
  readonly figure: HistoryFigure;
  readonly change: Change | undefined;
}

/** How the last runs stand to the baseline, not judged yet. */
function changeOf(
  samples: readonly Sample[],
  { baseline, now }: Sides,
  metric: Metric,
  confidence: number,
): Change {
  const logsOf = ({ from, to }: Sides['now']) =>
    samples.slice(from, to).flatMap((whole) => runFigure({ whole, parts: [] }, metric) ?? []);
  const [base, next] = [logsOf(baseline), logsOf(now)];
  const { estimate } = shiftIn(base, next, [], metric);
  return estimatedChange(metric, [base, next], estimate, confidence);
}

function figureOfHistory(
  { samples, ...key }: Measured,
  metric: Metric,
  { runs }: Track,
  options: HistoryOptions,
  alpha: number,
): Undecided {
  const logs = samples.map((whole) => whole && runFigure({ whole, parts: [] }, metric)?.log);
  const values = samples.map((sample) => (sample && figureOf(sample, metric)) ?? null);
  const places = logs.flatMap((log, place) => (log === undefined ? [] : [place]));
  const known = places.map((place) => Math.exp(logs[place] as number));
  const wholes = places.flatMap((place) => samples[place] ?? []);
  const figure: HistoryFigure = { ...key, metric, values, changes: [] };
  if (known.length === 0)
    return { figure: { ...figure, problem: 'it was never measured' }, change: undefined };
  const problem = isHighest(metric) ? undefined : tailProblem(metric, wholes);
  if (problem !== undefined) return { figure: { ...figure, problem }, change: undefined };
  const pointOptions: ChangePointOptions = { window: options.window, alpha, magnitude: options.margin };
  const points = changePoints(known, pointOptions);
  const changes = points.map(({ index, ratio, p }): LevelChange => {
    const verdict = lossOf(metric, ratio) > 0 ? 'worse' : 'better';
    return { run: places[index], ratio, p, verdict };
  });
  const accepted = places.flatMap((place, i) => (options.accepted.includes(runs[place].name) ? [i] : []));
  const sides = sidesOf(known, points, metric, accepted);
  if (sides === undefined) return { figure: { ...figure, changes }, change: undefined };
  const placesOf = ({ from, to }: Sides['now']): [number, number] => [places[from], places[to - 1]];
  return {
    figure: { ...figure, changes, baselineRuns: placesOf(sides.baseline), nowRuns: placesOf(sides.now) },
    change: changeOf(wholes, sides, metric, options.confidence),
  };
}

/** Judges all figures of a job together, and all jobs of the track. */
function judged(jobs: readonly (readonly Undecided[])[], options: HistoryOptions): HistoryFigure[] {
  const verdicts = judgeTogether(
    jobs.map((figures) => ({
      basis: 'runs',
      changes: figures.flatMap(({ change }) => change ?? []),
      follows: new Map(),
    })),
    options,
  );
  return jobs.flatMap((figures, job) => {
    const own = [...verdicts[job]];
    return figures.map(({ figure, change }) => {
      const now = change === undefined ? undefined : own.shift();
      return now === undefined ? figure : { ...figure, now };
    });
  });
}

function historyOfTrack(track: Track, options: HistoryOptions, reader: HistogramReader): HistoryTrack {
  const measured = measuredOf(track, reader);
  const alpha = options.alpha / Math.max(1, measured.length * options.metrics.length);
  const jobs = measured.map((one) =>
    options.metrics.map((metric) => figureOfHistory(one, metric, track, options, alpha)),
  );
  const { devices, host, runs } = track;
  return {
    devices,
    host,
    jobs: track.jobs,
    notices: deviceNotices(runs.flatMap(({ result }) => result.devices)),
    runs: runs.map(({ name, startedAt }) => ({ name, startedAt })),
    figures: judged(jobs, options),
    environment: environmentChanges(runs),
  };
}

/** The history of all results, sorted by what they are of. Throws ReportError where a histogram cannot be read. */
export function historyOf(results: readonly NamedResult[], asked: Partial<HistoryOptions> = {}): History {
  const options = { ...DEFAULTS, ...asked };
  const { tracks: found, ...sorted } = tracksOf(results);
  const tracks = readingHistograms(results, (reader) =>
    found.map((track) => historyOfTrack(track, options, reader)),
  );
  const { accepted: _, ...told } = options;
  const worse = tracks.flatMap(({ figures }) => figures).filter(({ now }) => now?.verdict === 'worse').length;
  return { ...told, ...sorted, tracks, gone: goneJobs(found), worse };
}
