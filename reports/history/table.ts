/** A history as words, the same for the terminal and for the page. */
import {
  changeText,
  contradictionText,
  figureText,
  intervalText,
  pText,
  seriesText,
} from '../compare/table.js';
import { formatPercent, plural } from '../render/format.js';
import type { History, HistoryFigure, HistoryTrack } from './analyse.js';
import type { EnvironmentChange } from './environment.js';
import type { GoneJob } from './gone.js';
import type { ManyNames } from './tracks.js';

export const FIGURE_HEADS = ['figure', 'runs', 'baseline', 'now', 'change', 'interval', 'verdict'] as const;

/** Runs are counted from 1. */
export const runText = (place: number): string => `run ${place + 1}`;

const stretchText = ([first, last]: readonly [number, number]): string =>
  first === last ? `(${first + 1})` : `(${first + 1}-${last + 1})`;

/** The cells of one figure, in the order of FIGURE_HEADS: figures with the runs that they are of. */
export function figureCells(figure: HistoryFigure): string[] {
  const { metric, values, now, baselineRuns, nowRuns } = figure;
  const known = values.filter((value) => value !== null).length;
  const side = (value: number | undefined, runs: HistoryFigure['nowRuns']): string =>
    runs === undefined ? '-' : `${figureText(metric, value)} ${stretchText(runs)}`;
  return [
    `${seriesText(figure)} ${metric}`,
    String(known),
    side(now?.base, baselineRuns),
    side(now?.next, nowRuns),
    changeText(now?.ratio),
    intervalText(now?.interval),
    now?.verdict ?? figure.problem ?? 'too few runs',
  ];
}

/** What may puzzle of a change beside its figures, sentences. */
export function puzzleTexts({ figures }: HistoryTrack): string[] {
  return figures.flatMap((figure) => {
    const text = figure.now && contradictionText(figure.now);
    return text === undefined ? [] : [`${seriesText(figure)} ${figure.metric}: ${text}`];
  });
}

export function environmentText({ fact, where, before, after }: EnvironmentChange): string {
  return `${fact}${where === '' ? '' : ` (${where})`}: ${before} -> ${after}`;
}

/** Runs that a change of level may lie off what made it. */
const NEAR = 1;

/** What happened at one run: levels of figures that changed, and what changed around it. */
export interface HistoryEvent {
  readonly run: number;
  readonly levels: readonly string[];
  readonly isWorse: boolean;
  readonly environment: readonly EnvironmentChange[];
  /** Changes of the environment at that run or the one before or after, where levels changed. */
  readonly beside: readonly EnvironmentChange[];
}

/** Every run at which something changed, in order. */
export function eventsOf({ runs, figures, environment }: HistoryTrack): HistoryEvent[] {
  return [...runs.keys()].flatMap((run): HistoryEvent[] => {
    const changes = figures.flatMap((figure) =>
      figure.changes
        .filter((change) => change.run === run)
        .map((change) => ({
          worse: change.verdict === 'worse',
          text: `${seriesText(figure)} ${figure.metric} ${changeText(change.ratio)} ${change.verdict} (p ${pText(change.p)})`,
        })),
    );
    const own = environment.filter((change) => change.run === run);
    if (changes.length + own.length === 0) return [];
    const near = environment.filter((change) => Math.abs(change.run - run) <= NEAR);
    return [
      {
        run,
        levels: changes.map(({ text }) => text),
        isWorse: changes.some(({ worse }) => worse),
        environment: own,
        beside: changes.length === 0 ? [] : near,
      },
    ];
  });
}

/** What the levels of an event may come from: never more than a suspicion. */
export function besideText({ beside }: HistoryEvent): string {
  return beside.length === 0
    ? 'nothing around it changed that results know of'
    : `around it: ${beside.map((change) => `${environmentText(change)} at ${runText(change.run)}`).join('; ')}`;
}

/** For example `42 runs, 2026-01-01T00:00:00Z to 2026-03-01T00:00:00Z`. */
export function spanText({ runs }: HistoryTrack): string {
  return `${plural(runs.length, 'run')}, ${runs[0].startedAt} to ${runs[runs.length - 1].startedAt}`;
}

function goneText({ job, devices, host, lastName, lastStartedAt, runsSince }: GoneJob): string {
  const since = `${plural(runsSince, 'run')} on that device and host since then ${runsSince === 1 ? 'is' : 'are'} without it`;
  return `${job} of ${devices} on ${host} is gone: ${lastName} (${lastStartedAt}) is the last that has it, and ${since}`;
}

const NAMES_SHOWN = 3;

function manyNamesText({ devices, host, hostnames, results }: ManyNames): string {
  const names = hostnames.slice(0, NAMES_SHOWN).join(', ') + (hostnames.length > NAMES_SHOWN ? ', …' : '');
  return (
    `${results} results of ${devices} on ${host} have ${hostnames.length} names of hosts (${names}) and are told apart by them: ` +
    'where it is one host, give its containers its name'
  );
}

/** Which jobs are gone, what was told apart by name alone, and what was left out, sentences. */
export function noteTexts({ gone, manyNames, leftOut, repeatedRuns }: History): string[] {
  return [
    ...gone.map(goneText),
    ...manyNames.map(manyNamesText),
    ...leftOut.map(({ name, reason }) => `${name} is left out: ${reason}`),
    ...(repeatedRuns === 0 ? [] : [`${plural(repeatedRuns, 'run')} given more than once count once`]),
  ];
}

/** How it was made, a sentence. */
export function historyMethodText({ window, alpha, margin, confidence }: History): string {
  return (
    `Changes of level: E-divisive over ${window} runs with Student's test, p below ${alpha} over all figures of a track, ` +
    `more than ${formatPercent(margin, 4)}. The baseline is a level that runs had; it moves on to better ones alone. ` +
    `Now against baseline: confidence ${formatPercent(confidence, 4)}, margin ${formatPercent(margin, 4)}.`
  );
}
