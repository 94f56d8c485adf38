/** What became of a suspected change, for the terminal and for the page. */
import { changeText, intervalText, seriesText } from '../compare/table.js';
import { plural } from '../render/format.js';
import { tableLines } from '../render/table.js';
import { DEFAULT_WIDTH, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';
import type { Confirmation, Outcome, TriedFigure } from './confirmation.js';

export const TRIAL_HEADS = ['figure', 'history', 'trial', 'interval', 'outcome'] as const;

/** The cells of one figure, in the order of TRIAL_HEADS. */
export function trialCells({ change, trial, outcome, metric, ...key }: TriedFigure): string[] {
  return [
    `${seriesText(key)} ${metric}`,
    changeText(change.ratio),
    changeText(trial?.ratio),
    intervalText(trial?.interval),
    outcome,
  ];
}

/** What was tried, a sentence. */
export function trialText({ name, before, after, blocks, ended, interrupted }: Confirmation): string {
  const how = ended ?? (interrupted === undefined ? 'cut short' : `cut short: ${interrupted.reason}`);
  return `trial of the change at ${name}: ${before} against ${after}, ${plural(blocks, 'block')}, ${how}`;
}

const MEANINGS: Readonly<Record<Outcome, string>> = {
  confirmed: 'the two versions differ as the history does, on one host in one session',
  refuted: 'the two versions do not differ so: what changed lies elsewhere, in host, drive or what else ran',
  open: 'the trial does not tell; more blocks (--blocks), or a quieter host, may',
};

/** What follows from it, a sentence. */
export function outcomeText({ outcome, figures, blocks, interrupted }: Confirmation): string {
  const reasons = figures.flatMap(({ trial, outcome: own }) =>
    own === 'open' ? (trial === undefined ? ['not measured by both versions'] : (trial.reason ?? [])) : [],
  );
  // What did not run at all would not with more blocks either.
  if (blocks === 0 && interrupted !== undefined)
    return `${outcome}: the trial has no block, and tells nothing`;
  const why = outcome === 'open' && reasons.length > 0 ? `; ${[...new Set(reasons)].join('; ')}` : '';
  return `${outcome}: ${MEANINGS[outcome]}${why}`;
}

const COLORS = { confirmed: 'red', refuted: 'green', open: 'yellow' } as const;

/** A table of the figures, with what follows from it. */
export function formatConfirmation(confirmation: Confirmation, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const columns = TRIAL_HEADS.map((head) => ({
    head,
    align: head === 'figure' || head === 'outcome' ? ('left' as const) : ('right' as const),
  }));
  const rows = confirmation.figures.map((figure) => {
    const cells = trialCells(figure).map(sanitize);
    return [...cells.slice(0, -1), paint(COLORS[figure.outcome], figure.outcome)];
  });
  const [head, ...body] = tableLines(columns, rows, 2);
  const lines = [
    ...wrap(sanitize(trialText(confirmation)), width, 2).map((line) => paint('bold', line)),
    paint('bold', head),
    ...body,
    ...wrap(sanitize(outcomeText(confirmation)), width, 2).map((line) =>
      paint(COLORS[confirmation.outcome], line),
    ),
  ];
  return `\n${lines.join('\n')}\n`;
}
