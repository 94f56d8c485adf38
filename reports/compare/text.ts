/** A comparison for the terminal. */
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
import { differenceText } from './comparability.js';
import type { ComparedJob, Comparison } from './compare.js';
import type { Matrix, Ranking } from './ranking.js';
import {
  aloneTexts,
  basisText,
  changeCells,
  countsText,
  figureText,
  judgedText,
  matrixRows,
  methodText,
  noticesOf,
  reasonTexts,
  seriesText,
  TABLE_HEADS,
  unmatchedTexts,
} from './table.js';
import type { Verdict } from './verdict.js';

/** How a terminal shows a verdict. */
export const VERDICT_COLORS = {
  better: 'green',
  worse: 'red',
  same: 'gray',
  inconclusive: 'yellow',
} as const satisfies Record<Verdict, string>;

function jobLines(job: ComparedJob, paint: Paint, width: number): string[] {
  const rows = job.metrics.map((change) => {
    const cells = changeCells(change);
    return [...cells.slice(0, -1), paint(VERDICT_COLORS[change.verdict], change.verdict)];
  });
  const columns = TABLE_HEADS.map((head) => ({
    head,
    align: head === 'metric' || head === 'verdict' ? ('left' as const) : ('right' as const),
  }));
  const [head, ...body] = tableLines(columns, rows, 2);
  const reasons = reasonTexts(job).flatMap((reason) => wrap(`  ${reason}`, width, 4));
  return [
    ...wrap(`${sanitize(seriesText(job))}: ${basisText(job)}`, width, 2).map((line) => paint('bold', line)),
    paint('bold', head),
    ...body,
    ...reasons.map((line) => paint('dim', line)),
  ];
}

function noticeLines(comparisons: readonly Comparison[], paint: Paint, width: number): string[] {
  return noticesOf(comparisons).flatMap((notice) =>
    wrap(sanitize(notice), width, 2).map((line) => paint(['bold', 'red'], line)),
  );
}

/** What differs beside the figures, and what that means, before any figure. */
function differenceLines({ differences }: Comparison, paint: Paint, width: number): string[] {
  return differences.flatMap((difference) => {
    const word = difference.blocks ? 'NOT COMPARABLE' : 'note';
    const lines = wrap(`${word}: ${sanitize(differenceText(difference))}`, width, 2);
    return difference.blocks ? lines.map((line) => paint(['bold', 'red'], line)) : lines;
  });
}

function endLines(comparison: Comparison, paint: Paint, width: number): string[] {
  const notes = [...comparison.notes, ...aloneTexts(comparison).map(sanitize)];
  return [
    paint('bold', countsText(comparison) || 'nothing to compare'),
    ...notes.flatMap((note) => wrap(`note: ${note}`, width, 2)),
    ...wrap(methodText(comparison), width, 0).map((line) => paint('dim', line)),
  ];
}

/** Two sides: what differs, a table for each job, what it adds up to. */
export function formatComparison(comparison: Comparison, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const sides = `base ${comparison.base.map(sanitize).join(', ')}; new ${comparison.next.map(sanitize).join(', ')}`;
  return joinBlocks([
    [
      ...noticeLines([comparison], paint, width),
      ...wrap(sides, width, 2),
      ...differenceLines(comparison, paint, width),
    ],
    ...comparison.jobs.map((job) => jobLines(job, paint, width)),
    endLines(comparison, paint, width),
  ]);
}

function rankingLines({ metric, results, ...key }: Ranking): string[] {
  const ranked = results.map(
    ({ place, name, value }) => `${place}. ${sanitize(name)} ${figureText(metric, value)}`,
  );
  return [`  ${sanitize(seriesText(key))} ${metric}: ${ranked.join(', ')}`];
}

function matrixLines(matrix: Matrix, paint: Paint): string[] {
  const rows = matrixRows(matrix).map(({ series, metric, base, changes }) => {
    const cells = changes.map((change) =>
      change === undefined ? judgedText(change) : paint(VERDICT_COLORS[change.verdict], judgedText(change)),
    );
    return [sanitize(series), metric, base, ...cells];
  });
  const heads = ['job', 'metric', ...matrix.names.map(sanitize)];
  const columns = heads.map((head, i) => ({ head, align: i < 2 ? ('left' as const) : ('right' as const) }));
  return tableLines(columns, rows, 2);
}

/** More than two: each against the first in one table, then the ranking. */
export function formatMatrix(matrix: Matrix, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const unmatched = matrix.comparisons.flatMap(unmatchedTexts).map(sanitize);
  const notes = [...new Set(matrix.comparisons.flatMap((comparison) => comparison.notes)), ...unmatched];
  return joinBlocks([
    [
      ...noticeLines(matrix.comparisons, paint, width),
      ...matrix.comparisons.flatMap((comparison) => differenceLines(comparison, paint, width)),
    ],
    matrixLines(matrix, paint),
    [
      paint('bold', 'ranking (what cannot be told apart shares a place)'),
      ...matrix.rankings.flatMap(rankingLines),
    ],
    [
      ...notes.flatMap((note) => wrap(`note: ${note}`, width, 2)),
      ...wrap(methodText(matrix.comparisons[0]), width, 0).map((line) => paint('dim', line)),
    ],
  ]);
}
