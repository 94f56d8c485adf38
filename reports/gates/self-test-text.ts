/** What the self-test found, for the terminal. */
import { formatPercent, plural } from '../render/format.js';
import { tableLines } from '../render/table.js';
import { DEFAULT_WIDTH, joinBlocks, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';
import { placeText } from './check-text.js';
import type { GateCheck, JudgedGate, Outcome } from './report.js';
import { type SelfTest, seenSlowdown } from './self-test.js';

const percentText = (share: number): string => formatPercent(share, 1);

const COLUMNS = ['slowdown', 'pass', 'inconclusive', 'fail'].map((head) => ({
  head,
  align: 'right' as const,
}));

function outcomeLines(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ slowdown, pass, inconclusive, fail }) =>
    [slowdown, pass, inconclusive, fail].map(percentText),
  );
  return tableLines(COLUMNS, rows, 2);
}

function seenText(outcomes: readonly Outcome[], power: number): string {
  const seen = seenSlowdown(outcomes, power);
  const most = outcomes[outcomes.length - 1].slowdown;
  return seen === undefined
    ? `no slowdown up to ${percentText(most)} fails in ${percentText(power)}`
    : `a slowdown of ${percentText(seen)} fails in ${percentText(power)}`;
}

function checkLines(check: GateCheck, power: number, width: number): string[] {
  const { outcomes, reason } = check;
  const place = sanitize(placeText(check));
  const head = place === '' ? '' : `${place}: `;
  if (outcomes === undefined) return wrap(`  ${head}${check.verdict}; ${sanitize(reason)}`, width, 4);
  return [
    ...wrap(`  ${head}${seenText(outcomes, power)}; ${sanitize(reason)}`, width, 4),
    ...outcomeLines(outcomes),
  ];
}

function gateLines({ gate, checks }: JudgedGate, power: number, width: number): string[] {
  return [sanitize(gate.text), ...checks.flatMap((check) => checkLines(check, power, width))];
}

/** A table of outcomes by slowdown for each gate and job. */
export function formatSelfTest(test: SelfTest, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const { result, baseline, confidence, power, trials } = test;
  const like = baseline === undefined || baseline === result ? 'a baseline like it' : baseline;
  const isRelative = test.gates.some(({ gate }) => gate.bound.kind === 'relative');
  const against = isRelative ? `, against ${sanitize(like)}` : '';
  const head =
    `${sanitize(result)}${against}: what becomes of each gate when every I/O is slower, ` +
    `in ${plural(trials, 'trial')} a step at ${percentText(confidence)} confidence`;
  return joinBlocks([
    wrap(head, width, 2).map((line) => paint('bold', line)),
    ...test.gates.map((judged) => gateLines(judged, power, width)),
  ]);
}
