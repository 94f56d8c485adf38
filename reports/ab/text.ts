/** The analysis of a paired experiment for the terminal. */
import { countsText, reasonTexts } from '../compare/table.js';
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
import type { AbAnalysis, AbJob } from './analyse.js';
import {
  AB_HEADS,
  abCells,
  abMethodText,
  abNoteTexts,
  abNotices,
  controlAlarm,
  designTexts,
  driftTexts,
  jobTitle,
} from './table.js';

const COLUMNS = AB_HEADS.map((head) => ({
  head,
  align: head === 'metric' || head === 'verdict' ? ('left' as const) : ('right' as const),
}));

function loud(texts: readonly string[], paint: Paint, width: number): string[] {
  return texts.flatMap((text) => wrap(sanitize(text), width, 2).map((line) => paint(['bold', 'red'], line)));
}

function jobLines(job: AbJob, paint: Paint, width: number): string[] {
  const rows = job.metrics.map((metric) => [
    ...abCells(metric).slice(0, -1),
    paint(VERDICT_COLORS[metric.verdict], metric.verdict),
  ]);
  const [head, ...body] = tableLines(COLUMNS, rows, 2);
  const alarm = controlAlarm(job);
  return [
    ...wrap(sanitize(jobTitle(job)), width, 2).map((line) => paint('bold', line)),
    ...loud(alarm === undefined ? [] : [alarm], paint, width),
    paint('bold', head),
    ...body,
    ...reasonTexts(job).flatMap((reason) => wrap(`  ${reason}`, width, 4).map((line) => paint('dim', line))),
  ];
}

/** What was done, a table for each job, what limits it. */
export function formatAb(analysis: AbAnalysis, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const notes = abNoteTexts(analysis).flatMap((note) => wrap(`note: ${sanitize(note)}`, width, 2));
  return joinBlocks([
    [
      ...loud(abNotices(analysis), paint, width),
      ...designTexts(analysis).flatMap((text) => wrap(sanitize(text), width, 2)),
      ...loud(driftTexts(analysis), paint, width),
    ],
    ...analysis.jobs.map((job) => jobLines(job, paint, width)),
    [
      paint('bold', countsText(analysis) || 'nothing to compare'),
      ...notes,
      ...wrap(abMethodText(analysis), width, 0).map((line) => paint('dim', line)),
    ],
  ]);
}
