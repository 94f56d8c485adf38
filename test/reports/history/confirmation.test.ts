/** A change of level and the trial of it: what confirms it, and what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AbDocument, analyseAb } from '../../../reports/ab/index.js';
import {
  type Confirmation,
  confirmationOf,
  formatConfirmation,
  historyOf,
  suspicionIn,
} from '../../../reports/history/index.js';
import { htmlHistory } from '../../../reports/html/history.js';
import { experimentOf, startedLater } from '../ab/experiments.js';
import { daysOf, levelsOf } from './histories.js';

const history = historyOf(daysOf(levelsOf([100_000, 12], [90_000, 12], [110_000, 12])));
const versions = { before: '/opt/one', after: '/opt/two' };
const suspicion = suspicionIn(history) ?? assert.fail();

/** A session of ten blocks in which the version after has so much more latency. */
const sessionOf = (slower: number): AbDocument =>
  experimentOf((role) => ({ meanNs: 100_000 * (role === 'B' ? 1 + slower : 1) }), {
    experiment: 10,
    control: 10,
  });

const tried = (document: AbDocument): Confirmation =>
  confirmationOf(suspicion, versions, analyseAb(document));

test('the last change for the worse is suspected, though a better one came later or before', () => {
  assert.equal(suspicion.name, 'day25.json');
  assert.deepEqual(
    suspicion.figures.map(({ metric, change }) => [metric, change.verdict]),
    [
      ['iops', 'worse'],
      ['mean', 'worse'],
    ],
  );
  assert.equal(suspicionIn(history, 'day13.json')?.figures[0].change.verdict, 'better');
  assert.equal(suspicionIn(history, 'day14.json'), undefined);
  assert.equal(suspicionIn(historyOf(daysOf(levelsOf([100_000, 12])))), undefined);
});

test('versions that differ as the history does confirm it', () => {
  const { outcome, figures, blocks } = tried(sessionOf(0.2));
  assert.deepEqual([outcome, blocks], ['confirmed', 10]);
  assert.ok(figures.every((figure) => figure.outcome === 'confirmed'));
});

test('versions that are alike, or differ the other way, refute it', () => {
  assert.equal(tried(sessionOf(0)).outcome, 'refuted');
  assert.equal(tried(sessionOf(-0.2)).outcome, 'refuted');
});

test('a trial that did not run does not ask for more blocks', () => {
  const session = sessionOf(0);
  const document = { ...session, complete: false, legs: [], interrupted: { reason: 'not found' } };
  const text = formatConfirmation(tried(document), { color: false });
  assert.match(text, /open: the trial has no block, and tells nothing/);
  assert.doesNotMatch(text, /--blocks/);
});

test('what the trial does not tell, or did not measure, stays open', () => {
  const noisy = experimentOf((_, block) => ({ meanNs: 100_000 * (1 + 0.1 * (block % 5)) }));
  const legs = noisy.legs.map((leg, i) => {
    const { result } = sessionOf(0.05 * (i % 3)).legs[i % 9];
    return { ...leg, result: startedLater(result, 100 * i) };
  });
  assert.equal(tried({ ...noisy, legs }).outcome, 'open');
  const others = sessionOf(0.2);
  for (const { result } of others.legs) for (const job of result.jobs) job.name = 'other';
  const { outcome, figures } = tried(others);
  assert.deepEqual([outcome, figures[0].trial], ['open', undefined]);
});

test('the text and the page say what was tried, what came of it, and what follows', () => {
  const text = formatConfirmation(tried(sessionOf(0.2)), { color: false, width: 100 });
  assert.match(text, /^trial of the change at day25\.json: \/opt\/one against \/opt\/two, 10 blocks/m);
  assert.match(text, /^ {2}randread read iops +-1\d\.\d % +-16\.\d % .* confirmed$/m);
  assert.match(text, /^confirmed: the two versions differ/m);
  const page = htmlHistory(history, tried(sessionOf(0)));
  assert.match(page, /refuted: the two versions do not differ so/);
  assert.doesNotMatch(htmlHistory(history), /refuted/);
});
