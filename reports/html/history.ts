/** A history as one self-contained page: a chart for each job with marks for levels and environment, and tables. */

import { changeText, figureText, seriesText } from '../compare/table.js';
import { grouped } from '../document/grouped.js';
import type { History, HistoryFigure, HistoryTrack } from '../history/analyse.js';
import type { Confirmation } from '../history/confirmation.js';
import { outcomeText, TRIAL_HEADS, trialCells, trialText } from '../history/confirmation-text.js';
import {
  besideText,
  environmentText,
  eventsOf,
  FIGURE_HEADS,
  figureCells,
  historyMethodText,
  noteTexts,
  puzzleTexts,
  runText,
  spanText,
} from '../history/table.js';
import { escapeHtml, tableHtml } from '../render/html.js';
import { firstOf } from '../render/left-out.js';
import { clipped } from '../render/terminal.js';
import { type Area, type Line, type Mark, type Plot, type Shape, shortPx } from './chart.js';
import { leftOutHtml } from './facts.js';
import { figureHtml } from './figure.js';
import { listHtml, noticeHtml, pageHtml, pickerHtml, sectionHtml } from './page.js';
import { changeScale, type Scale } from './scale.js';

/** Runs that a chart shows, the last ones: the document has all. */
const MOST_RUNS = 400;
/** Jobs that have a chart, and runs at which something changed that are told: a page stays one that browsers like. */
const MOST_JOBS = 30;
const MOST_EVENTS = 200;
const ALL_IN_JSON = 'nvbench history --format json has all';
const MOST_TICKS = 8;
const MOST_TITLE = 200;

/** Runs from `first` on, by their number. */
function runScale(first: number, count: number): Scale {
  const last = Math.max(1, count - 1);
  const step = Math.max(1, Math.ceil(count / MOST_TICKS));
  const places = Array.from({ length: Math.ceil(count / step) }, (_, i) => first + i * step);
  const at = (run: number): number => (count === 1 ? 0.5 : (run - first) / last);
  return {
    name: 'run',
    at,
    format: runText,
    ticks: places.map((run) => ({ at: at(run), label: String(run + 1) })),
  };
}

/** Ratios to what the figure is held against, else to its first value. */
function ratiosOf({ values, now }: HistoryFigure, first: number): [run: number, ratio: number][] {
  const base = now?.base ?? values.find((value) => value !== null && value > 0) ?? 1;
  return values.flatMap((value, run) =>
    value === null || value <= 0 || run < first ? [] : [[run, value / base] as [number, number]],
  );
}

function upright(at: number, stroke: string): Shape {
  return { path: ({ x, y }: Area) => `M${shortPx(x(at))} ${y(1)}V${y(0)}`, fill: 'none', stroke };
}

/** A diamond at the foot of the chart, which no line of a level has: told apart by form as well as by colour. */
function foot(at: number): Shape {
  const path = ({ x, y }: Area): string => `M${shortPx(x(at))} ${y(0) - 12}l6 6l-6 6l-6 -6z`;
  return { path, fill: 'var(--unsure)', stroke: 'var(--unsure)' };
}

function plotOf(title: string, figures: readonly HistoryFigure[], track: HistoryTrack): Plot {
  const first = Math.max(0, track.runs.length - MOST_RUNS);
  const x = runScale(first, track.runs.length - first);
  const lines = figures.map((figure): Line => ({ name: figure.metric, points: ratiosOf(figure, first) }));
  const logs = lines.flatMap(({ points }) => points.map(([, ratio]) => Math.abs(Math.log(ratio))));
  const y = changeScale('change from the baseline', Math.max(0.02, ...logs));
  const changes = figures.flatMap((figure) =>
    figure.changes.map((change) => ({ ...change, metric: figure.metric })),
  );
  const shownChanges = changes.filter(({ run }) => run >= first);
  const around = track.environment.filter(({ run }) => run >= first);
  return {
    title,
    description:
      'Each figure as a change from its baseline. Upright lines: changes of level, worse ones in red; diamonds: what changed around a run.',
    x,
    y,
    lines,
    symbols: true,
    shapes: [
      ...shownChanges.map(({ run, verdict }) => upright(x.at(run), `var(--${verdict})`)),
      ...[...new Set(around.map(({ run }) => run))].map((run) => foot(x.at(run))),
    ],
    marks: [
      ...shownChanges.map(
        ({ run, metric, ratio, verdict }): Mark => ({
          name: `level of ${metric}`,
          at: [x.at(run), 1],
          texts: [runText(run), `${changeText(ratio)} ${verdict}`],
        }),
      ),
      ...around.map(
        (change): Mark => ({
          name: 'environment',
          at: [x.at(change.run), 0],
          texts: [runText(change.run), environmentText(change)],
        }),
      ),
    ],
  };
}

