/** The part of the terminal report that tells of rounds until a steady state. */
import { foldWarnings } from '../document/fold-warnings.js';
import type { HistogramReader } from '../document/histograms.js';
import type { BenchResult } from '../document/result.js';
import { plural } from '../render/format.js';
import { type RoundsTable, type RoundsView, roundsViews } from '../render/rounds.js';
import { type Column, fittingTableLines } from '../render/table.js';
import { labelled, type Paint, sanitize, wrap } from '../render/terminal.js';
import { LABEL_WIDTH } from './job-text.js';

function tableLines({ title, keys, heads, rows }: RoundsTable, paint: Paint, width: number): string[] {
  const columns: Column[] = [
    ...keys.map((head): Column => ({ head: sanitize(head), align: 'left' })),
    ...heads.map((head): Column => ({ head: sanitize(head), align: 'right' })),
  ];
  const body = rows.map(({ values, cells }) => [...values.map(sanitize), ...cells]);
  const lines = fittingTableLines(columns, body, { gap: 2, fixed: keys.length, width }).flat();
  return [...wrap(sanitize(title), width, 2).map((line) => paint('bold', line)), ...lines];
}

function headLines({ title, verdict, isSteady, record }: RoundsView, paint: Paint, width: number): string[] {
  const many = `${plural(record.jobs.length, 'job')} a round; CSV and JSON have each by itself`;
  return [
    ...wrap(sanitize(title), width, 2).map((line) => paint('bold', line)),
    ...labelled('verdict', verdict, LABEL_WIDTH, width).map((line) => (isSteady ? line : paint('red', line))),
    ...labelled('rounds', `${record.values.length} of at most ${record.most}, ${many}`, LABEL_WIDTH, width),
  ];
}

/** Warnings that one job alone has, of those that are told of as rounds. */
function warningLines(result: BenchResult, { record }: RoundsView, paint: Paint, width: number): string[] {
  const folded = foldWarnings(result);
  return result.jobs
    .filter(({ target, name }) => target === record.target && record.jobs.includes(name))
    .flatMap((job) =>
      folded.ownOf(job).flatMap(({ message }) => {
        const round = (job.repeat?.index ?? 0) + 1;
        const text = sanitize(`${job.name} in round ${round}: ${message}`);
        return labelled('warning', text, LABEL_WIDTH, width).map((line) => paint('yellow', line));
      }),
    );
}

/** Blocks of lines: of each group of rounds how it went, then what was measured. */
export function roundsBlocks(
  result: BenchResult,
  reader: HistogramReader,
  paint: Paint,
  width: number,
): string[][] {
  return roundsViews(result, reader).flatMap((view) => [
    headLines(view, paint, width),
    ...view.measured.map((table) => tableLines(table, paint, width)),
    tableLines(view.convergence, paint, width),
    warningLines(result, view, paint, width),
  ]);
}
