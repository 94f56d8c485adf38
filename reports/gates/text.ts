/** What became of gates: for the terminal, as JUnit XML, as a step summary and annotations of GitHub. */
import { differenceText } from '../compare/comparability.js';
import { changeText, figureText } from '../compare/table.js';
import { formatPercent, plural } from '../render/format.js';
import { lazyLibrary } from '../render/lazy-library.js';
import { escapeMarkdown, markdownTable } from '../render/markdown.js';
import { DEFAULT_WIDTH, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';
import type { Gate } from './parse.js';
import type { GateCheck, GateReport, GateVerdict, JudgedGate } from './report.js';

const xmlbuilder = lazyLibrary<typeof import('xmlbuilder2')>('xmlbuilder2');

export const COLORS = { pass: 'green', fail: 'red', inconclusive: 'yellow', invalid: 'magenta' } as const;
const WORD_WIDTH = 14;

const textIn = ({ bound, metric }: Gate, figure: number): string =>
  bound.kind === 'relative' ? changeText(figure) : figureText(metric, figure);

function valueText({ gate }: JudgedGate, { value, interval }: GateCheck): string {
  if (value === undefined) return '';
  const [text, ends] = [textIn(gate, value), interval?.map((end) => textIn(gate, end))];
  return ends === undefined ? text : `${text} (${ends[0]} to ${ends[1]})`;
}

/** The limit that decided: `at most 231 µs`; of what is undecided both. */
function limitText({ gate }: JudgedGate, { verdict, limits }: GateCheck): string {
  if (limits === undefined) return '';
  const [low, high] = limits.map((limit) => textIn(gate, limit));
  if (verdict === 'inconclusive') return `at least ${low}, at most ${high}; `;
  const isUpper = gate.operator.startsWith('<') === (verdict === 'pass');
  return isUpper ? `at most ${high}; ` : `at least ${low}; `;
}

export function placeText({ job, role, direction }: GateCheck): string {
  if (job === undefined) return '';
  return [job, direction, role ? `on device ${role + 1}` : undefined].filter(Boolean).join(' ');
}

/** One line on a check: `randread read: 212 µs (210 µs to 214 µs); at most 214 µs; 5 runs`. */
export function checkText(judged: JudgedGate, check: GateCheck): string {
  const place = placeText(check);
  const value = valueText(judged, check);
  const head = [place, value].filter((part) => part !== '').join(': ');
  const reason = limitText(judged, check) + check.reason;
  return head === '' ? reason : `${head}; ${reason}`;
}

function countsText({ gates }: GateReport): string {
  if (gates.length === 0) return 'there is no gate';
  return (['fail', 'invalid', 'inconclusive', 'pass'] as const)
    .map((verdict) => [verdict, gates.filter((gate) => gate.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
}

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
  return `${suites.end({ prettyPrint: true })}\n`;
}

/** Markdown for $GITHUB_STEP_SUMMARY or a comment on a pull request. */
export function markdownGates(report: GateReport): string {
  const rows = report.gates.map((judged) => [
    judged.verdict === 'pass' ? 'pass' : `**${judged.verdict}**`,
    escapeMarkdown(judged.gate.text),
    judged.checks.map((check) => escapeMarkdown(checkText(judged, check))).join('<br>'),
  ]);
  const lines = [
    `## Gates: ${report.verdict}`,
    '',
    `${plural(report.gates.length, 'gate')} on ${escapeMarkdown(report.result)}${
      report.baseline === undefined ? '' : ` against ${escapeMarkdown(report.baseline)}`
    }, ${formatPercent(report.confidence)} confidence.`,
    '',
    ...markdownTable(['verdict', 'gate', 'found'], 3, rows),
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
