/** A change of level put to the trial: what an experiment between the versions before and after it says of the same figures. */
import type { AbAnalysis, AbEnding } from '../ab/index.js';
import type { Metric } from '../compare/metrics.js';
import { keyText, type SeriesKey } from '../compare/series.js';
import type { JudgedChange } from '../compare/verdict.js';
import type { History, HistoryTrack, LevelChange } from './analyse.js';

interface SuspectedFigure extends SeriesKey {
  readonly metric: Metric;
  readonly change: LevelChange;
}

/** A run at which levels changed. */
export interface Suspicion {
  /** Of its result. */
  readonly name: string;
  readonly startedAt: string;
  readonly figures: readonly SuspectedFigure[];
}

function suspicionsOf({ runs, figures }: HistoryTrack): Suspicion[] {
  return runs.flatMap(({ name, startedAt }, run) => {
    const changed = figures.flatMap(({ job, role, direction, metric, changes }) =>
      changes
        .filter((change) => change.run === run)
        .map((change): SuspectedFigure => ({ job, role, direction, metric, change })),
    );
    return changed.length === 0 ? [] : [{ name, startedAt, figures: changed }];
  });
}

const isForTheWorse = ({ figures }: Suspicion): boolean =>
  figures.some(({ change }) => change.verdict === 'worse');

/**
 * The change of level at the result of that name; without a name the last one for the worse, or the last of all. Undefined
 * where there is none.
 */
export function suspicionIn({ tracks }: History, name?: string): Suspicion | undefined {
  const all = tracks.flatMap(suspicionsOf).sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  if (name !== undefined) return all.find((each) => each.name === name);
  return all.findLast(isForTheWorse) ?? all.at(-1);
}

/** `refuted`: the two versions do not differ so, and what changed is not between them. */
export type Outcome = 'confirmed' | 'refuted' | 'open';

export interface TriedFigure extends SuspectedFigure {
  /** What the experiment says of it; absent where it did not measure it. */
  readonly trial?: JudgedChange;
  readonly outcome: Outcome;
}

export interface Confirmation {
  /** Of the result at which the levels changed. */
  readonly name: string;
  /** How the two versions were run. */
  readonly before: string;
  readonly after: string;
  readonly blocks: number;
  /** Why the experiment ended; absent where it was cut short. */
  readonly ended?: AbEnding;
  readonly interrupted?: { readonly reason: string };
  readonly figures: readonly TriedFigure[];
  /** Refuted or open only where no figure is more than that. */
  readonly outcome: Outcome;
}

function outcomeOf(change: LevelChange, trial: JudgedChange | undefined): Outcome {
  if (trial === undefined || trial.verdict === 'inconclusive') return 'open';
  return trial.verdict === change.verdict ? 'confirmed' : 'refuted';
}

/** Holds the experiment against what the history suspects; side A is the version before. */
export function confirmationOf(
  { name, figures }: Suspicion,
  versions: Pick<Confirmation, 'before' | 'after'>,
  { jobs, blocks, sequential, interrupted }: AbAnalysis,
): Confirmation {
  const tried = figures.map((figure): TriedFigure => {
    const job = jobs.find((each) => keyText(each) === keyText(figure));
    const trial = job?.metrics.find(({ metric }) => metric === figure.metric);
    return { ...figure, ...(trial ? { trial } : {}), outcome: outcomeOf(figure.change, trial) };
  });
  const worst = (['confirmed', 'open', 'refuted'] as const).find((outcome) =>
    tried.some((each) => each.outcome === outcome),
  );
  return {
    name,
    ...versions,
    blocks: blocks.usable,
    ...(sequential?.ended ? { ended: sequential.ended } : {}),
    ...(interrupted ? { interrupted } : {}),
    figures: tried,
    outcome: worst ?? 'open',
  };
}
