/** Verdicts of gates in each format. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  evaluateGates,
  formatGates,
  formatGatesJunit,
  githubAnnotations,
  markdownGates,
  parseGate,
} from '../../../reports/gates/index.js';
import { jobOf, named, resultOf, runsAround } from '../compare/documents.js';

const HOSTILE = 'a"]]><script>|`%\n::error::\x1b[2J';

function report(...gates: string[]) {
  const result = resultOf(runsAround(100_000, 6));
  const jobs = [...result.jobs, ...Array.from({ length: 4 }, (_, i) => jobOf({ meanNs: 5000 }, i, HOSTILE))];
  return evaluateGates({ gates: gates.map(parseGate), result: named(HOSTILE, { ...result, jobs }) });
}

test('text has a verdict for each gate and one for all', () => {
  const text = formatGates(report('randread.p50 <= 1ms', 'randread.iops >= 1M', 'nothing.iops >= 1'), {
    color: false,
  });
  assert.match(text, /^pass {10}randread\.p50 <= 1ms$/m);
  assert.match(text, /^fail {10}randread\.iops >= 1M$/m);
  assert.match(text, /^invalid {7}nothing\.iops >= 1$/m);
  assert.match(text, /^gates: fail \(1 fail, 1 invalid, 1 pass, at 95 % confidence\)$/m);
});

test('results of the history that tell nothing are named with the reason, in every view', () => {
  const other = resultOf(runsAround(100_000, 6), 2);
  other.host = { ...other.host, hostname: 'elsewhere' };
  const found = evaluateGates({
    gates: [parseGate('p50 <= 1ms')],
    result: named('r', resultOf(runsAround(100_000, 6))),
    history: [named('other.json', other), named('kept.json', resultOf(runsAround(100_000, 6), 3))],
  });
  assert.deepEqual(
    [found.history?.used, found.history?.leftOut.map(({ name }) => name)],
    [['kept.json'], ['other.json']],
  );
  assert.match(
    formatGates(found, { color: false, width: 200 }),
    /^note: of the history other\.json is left out: host\.hostname is elsewhere, not /m,
  );
  assert.match(markdownGates(found), /of the history other.*json is left out/);
  assert.match(
    formatGatesJunit(found),
    /<\/testcase>\s*<system-out>of the history other\.json is left out: host.*<\/system-out>\s*<\/testsuite>/,
  );
});

test('JUnit counts failures apart from what cannot be said', () => {
  const xml = formatGatesJunit(report('randread.p50 <= 1ms', 'randread.iops >= 1M', 'nothing.iops >= 1'));
  assert.match(xml, /<testsuite name="nvbench gates" tests="3" failures="1" errors="1" skipped="0">/);
  assert.match(xml, /<failure type="fail"/);
  assert.match(xml, /<error type="invalid"/);
});

test('of a document that says it is complete, a job that was still running is no pass', () => {
  const result = resultOf(runsAround(100_000, 6));
  const jobs = result.jobs.map((job) => ({ ...job, partial: true as const }));
  const { gates } = evaluateGates({
    gates: [parseGate('errors <= 0'), parseGate('iops >= 1')],
    result: named('r', { ...result, jobs }),
  });
  for (const { verdict, checks } of gates) {
    assert.equal(verdict, 'invalid');
    assert.match(checks[0].reason, /was still running when the document was written/);
  }
});

test('errors that a document has of an operation and not of its job count without an operation as well', () => {
  const result = resultOf(runsAround(100_000, 6).map((run) => ({ ...run, errors: 2 })));
  const jobs = result.jobs.map((job) => ({ ...job, errors: { ...job.errors, total: 0, byStatus: [] } }));
  const gates = ['errors <= 0', 'total.errors <= 0', 'read.errors <= 0'].map(parseGate);
  const found = evaluateGates({ gates, result: named('r', { ...result, jobs }) }).gates;
  assert.deepEqual(
    found.map(({ verdict, checks }) => [verdict, checks[0].value]),
    Array(3).fill(['fail', 12]),
  );
});

test('Markdown has a row for each gate, and what did not pass is bold', () => {
  const text = markdownGates(report('randread.p50 <= 1ms', 'randread.iops >= 1M'));
  assert.match(text, /^## Gates: fail$/m);
  assert.match(text, /^\| pass \| randread\.p50 .*1ms \| randread read: /m);
  assert.match(text, /^\| \*\*fail\*\* \| randread\.iops .*1M \| randread read: /m);
});

test('names from a file are text in every view', () => {
  const found = report('p50 <= 1us');
  const all = [
    formatGates(found, { color: false }),
    formatGatesJunit(found),
    markdownGates(found),
    githubAnnotations(found),
  ];
  for (const view of all) assert.ok(!view.includes('\x1b'));
  assert.ok(!formatGatesJunit(found).includes('<script>'));
  assert.ok(!markdownGates(found).includes('<script>'));
  const lines = githubAnnotations(found).trimEnd().split('\n');
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^::error title=nvbench gate fail::p50 <= 1us%0A/);
});

test('only what does not pass is annotated', () => {
  assert.equal(githubAnnotations(report('randread.p50 <= 1ms')), '');
});
