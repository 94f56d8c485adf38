/** The part of the terminal report that tells of rounds until a steady state. */
import type { FoldedWarnings } from '../document/fold-warnings.js';
import { recoveryTexts } from '../document/recovery.js';
import type { BenchResult, JobRecord } from '../document/result.js';
import { badBlockTexts } from '../document/verification.js';
import { errorTexts } from '../render/errors.js';
import { plural } from '../render/format.js';
import type { KeyedTable } from '../render/keyed-table.js';
import { type RoundsView, roundsViews } from '../render/rounds.js';
import { spoiltOf } from '../render/spoilt.js';
import { type Column, fittingTableLines } from '../render/table.js';
import { labelled, type Paint, sanitize, wrap } from '../render/terminal.js';
import { type JobTextOptions, LABEL_WIDTH } from './job-text.js';

function tableLines({ title, keys, heads, rows }: KeyedTable, paint: Paint, width: number): string[] {
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

/** What went wrong in jobs that are told of as rounds, and warnings that one of them alone has. */
function troubleLines(
  { jobs }: BenchResult,
  { record }: RoundsView,
  folded: FoldedWarnings,
  { paint, width }: JobTextOptions,
): string[] {
  const own = jobs.filter(({ target, name }) => target === record.target && record.jobs.includes(name));
  const placed = ({ name, repeat }: JobRecord): string => `${name} in round ${(repeat?.index ?? 0) + 1}`;
  const lines = (label: string, color: 'red' | 'yellow', text: string): string[] =>
    labelled(label, sanitize(text), LABEL_WIDTH, width).map((line) => paint(color, line));
  const wrong = own.flatMap((job) => {
    const badBlocks = (job.verification?.shown ?? []).map((block) => badBlockTexts(block).join('; '));
    const texts = [...errorTexts(job), ...recoveryTexts(job), ...badBlocks];
    return texts.flatMap((text) => lines('error', 'red', `${placed(job)}: ${text}`));
  });
  const verdicts = spoiltOf(own).flatMap(({ verdict: { level, reasons }, first, more }) => {
    const text = `${level}: ${placed(first)}${more}: ${reasons.join(', ')}`;
    return lines('verdict', level === 'invalid' ? 'red' : 'yellow', text);
  });
  const warnings = own.flatMap((job) =>
    folded.ownOf(job).flatMap(({ message }) => lines('warning', 'yellow', `${placed(job)}: ${message}`)),
  );
  return [...wrong, ...verdicts, ...warnings];
}

/** Blocks of lines: of each group of rounds how it went, what was measured, and what went wrong. */
export function roundsBlocks(
  result: BenchResult,
  folded: FoldedWarnings,
  options: JobTextOptions,
): string[][] {
  const { reader, paint, width } = options;
  return roundsViews(result, reader).flatMap((view) => [
    headLines(view, paint, width),
    ...view.measured.map((table) => tableLines(table, paint, width)),
    tableLines(view.convergence, paint, width),
    troubleLines(result, view, folded, options),
  ]);
}
