/** A history for the terminal. */
import { VERDICT_COLORS } from '../compare/text.js';
import { tableLines } from '../render/table.js';
import {
  DEFAULT_WIDTH,
  joinBlocks,
  type Paint,
  painter,
  sanitize,
  type TextOptions,
  wrap,
} from '../render/terminal.js';
import type { History, HistoryTrack } from './analyse.js';
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
} from './table.js';

const COLUMNS = FIGURE_HEADS.map((head) => ({
  head,
  align: head === 'figure' || head === 'verdict' ? ('left' as const) : ('right' as const),
}));

function tableOf({ figures }: HistoryTrack, paint: Paint): string[] {
  const rows = figures.map((figure) => {
    const cells = figureCells(figure).map(sanitize);
    const verdict = cells[cells.length - 1];
    const painted = figure.now === undefined ? verdict : paint(VERDICT_COLORS[figure.now.verdict], verdict);
    return [...cells.slice(0, -1), painted];
  });
  const [head, ...body] = tableLines(COLUMNS, rows, 2);
  return [paint('bold', head), ...body];
}

const indented = (text: string, width: number, by: number, hang: number): string[] =>
  wrap(sanitize(text), width - by, hang).map((line) => `${' '.repeat(by)}${line}`);

/** A line for the run, one for each level and each change of the environment: the two are told apart by their first word. */
function eventLines(track: HistoryTrack, paint: Paint, width: number): string[] {
  const lines = eventsOf(track).flatMap((event) => {
    const { name, startedAt } = track.runs[event.run];
    const color = event.isWorse ? 'red' : 'green';
    const beside = event.levels.length === 0 ? [] : indented(besideText(event), width, 4, 2);
    return [
      ...indented(`${runText(event.run)}  ${startedAt}  ${name}`, width, 2, 2),
      ...event.levels
        .flatMap((text) => indented(`level        ${text}`, width, 4, 13))
        .map((line) => paint(color, line)),
      ...event.environment.flatMap((change) =>
        indented(`environment  ${environmentText(change)}`, width, 4, 13),
      ),
      ...beside.map((line) => paint('dim', line)),
    ];
  });
  return lines.length === 0 ? ['  nothing changed'] : lines;
}

function trackLines(track: HistoryTrack, paint: Paint, width: number): string[] {
  const head = [`${track.devices}`, `on ${track.host}: ${track.jobs.join(', ')}`, spanText(track)];
  return [
    ...track.notices.flatMap((notice) =>
      wrap(sanitize(notice), width, 2).map((line) => paint(['bold', 'red'], line)),
    ),
    ...head.flatMap((text, i) =>
      wrap(sanitize(text), width, 2).map((line) => (i === 0 ? paint('bold', line) : line)),
    ),
    ...tableOf(track, paint),
    ...puzzleTexts(track)
      .flatMap((text) => indented(text, width, 2, 2))
      .map((line) => paint('dim', line)),
    ...eventLines(track, paint, width),
  ];
}

/** Each track: how its figures stand to their baseline, and what happened at which run. */
export function formatHistory(history: History, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  return joinBlocks([
    ...history.tracks.map((track) => trackLines(track, paint, width)),
    [
      ...noteTexts(history).flatMap((text) => wrap(`note: ${sanitize(text)}`, width, 2)),
      ...wrap(historyMethodText(history), width, 0).map((line) => paint('dim', line)),
    ],
  ]);
}
