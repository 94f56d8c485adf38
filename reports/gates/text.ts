/** What became of gates: for the terminal, as JUnit XML, as a step summary and annotations of GitHub. */
import { differenceText } from '../compare/comparability.js';
import { leftOutNotes } from '../compare/history.js';
import { formatPercent, plural } from '../render/format.js';
import { gateTable } from '../render/gate-table.js';
import { lazyLibrary } from '../render/lazy-library.js';
import { escapeMarkdown } from '../render/markdown.js';
import { DEFAULT_WIDTH, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';
import { checkText } from './check-text.js';
import { gateRecords } from './record.js';
import type { GateReport, GateVerdict } from './report.js';

const xmlbuilder = lazyLibrary<typeof import('xmlbuilder2')>('xmlbuilder2');

export const COLORS = { pass: 'green', fail: 'red', inconclusive: 'yellow', invalid: 'magenta' } as const;
const WORD_WIDTH = 14;

function countsText({ gates }: GateReport): string {
  if (gates.length === 0) return 'there is no gate';
  return (['fail', 'invalid', 'inconclusive', 'pass'] as const)
    .map((verdict) => [verdict, gates.filter((gate) => gate.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
}

const notesOf = ({ history }: GateReport): string[] =>
  leftOutNotes(history?.leftOut ?? []).map((note) => sanitize(note));

/** A line for each gate with its checks below, then the verdict. */
export function formatGates(report: GateReport, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const lines = report.differences.flatMap((difference) =>
    wrap(
      `${difference.blocks ? 'NOT COMPARABLE' : 'note'}: ${sanitize(differenceText(difference))}`,
      width,
      2,
    ),
  );
  for (const note of notesOf(report)) lines.push(...wrap(`note: ${note}`, width, 2));
  for (const judged of report.gates) {
    const { verdict, gate } = judged;
    lines.push(paint(COLORS[verdict], verdict.padEnd(WORD_WIDTH)) + sanitize(gate.text));
    for (const check of judged.checks) {
      const word = judged.checks.length > 1 ? `${check.verdict}: ` : '';
      const indent = ' '.repeat(WORD_WIDTH);
      lines.push(
        ...wrap(word + sanitize(checkText(judged, check)), width - WORD_WIDTH, 2).map(
          (line) => indent + line,
        ),
      );
    }
  }
  const confidence = `at ${formatPercent(report.confidence)} confidence`;
  lines.push(`${paint('bold', `gates: ${report.verdict}`)} (${countsText(report)}, ${confidence})`);
  return `${lines.join('\n')}\n`;
}

const isFailure = (verdict: GateVerdict): boolean => verdict === 'fail';

/** JUnit XML: a test case for each gate; a failure where it does not hold, an error where that cannot be said. */
export function formatGatesJunit(report: GateReport): string {
  const failures = report.gates.filter(({ verdict }) => isFailure(verdict)).length;
  const errors = report.gates.filter(({ verdict }) => !isFailure(verdict) && verdict !== 'pass').length;
  const counts = { tests: report.gates.length, failures, errors };
  const suites = xmlbuilder()
    .create({ version: '1.0', encoding: 'UTF-8' })
    .ele('testsuites', {
      name: 'nvbench gates',
      ...counts,
    });
  const suite = suites.ele('testsuite', { name: 'nvbench gates', ...counts, skipped: 0 });
  for (const judged of report.gates) {
    const { verdict, gate, checks } = judged;
    const text = checks.map((check) => sanitize(checkText(judged, check))).join('\n');
    const attributes = { name: sanitize(gate.text), classname: 'nvbench.gates' };
    const testCase = suite.ele('testcase', attributes);
    if (verdict === 'pass') testCase.ele('system-out').txt(text);
    else {
      const message = sanitize(`${verdict}: ${gate.text}`);
      testCase.ele(isFailure(verdict) ? 'failure' : 'error', { type: verdict, message }).txt(text);
    }
  }
  const notes = notesOf(report);
  if (notes.length > 0) suite.ele('system-out').txt(notes.join('\n'));
  return `${suites.end({ prettyPrint: true })}\n`;
}

/** Markdown for $GITHUB_STEP_SUMMARY or a comment on a pull request. */
export function markdownGates(report: GateReport): string {
  const lines = [
    `## Gates: ${report.verdict}`,
    '',
    `${plural(report.gates.length, 'gate')} on ${escapeMarkdown(report.result)}${
      report.baseline === undefined ? '' : ` against ${escapeMarkdown(report.baseline)}`
    }, ${formatPercent(report.confidence)} confidence.`,
    '',
    ...gateTable(gateRecords(report)),
    ...notesOf(report).flatMap((note) => ['', escapeMarkdown(note)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Text of a workflow command: what would end it is escaped, as the runner undoes it. */
function commandText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a workflow command. */
const propertyText = (text: string): string =>
  commandText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands that make GitHub annotate the run: an error for each gate that does not pass, else nothing. */
export function githubAnnotations(report: GateReport): string {
  return report.gates
    .filter(({ verdict }) => verdict !== 'pass')
    .map((judged) => {
      const level = judged.verdict === 'inconclusive' ? 'warning' : 'error';
      const found = judged.checks
        .filter(({ verdict }) => verdict !== 'pass')
        .map((check) => sanitize(checkText(judged, check)))
        .join('\n');
      const title = propertyText(`nvbench gate ${judged.verdict}`);
      return `::${level} title=${title}::${commandText(`${sanitize(judged.gate.text)}\n${found}`)}\n`;
    })
    .join('');
}