function jobHtml(figures: readonly HistoryFigure[], track: HistoryTrack): string {
  const title = clipped(seriesText(figures[0]), MOST_TITLE);
  const first = Math.max(0, track.runs.length - MOST_RUNS);
  const rows = track.runs
    .slice(first)
    .map(({ name, startedAt }, place) => [
      String(first + place + 1),
      startedAt,
      name,
      ...figures.map(({ metric, values }) => figureText(metric, values[first + place] ?? undefined)),
    ]);
  const table = tableHtml(title, ['run', 'began', 'result', ...figures.map(({ metric }) => metric)], rows);
  const plot = plotOf(`${title} over the runs`, figures, track);
  return `<section class="job"><h3>${escapeHtml(title)}</h3>\n${figureHtml([{ label: '', plot, table }])}</section>`;
}

function jobsHtml(track: HistoryTrack): string {
  const measured = track.figures.filter(({ values }) => values.some((value) => value !== null));
  const { kept, leftOut } = firstOf(
    grouped(measured, seriesText),
    MOST_JOBS,
    'jobs with their charts',
    ALL_IN_JSON,
  );
  const sections = kept.map((figures) => jobHtml(figures, track));
  return `${leftOutHtml(leftOut)}${pickerHtml(kept.map(([figure]) => seriesText(figure)))}\n${sections.join('\n')}`;
}

function standHtml(track: HistoryTrack): string {
  const puzzles = puzzleTexts(track).map((text) => `<p class="sub">${escapeHtml(text)}</p>`);
  const table = tableHtml(
    'Now against the baseline; in brackets the runs that each is of',
    FIGURE_HEADS,
    track.figures.map(figureCells),
    track.figures.map(({ now }) => now?.verdict ?? 'inconclusive'),
  );
  return [table, ...puzzles].join('\n');
}

/** An item for each run at which something changed; levels and environment are told apart by their first word. */
function eventsHtml(track: HistoryTrack): string {
  const { kept, leftOut } = firstOf(
    eventsOf(track).toReversed(),
    MOST_EVENTS,
    'earlier changes',
    ALL_IN_JSON,
  );
  if (kept.length === 0) return '<p>Nothing changed.</p>';
  const items = kept.map((event) => {
    const { name, startedAt } = track.runs[event.run];
    const color = event.isWorse ? 'worse' : 'better';
    const lines = [
      ...event.levels.map((text) => `<b class="${color}">level</b> ${escapeHtml(text)}`),
      ...event.environment.map((change) => `<b>environment</b> ${escapeHtml(environmentText(change))}`),
      ...(event.levels.length === 0 ? [] : [escapeHtml(besideText(event))]),
    ];
    const head = `${runText(event.run)}, ${startedAt}, ${name}`;
    return `<li>${escapeHtml(head)}<ul>${lines.map((line) => `<li>${line}</li>`).join('')}</ul></li>`;
  });
  return `<p class="sub">The last one first.</p><ul class="verdicts">${items.join('\n')}</ul>${leftOutHtml(leftOut)}`;
}

function trackHtml(track: HistoryTrack, suffix: string): string {
  const notices = track.notices.map(noticeHtml);
  const head = `<p class="sub">${escapeHtml(`${track.devices} on ${track.host}; ${spanText(track)}`)}</p>`;
  return [
    sectionHtml(`Figures${suffix}`, `${notices.join('\n')}${head}\n${standHtml(track)}`),
    sectionHtml(`Changes${suffix}`, eventsHtml(track)),
    sectionHtml(`Jobs${suffix}`, jobsHtml(track)),
  ].join('\n');
}

function trialHtml(confirmation: Confirmation): string {
  const table = tableHtml(
    trialText(confirmation),
    TRIAL_HEADS,
    confirmation.figures.map(trialCells),
    confirmation.figures.map(({ outcome }) => VERDICT_OF[outcome]),
  );
  return `${table}<p>${escapeHtml(outcomeText(confirmation))}</p>`;
}

/** As what it is coloured. */
const VERDICT_OF = { confirmed: 'worse', refuted: 'same', open: 'inconclusive' } as const;

/** The page of all tracks, and of the trial of a change where there was one. */
export function htmlHistory(history: History, confirmation?: Confirmation): string {
  const { tracks } = history;
  const notes = noteTexts(history).map(escapeHtml);
  return pageHtml({
    title: ['nvbench history', ...new Set(tracks.slice(0, 2).map(({ devices }) => devices))].join(' - '),
    header: '<h1>nvbench history</h1>',
    main: [
      ...tracks.map((track, i) => trackHtml(track, tracks.length > 1 ? ` (${i + 1}: ${track.devices})` : '')),
      ...(confirmation === undefined ? [] : [sectionHtml('Trial', trialHtml(confirmation))]),
      sectionHtml('Notes', listHtml(notes)),
    ].join('\n'),
    footer: `<p>${escapeHtml(historyMethodText(history))}</p>`,
  });
}
