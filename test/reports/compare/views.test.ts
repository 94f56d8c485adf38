/** A comparison in each format. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareMany,
  compareResults,
  formatComparison,
  formatMatrix,
  markdownComparison,
  markdownMatrix,
} from '../../../reports/compare/index.js';
import { htmlComparison, htmlMatrix } from '../../../reports/html/comparison.js';
import { type BenchResult, SOFTWARE_NOTICE } from '../../../reports/index.js';
import { simulation } from '../sample.js';
import { jobOf, named, resultOf, runsAround, runsOf } from './documents.js';

const HOSTILE = '<script>|\x1b[2J';

function hostile(meanNs: number, seed: number) {
  const result = resultOf([]);
  return { ...result, jobs: runsAround(meanNs, 5).map((run, i) => jobOf(run, seed + i, HOSTILE)) };
}

test('the table has figures, change, interval and verdict', () => {
  const text = formatComparison(compareResults(runsOf('a', 100_000, 6), runsOf('b', 120_000, 6, 2)), {
    color: false,
  });
  assert.match(text, /^randread read: 6 against 6 runs$/m);
  assert.match(
    text,
    /^ {2}mean +100 µs +120 µs +\+\d+\.\d % +\+\d+\.\d % to \+\d+\.\d % +0\.00\d\d +worse$/m,
  );
  assert.match(text, /^ {2}errors +0 +0 +0\.0 % .* same$/m);
  assert.match(text, /6 worse, 1 same, 3 inconclusive/);
});

test('one run a side says what it takes for granted', () => {
  const text = formatComparison(
    compareResults(
      [named('a.json', resultOf(runsAround(100_000, 6)))],
      [named('b.json', resultOf(runsAround(120_000, 6), 2))],
    ),
    { color: false },
  );
  assert.match(text, /^randread read: 6 against 6 repeats$/m);
  assert.match(text, /^ {2}mean +100 µs +120 µs +\+\d+\.\d % +- +\S+ +worse$/m);
  assert.match(
    text.replace(/\s+/g, ' '),
    /nothing shows how runs differ, so 2 % and 0.75 of what repeats differ is assumed/,
  );
});

test('differences come before any figure', () => {
  const other = resultOf(runsAround(100_000, 6), 2);
  other.host.governor = 'powersave';
  const text = formatComparison(
    compareResults([named('a', resultOf(runsAround(100_000, 6)))], [named('b', other)]),
    { color: false },
  );
  assert.ok(
    text.indexOf('NOT COMPARABLE: host.governor: performance in a, powersave in b') < text.indexOf('mean'),
  );
});

test('names from a file are text in every view', () => {
  const documents = [named(HOSTILE, hostile(100_000, 1)), named('b', hostile(120_000, 50))];
  const comparison = compareResults([documents[0]], [documents[1]]);
  const matrix = compareMany([...documents, named('c', hostile(130_000, 90))]);
  const options = { color: false };
  for (const view of [formatComparison(comparison, options), formatMatrix(matrix, options)])
    assert.ok(!view.includes('\x1b'));
  for (const view of [markdownComparison(comparison), markdownMatrix(matrix)])
    assert.ok(!view.includes('\x1b') && !view.includes('<script>'));
});

test('the matrix of three has a column for each and a ranking', () => {
  const text = formatMatrix(
    compareMany([
      named('a', resultOf(runsAround(100_000, 6))),
      named('b', resultOf(runsAround(120_000, 6), 2)),
      named('c', resultOf(runsAround(80_000, 6), 3)),
    ]),
    { color: false },
  );
  assert.match(text, /mean +100 µs +\+\d+\.\d % worse +-\d+\.\d % better/);
  assert.match(text, /randread read mean: 1\. c \S+ µs, 2\. a \S+ µs, 3\. b \S+ µs/);
});

/** A result of a job for each name. */
const ofJobs = (...names: string[]): BenchResult => ({
  ...resultOf([]),
  jobs: names.flatMap((name) => runsAround(100_000, 4).map((run, i) => jobOf(run, i, name))),
});

test('the matrix of three says which result lacks a job, and has those that only some share', () => {
  const matrix = compareMany([
    named('a.json', ofJobs('one', 'two')),
    named('b.json', ofJobs('one')),
    named('c.json', ofJobs('one', 'two')),
  ]);
  const text = formatMatrix(matrix, { color: false });
  assert.match(text, /^note: two read is in a\.json, not in b\.json$/m);
  assert.match(text, /^ *two read +mean +\S+ µs +- +\S+ % \w+$/m);
  assert.match(markdownMatrix(matrix), /^\| two read \| mean \|/m);
  assert.match(
    htmlMatrix(matrix),
    /<th scope="row">two read mean<\/th><td>[^<]+<\/td><td>-<\/td><td>[^<]+ % \w+<\/td>/,
  );
});

test('that figures describe no drive is said before them, in every format, where one side has such', () => {
  const software = { ...resultOf(runsAround(100_000, 2), 3), devices: [simulation] };
  const sides = [
    named('a.json', resultOf(runsAround(100_000, 2))),
    named('b.json', software),
    named('c.json', resultOf(runsAround(100_000, 2), 2)),
  ];
  const two = compareResults([sides[0]], [sides[1]]);
  const many = compareMany(sides);
  const style = { color: false };
  const views: readonly (readonly [text: string, first: RegExp])[] = [
    [formatComparison(two, style), /^SOFTWARE CONTROLLER: /],
    [formatMatrix(many, style), /^SOFTWARE CONTROLLER: /],
    [markdownComparison(two), /^## Comparison\n\n\*\*SOFTWARE CONTROLLER: .*\*\*\n\nBase/],
    [markdownMatrix(many), /^## Comparison\n\n\*\*SOFTWARE CONTROLLER: /],
    [htmlComparison(two), /<p class="notice" role="note">SOFTWARE CONTROLLER: [\s\S]*<h2>Summary/],
    [htmlMatrix(many), /<p class="notice" role="note">SOFTWARE CONTROLLER: [\s\S]*<h2>Ranking/],
  ];
  for (const [text, first] of views) assert.match(text, first);
  assert.deepEqual(compareResults([sides[0]], [sides[2]]).notices, []);
  assert.deepEqual(two.notices, [SOFTWARE_NOTICE]);
});
