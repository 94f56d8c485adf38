/** A history on a terminal and as a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHistory, historyOf } from '../../../reports/history/index.js';
import { htmlHistory } from '../../../reports/html/history.js';
import { HOSTILE_NAME, strayCharacters } from '../views/hostile.js';
import { dayOf, daysOf, levelsOf } from './histories.js';

const regression = historyOf(
  daysOf(levelsOf([100_000, 20], [112_000, 12]), (result, day) => ({
    ...result,
    host: { ...result.host, kernel: day < 20 ? '6.1' : '6.8' },
  })),
);
const plain = (history = regression): string => formatHistory(history, { color: false, width: 160 });

test('the text has how each figure stands, and at which run its level and what else changed', () => {
  const text = plain();
  assert.match(text, /^32 runs, 2026-01-01T00:00:00\.000Z to 2026-02-01T00:00:00\.000Z$/m);
  assert.match(text, /^ {2}randread read iops +32 +[\d,]+ \(1-10\) +[\d,]+ \(23-32\) +-1\d\.\d % .* worse$/m);
  assert.match(text, /^ {2}run 21 {2}2026-01-21T00:00:00\.000Z {2}day21\.json$/m);
  assert.match(text, /^ {4}level {8}randread read iops -1\d\.\d % worse \(p <0\.0001\)$/m);
  assert.match(text, /^ {4}environment {2}host\.kernel: 6\.1 -> 6\.8$/m);
  assert.match(text, /^ {4}around it: host\.kernel: 6\.1 -> 6\.8 at run 21$/m);
});

test('where nothing changed it says so', () => {
  assert.match(plain(historyOf(daysOf(levelsOf([100_000, 12])))), /^ {2}nothing changed$/m);
});

test('one run is a history, if a short one', () => {
  const one = historyOf([dayOf(0, 100_000)]);
  assert.match(plain(one), /too few runs/);
  assert.match(htmlHistory(one), /too few runs/);
});

test('the page has a chart with marks of both kinds, and tables of what they mean', () => {
  const html = htmlHistory(regression);
  assert.match(html, /<svg class="wide"/);
  assert.match(html, /var\(--worse\)/);
  assert.match(html, /level of iops/);
  assert.match(html, /<b class="worse">level<\/b> randread read iops -1\d\.\d %/);
  assert.match(html, /<b>environment<\/b> host\.kernel: 6\.1 -&gt; 6\.8/);
});

test('a page of many jobs has charts of the first ones, and says so', () => {
  const many = historyOf(
    daysOf(levelsOf([100_000, 3]), (result) => ({
      ...result,
      jobs: Array.from({ length: 35 }, (_, i) => ({ ...result.jobs[0], name: `job${i}` })),
    })),
  );
  const html = htmlHistory(many);
  assert.equal(html.match(/<section class="job">/g)?.length, 30);
  assert.match(html, /5 more jobs with their charts are left out here/);
});

test('names are text, on the terminal and in the page', () => {
  const hostile = historyOf(
    daysOf(levelsOf([100_000, 4]), (result, day) => ({
      ...result,
      host: { ...result.host, kernel: day < 2 ? 'a' : HOSTILE_NAME, hostname: HOSTILE_NAME },
      jobs: result.jobs.map((job) => ({ ...job, name: HOSTILE_NAME })),
    })).map(({ result }, i) => ({ name: `${HOSTILE_NAME}${i}`, result })),
  );
  assert.deepEqual(strayCharacters(plain(hostile)), []);
  assert.ok(!htmlHistory(hostile).includes('<script>alert'));
});
